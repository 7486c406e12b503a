using System.Collections;
using System.Linq;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;

namespace AzTokenRs.Parameters;

/// <summary>
/// Keeps tokens and secrets out of parameters that are plain text. PowerShell would call ToString() on an AzToken and
/// so put the token itself into, say, <c>-Tenant</c>, from where it goes into URLs and logs.
/// </summary>
internal sealed class NoTokenTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// Whether the parameter takes objects of the pipeline. Then a token doesn't fit it, and may fit another: of an object that
    /// is refused, PowerShell shows the text.
    /// </summary>
    public bool FromPipeline { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Unwrap(inputData);
        var refusal = Refusal(inputData);
        if (refusal is null && value is IEnumerable elements and not (string or IDictionary))
        {
            refusal = elements.Cast<object?>().Select(Refusal).FirstOrDefault(found => found is not null);
        }

        return refusal is null ? inputData : throw Refuse(refusal.Value);
    }

    /// <summary>Why the value is no plain text; null if it may be.</summary>
    internal static MessageId? Refusal(object? input) => Unwrap(input) switch
    {
        AzToken => MessageId.AzTokenNotAccepted,
        SecureString => MessageId.SecureStringNotAccepted,
        string text when TokenShape.IsToken(text) => MessageId.TokenNotAccepted,
        _ when DeserializedToken.Restore(input) is not null => MessageId.AzTokenNotAccepted,
        _ => null,
    };

    private ArgumentTransformationMetadataException Refuse(MessageId id)
    {
        var message = Messages.Text(id);
        return FromPipeline
            ? new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message))
            : new ArgumentTransformationMetadataException(message);
    }

    private static object? Unwrap(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;
}
