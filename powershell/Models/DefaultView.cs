using System.Management.Automation;

namespace AzTokenRs;

/// <summary>
/// The properties that PowerShell shows of an object by default. They go with the object, also into sessions that never
/// imported the module. A format file would do the same for the type, but reading one takes a fifth of the import's time, and the
/// execution policies Restricted and AllSigned refuse it. A view of the user's (Update-TypeData, Update-FormatData) wins.
/// </summary>
internal sealed class DefaultView
{
    // PowerShell's own name.
    private const string StandardMembers = "PSStandardMembers";

    private readonly PSMemberSet _members;

    internal DefaultView(params string[] properties) =>
        _members = new PSMemberSet(StandardMembers, [new PSPropertySet("DefaultDisplayPropertySet", properties)]);

    /// <summary>Gives the view to an object, in its constructor.</summary>
    internal void ApplyTo(object value)
    {
        var shown = PSObject.AsPSObject(value);
        // Members that a user gave the type can't be added again.
        if (shown.Members[StandardMembers] is null)
        {
            shown.Members.Add(_members);
        }
    }
}
