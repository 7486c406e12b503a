using System.Collections;
using System.Linq;
using System.Management.Automation;
using System.Security;

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
        Refuse(value);
        if (value is IEnumerable elements and not string)
        {
            foreach (var element in elements.Cast<object?>())
            {
                Refuse(Unwrap(element));
            }
        }

        return inputData;
    }

    private void Refuse(object? value)
    {
        switch (value)
        {
            case AzToken:
                throw Refusal(
                    "An AzToken can't be used here: it would be taken as the text of its token. Give the property that is meant, such as $token.TenantId.");
            case SecureString:
                throw Refusal(
                    "A SecureString can't be used here: this parameter takes plain text that is not secret.");
        }
    }

    private ArgumentTransformationMetadataException Refusal(string message) => FromPipeline
        ? new ArgumentTransformationMetadataException(message, new PSInvalidCastException(message))
        : new ArgumentTransformationMetadataException(message);

    private static object? Unwrap(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;
}
