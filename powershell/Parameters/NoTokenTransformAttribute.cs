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

    private static void Refuse(object? value)
    {
        switch (value)
        {
            case AzToken:
                throw new ArgumentTransformationMetadataException(
                    "An AzToken can't be used here: it would be taken as the text of its token. Give the property that is meant, such as $token.TenantId.");
            case SecureString:
                throw new ArgumentTransformationMetadataException(
                    "A SecureString can't be used here: this parameter takes plain text that is not secret.");
        }
    }

    private static object? Unwrap(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;
}
