using System.Text.Json;

namespace AzTokenRs.EngineTests.Support;

/// <summary>tests/parameters.json: what users may rely on.</summary>
public static class ParameterTable
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The cmdlets of the table, for theories.</summary>
    public static TheoryData<string> Cmdlets => [.. Read().Keys];

    internal static IEnumerable<string> Names => Read().Keys;

    /// <summary>The names of all parameters.</summary>
    internal static IEnumerable<string> All => Read().Values.SelectMany(parameters => parameters.Keys);

    /// <summary>The parameters of a cmdlet by name.</summary>
    internal static IReadOnlyDictionary<string, ParameterContract> Of(string cmdlet) => Read()[cmdlet];

    private static Dictionary<string, Dictionary<string, ParameterContract>> Read() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, ParameterContract>>>(
            File.ReadAllText(Repository.File("tests", "parameters.json")), s_options)!;
}

/// <summary>A parameter; without sets it belongs to all of them, without a position it is named.</summary>
internal sealed record ParameterContract(
    string Type, int? Position, string[]? Aliases, string[]? Pipeline, string[]? Sets, string[]? Mandatory);
