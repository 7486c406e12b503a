namespace AzTokenRs.Parameters;

/// <summary>Names of the parameter sets: of Get-AzToken, one per grant; of ConvertFrom-AzToken, one per form of output.</summary>
internal static class ParameterSets
{
    internal const string DeviceCode = "DeviceCode";

    internal const string Object = "Object";

    internal const string Json = "Json";

    internal const string Explain = "Explain";
}
