using System.Management.Automation;
using System.Security;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes a secret as string or SecureString, and makes a SecureString of it. Never names the value in an error.
/// </summary>
internal sealed class SecretTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a PSCredential is taken too, as it is.</summary>
    public bool TakesCredential { get; set; }

    /// <summary>Whether a script block is taken too, as it is.</summary>
    public bool TakesScriptBlock { get; set; }

    /// <summary>Whether an AzToken is taken too, as it is.</summary>
    public bool TakesToken { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var restored = TakesToken ? DeserializedToken.Restore(inputData) : null;
        var value = restored ?? (inputData is PSObject wrapper ? wrapper.BaseObject : inputData);
        return value switch
        {
            null or SecureString => value,
            string text => SecureText.Secure(text),
            PSCredential when TakesCredential => value,
            ScriptBlock when TakesScriptBlock => value,
            AzToken when TakesToken => value,
            AzToken => throw new ArgumentTransformationMetadataException(
                "An AzToken can't be used here: this parameter takes another secret, as a string or a SecureString."),
            _ => throw new ArgumentTransformationMetadataException($"Give {Expected}."),
        };
    }

    private string Expected =>
        "a string" + (TakesCredential || TakesScriptBlock || TakesToken ? ", a SecureString or " : " or ") + (
            TakesCredential ? "a PSCredential with the client ID as user name"
            : TakesScriptBlock ? "a script block"
            : TakesToken ? "an AzToken"
            : "a SecureString");
}
