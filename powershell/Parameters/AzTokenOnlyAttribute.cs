using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>
/// Takes AzTokens only, and names no other value: PowerShell would quote it, and the text of a token is easily given here.
/// </summary>
internal sealed class AzTokenOnlyAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapper ? wrapper.BaseObject : inputData;
        return value is AzToken
            ? value
            : throw new ArgumentTransformationMetadataException("Give an AzToken; the text of a refresh token goes to -RefreshToken.");
    }
}
