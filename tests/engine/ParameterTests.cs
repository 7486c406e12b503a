using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The parameters of the cmdlet, as the engine resolves them, against the table tests/parameters.json.</summary>
public sealed class ParameterTests : IDisposable
{
    private readonly EngineSession _session = new();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void The_table_and_the_cmdlet_name_the_same_parameters(string cmdlet)
    {
        var actual = Command(cmdlet).Parameters.Keys.Except(Cmdlet.CommonParameters).Except(Cmdlet.OptionalCommonParameters).Order(StringComparer.Ordinal);
        Assert.Equal(ParameterTable.Of(cmdlet).Keys.Order(StringComparer.Ordinal), actual);
    }

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void Each_parameter_is_what_the_table_says(string cmdlet)
    {
        var command = Command(cmdlet);
        foreach (var (name, contract) in ParameterTable.Of(cmdlet))
        {
            Assert.Equal((name, contract.Type), (name, command.Parameters[name].ParameterType.FullName));
            Assert.Equal(contract.Aliases ?? [], command.Parameters[name].Aliases.Order(StringComparer.Ordinal));
            foreach (var set in command.ParameterSets)
            {
                CheckInSet(name, contract, set);
            }
        }
    }

    [Fact]
    public void There_is_one_parameter_set_per_grant_and_per_credential_of_an_app()
    {
        var command = Command("Get-AzToken");
        Assert.Equal(
            [
                "AuthorizationCode", "AuthorizationResponse", "ClientAssertion", "ClientCertificate", "ClientCertificatePath",
                "ClientCredential", "ClientSecret", "DeviceCode", "Implicit", "Interactive", "NonInteractive", "OnBehalfOf", "Password",
                "RefreshToken",
            ],
            command.ParameterSets.Select(set => set.Name).Order(StringComparer.Ordinal));
        Assert.Equal("NonInteractive", ((CmdletInfo)command).DefaultParameterSet);
    }

    [Theory]
    [InlineData("Get-AzToken")]
    [InlineData("Get-AzToken -ClientId c -Tenant contoso.com")]
    [InlineData("'contoso.com' | Get-AzToken -Resource https://management.azure.com")]
    public async Task Without_a_grant_the_choice_is_told(string command)
    {
        using var run = _session.Start(command);
        var error = await run.ErrorAsync();

        Assert.Equal("GrantMissing,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.All(
            ["-DeviceCode", "-Interactive", "-AuthorizationCode", "-Implicit"],
            name => Assert.Contains(name, error.Exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Get-AzToken -DeviceCode -Tenant o", "organizations")]
    [InlineData("Get-AzToken -DeviceCode -Resource https://man", "https://management.azure.com")]
    [InlineData("Get-AzToken -DeviceCode -Resource graph", "https://graph.microsoft.com")]
    [InlineData("Get-AzToken -DeviceCode -Resource 'key v", "https://vault.azure.net")]
    [InlineData("Get-AzToken -ClientId cli", "04b07795-8ddb-461a-bbee-02f9e1bf7b46")]
    [InlineData("New-AzAuthorizationUri -ClientId 1950", "1950a258-227b-4e31-a9cf-717495945fc2")]
    [InlineData("Get-AzToken -DeviceCode -Cloud usgov -Resource https://man", "https://management.usgovcloudapi.net")]
    [InlineData("Get-AzToken -DeviceCode -Cloud china -Resource https://m", "https://microsoftgraph.chinacloudapi.cn")]
    [InlineData("Get-AzToken -DeviceCode -Culture sv-S", "sv-SE")]
    [InlineData("Get-AzToken -DeviceCode -Cloud us", "usgov")]
    [InlineData("Get-AzToken -DeviceCode -Cloud d", "delos")]
    [InlineData("Get-AzToken -DeviceCode -Cloud bleu -Resource https://g", "https://graph.svc.sovcloud.fr")]
    [InlineData("Get-AzToken -Interactive -Prompt s", "select_account")]
    [InlineData("Get-AzToken -Interactive -ResponseMode f", "form_post")]
    [InlineData("Get-AzToken -Interactive -ResponseType c", "'code id_token'")]
    [InlineData("Get-AzToken -Implicit -ResponseType i", "id_token")]
    [InlineData("Get-AzToken -Implicit -DomainHint o", "organizations")]
    [InlineData("New-AzAuthorizationUri -ResponseType t", "token")]
    [InlineData("New-AzPkceChallenge -Method p", "plain")]
    public void Arguments_are_completed(string typed, string expected) => Assert.Contains(expected, Offered(typed));

    [Theory]
    [MemberData(nameof(ParameterTable.Cmdlets), MemberType = typeof(ParameterTable))]
    public void Every_parameter_is_offered_and_the_common_ones_too(string cmdlet)
    {
        var offered = Offered($"{cmdlet} -");
        Assert.All(ParameterTable.Of(cmdlet).Keys.Append("Verbose"), name => Assert.Contains($"-{name}", offered));
    }

    [Theory]
    [InlineData("Get-AzToken -Interactive -ResponseType ", "id_token")]
    [InlineData("Get-AzToken -Interactive -ResponseType ", "token")]
    [InlineData("Get-AzToken -Implicit -ResponseType ", "code")]
    public void What_the_grant_refuses_is_not_offered(string typed, string refused)
    {
        var offered = Offered(typed);
        Assert.NotEmpty(offered);
        Assert.DoesNotContain(refused, offered);
    }

    [Theory]
    [InlineData("-TimeoutSeconds 0", "TimeoutSeconds")]
    [InlineData("-TimeoutSeconds 86401", "TimeoutSeconds")]
    [InlineData("-ThrottleLimit 0", "ThrottleLimit")]
    [InlineData("-Cloud germany", "Cloud")]
    [InlineData("-Scope @()", "Scope")]
    [InlineData("-ExtraParameter @{ a = @{} }", "ExtraParameter")]
    public async Task A_value_out_of_range_is_refused_by_name(string parameters, string name)
    {
        using var run = _session.Start($"Get-AzToken -DeviceCode {parameters}");
        var error = await run.ErrorAsync();
        Assert.Equal(name, Assert.IsAssignableFrom<ParameterBindingException>(error.Exception).ParameterName);
    }

    private string[] Offered(string typed)
    {
        _session.SetVariable("typed", typed);
        return _session.Invoke("(TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText")
            .Select(text => (string)text.BaseObject).ToArray();
    }

    private CommandInfo Command(string cmdlet) =>
        (CommandInfo)Assert.Single(_session.Invoke($"Get-Command {cmdlet}")).BaseObject;

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
