using System.Management.Automation;
using System.Text.Json;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// Scripts written for AzAuth run unchanged: tests/azauth.json holds its parameters, and the differences that are accepted, each
/// with its reason. A difference that is gone has to leave the list.
/// </summary>
public sealed class AzAuthContractTests : IDisposable
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly EngineSession _session = new();
    private readonly Contract _contract = JsonSerializer.Deserialize<Contract>(
        File.ReadAllText(Repository.File("tests", "azauth.json")), s_options)!;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_difference_is_accepted_and_every_accepted_one_is_real()
    {
        Assert.All(_contract.Differences, accepted => Assert.True(accepted.Reason.Length > 5, accepted.Parameter));
        Assert.Equal(
            _contract.Differences.Select(accepted => $"{accepted.Parameter} {accepted.Difference}").Order(StringComparer.Ordinal),
            Differences().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_default_set_is_the_same()
    {
        var command = Assert.IsType<CmdletInfo>(Assert.Single(_session.Invoke("Get-Command Get-AzToken")).BaseObject);
        Assert.Equal(_contract.DefaultSet, command.DefaultParameterSet);
    }

    [Theory]
    [InlineData("Force", "-ClientCredential s -ClientId c -Tenant contoso.com")]
    [InlineData("Scopes x", "-DeviceCode")]
    [InlineData("Certificate $c", "-ClientId c -Tenant t")]
    [InlineData("CertificatePath x.pfx", "-ClientId c -Tenant t")]
    [InlineData("Assertion a.b.c", "-ClientId c -Tenant t")]
    public void Names_of_others_are_understood(string parameter, string call)
    {
        var name = parameter.Split(' ')[0];
        var found = _session.Invoke(
            $"[System.Management.Automation.Language.StaticParameterBinder]::BindCommand({{ Get-AzToken -{parameter} {call} }}.Ast.EndBlock.Statements[0].PipelineElements[0]).BindingExceptions.Count");
        Assert.Equal(0, Assert.Single(found).BaseObject);
        var command = (CommandInfo)Assert.Single(_session.Invoke("Get-Command Get-AzToken")).BaseObject;
        Assert.NotNull(command.ResolveParameter(name));
    }

    private IEnumerable<string> Differences()
    {
        var command = (CommandInfo)Assert.Single(_session.Invoke("Get-Command Get-AzToken")).BaseObject;
        var sets = command.ParameterSets.ToDictionary(set => set.Name, set => set.Parameters.ToDictionary(parameter => parameter.Name));
        foreach (var missing in _contract.Parameters.Values.SelectMany(parameter => parameter.Sets).Distinct().Except(sets.Keys))
        {
            yield return $"* set:{missing}";
        }

        foreach (var (name, theirs) in _contract.Parameters)
        {
            if (!command.Parameters.TryGetValue(name, out var ours))
            {
                yield return $"{name} missing";
                continue;
            }

            if (ours.ParameterType.FullName != theirs.Type)
            {
                yield return $"{name} type";
            }

            foreach (var alias in (theirs.Aliases ?? []).Except(ours.Aliases))
            {
                yield return $"{name} alias:{alias}";
            }

            foreach (var set in theirs.Sets.Where(sets.ContainsKey))
            {
                if (!sets[set].TryGetValue(name, out var parameter))
                {
                    yield return $"{name} not in {set}";
                }
                else
                {
                    foreach (var difference in InSet(name, set, theirs, parameter))
                    {
                        yield return difference;
                    }
                }
            }
        }
    }

    private static IEnumerable<string> InSet(string name, string set, TheirParameter theirs, CommandParameterInfo ours)
    {
        if (ours.Position != (theirs.Position ?? int.MinValue))
        {
            yield return $"{name} position in {set}";
        }

        if (ours.IsMandatory != (theirs.Mandatory?.Contains(set) ?? false))
        {
            yield return $"{name} mandatory in {set}";
        }
    }

    private sealed record Contract(
        string Source, string DefaultSet, Dictionary<string, TheirParameter> Parameters, AcceptedDifference[] Differences);

    private sealed record TheirParameter(string Type, int? Position, string[]? Aliases, string[] Sets, string[]? Mandatory);

    private sealed record AcceptedDifference(string Parameter, string Difference, string Reason);
}
