using System.Text.Json;

namespace AzTokenRs.EngineTests.Support;

/// <summary>tests/parameters.json: what users may rely on.</summary>
internal static class ParameterTable
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The parameters of a cmdlet by name.</summary>
    internal static IReadOnlyDictionary<string, ParameterContract> Of(string cmdlet) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, ParameterContract>>>(
            File.ReadAllText(Repository.File("tests", "parameters.json")), s_options)![cmdlet];
}

/// <summary>A parameter; without sets it belongs to all of them, without a position it is named.</summary>
internal sealed record ParameterContract(
    string Type, int? Position, string[]? Aliases, string[]? Pipeline, string[]? Sets, string[]? Mandatory);
