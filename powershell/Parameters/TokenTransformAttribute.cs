using System.Management.Automation;

namespace AzTokenRs.Parameters;

/// <summary>Takes an AzToken that has been through a job, remoting or a file as the AzToken that it was.</summary>
internal sealed class TokenTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        DeserializedToken.Restore(inputData) ?? inputData;
}
