using System.Management.Automation;

namespace AzTokenRs;

/// <summary>
/// The properties that PowerShell shows of an object unless told otherwise. It goes with the object, into sessions too that
/// never imported the module. A format file would do it for the type, but reading one takes a fifth of the import's time.
/// </summary>
internal sealed class DefaultView
{
    private readonly PSMemberSet _members;

    internal DefaultView(params string[] properties) =>
        // The names are PowerShell's own.
        _members = new PSMemberSet("PSStandardMembers", [new PSPropertySet("DefaultDisplayPropertySet", properties)]);

    /// <param name="value">An object that was just made.</param>
    internal PSObject Of(object value)
    {
        var shown = PSObject.AsPSObject(value);
        shown.Members.Add(_members);
        return shown;
    }
}
