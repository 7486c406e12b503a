using System.Collections;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Tokens;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes the ErrorRecord of a failed call as the claims challenge that it holds: one of Get-AzToken, of Invoke-RestMethod and
/// Invoke-WebRequest in both editions, of Invoke-MgGraphRequest, or of the cmdlets of Az and Microsoft.Graph. Also takes
/// the headers of a response.
/// </summary>
internal sealed class ClaimTransformAttribute : ArgumentTransformationAttribute
{
    private static readonly NoTokenTransformAttribute s_others = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value switch
        {
            ErrorRecord error => ClaimsChallenge.Find(error) ?? throw NoChallenge(),
            // $Error[0] and the value of -ErrorVariable are lists.
            IList { Count: > 0 } errors when errors.Cast<object?>().All(IsError) =>
                errors.Cast<object?>().Select(one => ClaimsChallenge.Find(ToError(one)!)).FirstOrDefault(found => found is not null)
                ?? throw NoChallenge(),
            // A header that came twice, as Invoke-WebRequest gives it.
            string[] or IList { Count: > 0 } => s_others.Transform(engineIntrinsics, Joined((IList)value)),
            IDictionary headers => ClaimsChallenge.FromHeaders(headers) ?? throw NoChallenge(),
            _ => s_others.Transform(engineIntrinsics, inputData),
        };
    }

    private static object Joined(IList values)
    {
        var texts = values.Cast<object?>().Select(one => one is PSObject wrapper ? wrapper.BaseObject : one).ToArray();
        return texts.All(text => text is string) ? string.Join(", ", texts) : values;
    }

    private static bool IsError(object? value) => ToError(value) is not null;

    private static ErrorRecord? ToError(object? value) => (value is PSObject wrapper ? wrapper.BaseObject : value) switch
    {
        ErrorRecord error => error,
        IContainsErrorRecord holder => holder.ErrorRecord,
        _ => null,
    };

    private static ArgumentTransformationMetadataException NoChallenge() => new(
        "This error has no claims challenge: no claims from Entra ID, no WWW-Authenticate header with claims, and none in its message.");
}
