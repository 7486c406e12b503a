using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.Errors;

namespace AzTokenRs.Parameters;

/// <summary>Takes whatever is a client's credential by itself as an AzClientCredential. Never names the value in an error.</summary>
internal sealed class ClientCredentialTransformAttribute : ArgumentTransformationAttribute
{
    private const string Deserialized = "Deserialized.AzTokenRs.AzClientCredential";

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is PSObject bag && bag.TypeNames.Contains(Deserialized))
        {
            throw new ArgumentTransformationMetadataException(Messages.Text(MessageId.ClientCredentialDeserialized));
        }

        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value switch
        {
            null or AzClientCredential => value,
            string text => AzClientCredential.OfSecret(SecureText.Secure(text), null),
            SecureString secret => AzClientCredential.OfSecret(secret, null),
            PSCredential credential => AzClientCredential.OfSecret(credential.Password, credential.UserName),
            X509Certificate2 certificate => AzClientCredential.OfCertificate(certificate),
            ScriptBlock script => AzClientCredential.OfScript(script),
            _ => throw new ArgumentTransformationMetadataException(
                Messages.Text(MessageId.ClientCredentialUnsupported, value.GetType().FullName)),
        };
    }
}
