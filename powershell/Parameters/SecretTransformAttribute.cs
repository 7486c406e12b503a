using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;

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

    /// <summary>
    /// Whether the value may come as a property of a pipeline object. Then nothing is refused while PowerShell binds, as it
    /// would show the object; the cmdlet asks <see cref="IsRefused"/>.
    /// </summary>
    public bool FromPipeline { get; set; }

    private static readonly SecureString s_refused = SecureText.Secure("<refused>");

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var token = DeserializedToken.Restore(inputData);
        var value = token ?? (inputData is PSObject wrapper ? wrapper.BaseObject : inputData);
        return value switch
        {
            null or SecureString => value,
            string text => SecureText.Secure(text),
            PSCredential when TakesCredential => value,
            ScriptBlock when TakesScriptBlock => value,
            AzToken when TakesToken => value,
            _ when FromPipeline => s_refused,
            AzToken => throw new ArgumentTransformationMetadataException(Messages.Text(MessageId.SecretIsAzToken)),
            _ => throw new ArgumentTransformationMetadataException(Messages.Text(MessageId.SecretUnsupported, Expected)),
        };
    }

    /// <summary>A refresh token as an object has it: a SecureString, or the AzToken that has it.</summary>
    internal static object? FromObject(object? value) =>
        new SecretTransformAttribute { TakesToken = true, FromPipeline = true }.Transform(null!, value);

    /// <summary>Whether the value was something else than a secret.</summary>
    internal static bool IsRefused(object? value) => ReferenceEquals(value, s_refused);

    private string Expected =>
        "a string" + (TakesCredential || TakesScriptBlock || TakesToken ? ", a SecureString or " : " or ") + (
            TakesCredential ? "a PSCredential with the client ID as user name"
            : TakesScriptBlock ? "a script block"
            : TakesToken ? "an AzToken"
            : "a SecureString");
}
