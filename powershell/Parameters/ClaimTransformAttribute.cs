using System.Collections;
using System.Collections.Specialized;
using System.Linq;
using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes the ErrorRecord of a failed call as the claims challenge that it holds: one of Get-AzToken, or one of
/// Invoke-RestMethod and the like, whose response has the header <c>WWW-Authenticate</c>.
/// </summary>
internal sealed class ClaimTransformAttribute : ArgumentTransformationAttribute
{
    private const string Header = "WWW-Authenticate";

    private static readonly NoTokenTransformAttribute s_others = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value is ErrorRecord error ? Challenge(error) : s_others.Transform(engineIntrinsics, inputData);
    }

    private static string Challenge(ErrorRecord error)
    {
        var found = error.Exception is AzTokenException exception
            ? exception.Claims
            : FromHeaders(Property(Property(error.Exception, "Response"), "Headers"));
        return found ?? throw new ArgumentTransformationMetadataException(
            "This error holds no claims challenge: no claims of Entra ID, and no response with the header WWW-Authenticate.");
    }

    // PowerShell 7 keeps a HttpResponseMessage and Windows PowerShell a HttpWebResponse. Their types belong to other
    // assemblies, so the properties are read by name.
    private static string? FromHeaders(object? headers) => headers is NameValueCollection list
        ? list[Header]
        : (Property(headers, "WwwAuthenticate") as IEnumerable)?.Cast<object>()
            .Select(challenge => challenge.ToString())
            .FirstOrDefault(challenge => challenge.StartsWith("Bearer ", System.StringComparison.OrdinalIgnoreCase));

    private static object? Property(object? value, string name) =>
        value is null ? null : new PSObject(value).Properties[name]?.Value;
}
