namespace AzTokenRs.Parameters;

/// <summary>Names of the parameter sets: one per grant.</summary>
internal static class ParameterSets
{
    internal const string DeviceCode = "DeviceCode";
}
