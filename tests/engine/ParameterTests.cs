using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The parameters of the cmdlet, as the engine resolves them, against the table tests/parameters.json.</summary>
public sealed class ParameterTests : IDisposable
{
    private readonly EngineSession _session = new();
    private readonly CommandInfo _command;

    /// <summary>Asks the engine.</summary>
    public ParameterTests() =>
        _command = (CommandInfo)Assert.Single(_session.Invoke("Get-Command Get-AzToken")).BaseObject;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_table_and_the_cmdlet_name_the_same_parameters()
    {
        var actual = _command.Parameters.Keys.Except(Cmdlet.CommonParameters).Order(StringComparer.Ordinal);
        Assert.Equal(ParameterTable.Of("Get-AzToken").Keys.Order(StringComparer.Ordinal), actual);
    }

    [Fact]
    public void There_is_one_parameter_set_per_grant()
    {
        Assert.Equal(["DeviceCode"], _command.ParameterSets.Select(set => set.Name));
        Assert.Equal("DeviceCode", ((CmdletInfo)_command).DefaultParameterSet);
    }

    [Fact]
    public void Each_parameter_is_what_the_table_says()
    {
        foreach (var (name, contract) in ParameterTable.Of("Get-AzToken"))
        {
            Assert.Equal((name, contract.Type), (name, _command.Parameters[name].ParameterType.FullName));
            Assert.Equal(contract.Aliases ?? [], _command.Parameters[name].Aliases.Order(StringComparer.Ordinal));
            foreach (var set in _command.ParameterSets)
            {
                CheckInSet(name, contract, set);
            }
        }
    }

    [Theory]
    [InlineData("Get-AzToken -DeviceCode -Tenant o", "organizations")]
    [InlineData("Get-AzToken -DeviceCode -Resource https://man", "https://management.azure.com")]
    [InlineData("Get-AzToken -DeviceCode -Culture sv-S", "sv-SE")]
    [InlineData("Get-AzToken -DeviceCode -Cloud us", "usgov")]
    public void Arguments_are_completed(string typed, string expected)
    {
        _session.SetVariable("typed", typed);
        var offered = _session.Invoke("(TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText")
            .Select(text => (string)text.BaseObject);
        Assert.Contains(expected, offered);
    }

    [Theory]
    [InlineData("-TimeoutSeconds 0", "TimeoutSeconds")]
    [InlineData("-TimeoutSeconds 86401", "TimeoutSeconds")]
    [InlineData("-ThrottleLimit 0", "ThrottleLimit")]
    [InlineData("-Cloud germany", "Cloud")]
    [InlineData("-Tenant ''", "Tenant")]
    [InlineData("-Scope @()", "Scope")]
    [InlineData("-ExtraParameter @{ a = @{} }", "ExtraParameter")]
    public async Task A_value_out_of_range_is_refused_by_name(string parameters, string name)
    {
        using var run = _session.Start($"Get-AzToken -DeviceCode {parameters}");
        var error = await run.ErrorAsync();
        Assert.Equal(name, Assert.IsAssignableFrom<ParameterBindingException>(error.Exception).ParameterName);
    }

    private static void CheckInSet(string name, ParameterContract contract, CommandParameterSetInfo set)
    {
        var parameter = set.Parameters.SingleOrDefault(candidate => candidate.Name == name);
        Assert.Equal((name, contract.Sets?.Contains(set.Name) ?? true), (name, parameter is not null));
        if (parameter is not null)
        {
            Assert.Equal((name, contract.Mandatory?.Contains(set.Name) ?? false), (name, parameter.IsMandatory));
            Assert.Equal((name, contract.Position ?? int.MinValue), (name, parameter.Position));
            Assert.Equal((name, contract.Pipeline?.Contains("value") ?? false), (name, parameter.ValueFromPipeline));
            Assert.Equal((name, contract.Pipeline?.Contains("property") ?? false), (name, parameter.ValueFromPipelineByPropertyName));
        }
    }
}
