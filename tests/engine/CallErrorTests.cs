using System.Management.Automation;
using AzTokenRs.EngineTests.Support;
using AzTokenRs.Errors;
using AzTokenRs.Parameters;

namespace AzTokenRs.EngineTests;

/// <summary>A mistake in the call ends it once, with an ID of its own and in PowerShell's words; what concerns one tenant is its error.</summary>
public sealed class CallErrorTests(Emulator emulator) : GrantTests(emulator)
{
    [Theory]
    [InlineData("-ClientCertificatePath no-such.pfx -ClientId c", "CertificateFileNotFound")]
    [InlineData("-ClientCredential s", "ClientIdMissing")]
    [InlineData("-ClientCredential s -ClientId c -ProxyCredential $credential", "ProxyMissing")]
    [InlineData("-ClientCredential s -ClientId c -Scope User.Read", "ScopeInvalid")]
    [InlineData("-ClientCertificatePath $keys/client.encrypted.pem -ClientId c", "CertificatePasswordMissing")]
    [InlineData("", "GrantMissing")]
    public async Task Fifty_tenants_and_one_mistake_are_one_error(string parameters, string id)
    {
        Session.SetVariable("keys", Repository.File("tests", "keys"));
        Session.SetVariable("credential", new PSCredential("u", SecureText.Secure("p")));
        using var run = Session.Start(
            $"try {{ 1..50 | ForEach-Object {{ \"tenant$_.example\" }} | Get-AzToken -Authority {Emulator.Url} {parameters}; 'went on' }} catch {{ $_ }}");
        await run.EndAsync();

        Assert.Empty(run.Streams.Error);
        var error = Assert.IsType<ErrorRecord>(Assert.Single(run.Output).BaseObject);
        Assert.Equal($"{id},AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Null(error.TargetObject);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Fact]
    public async Task It_is_caught_by_its_type()
    {
        using var run = Session.Start("try { Get-AzToken } catch [AzTokenRs.AzTokenException] { $_.Exception; $_.FullyQualifiedErrorId }");
        await run.EndAsync();
        Assert.IsType<AzTokenException>(run.Output[0].BaseObject);
        Assert.Equal("GrantMissing,AzTokenRs.Cmdlets.GetAzToken", run.Output[1].BaseObject);
    }

    [Fact]
    public async Task A_tenant_that_is_wrong_is_an_error_of_that_tenant()
    {
        using var run = Session.Start(
            $"'no/tenant', '{Emulator.Contoso}', 'organizations' | Get-AzToken -Authority {Emulator.Url} -ClientId {Emulator.App} -ClientSecret {Emulator.AppSecret}");
        await run.EndAsync();

        Assert.Single(run.Output);
        Assert.Equal(2, run.Streams.Error.Count);
        Assert.All(run.Streams.Error, error => Assert.StartsWith("TenantInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_the_call_it_ends_the_call()
    {
        using var run = Session.Start($"try {{ Get-AzToken -DeviceCode -Authority {Emulator.Url} -Tenant no/tenant }} catch {{ $_ }}");
        await run.EndAsync();
        Assert.Equal("TenantInvalid,AzTokenRs.Cmdlets.GetAzToken", ((ErrorRecord)Assert.Single(run.Output).BaseObject).FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("Get-AzToken -ClientCredential s -Tenant contoso.com", "-ClientId is required")]
    [InlineData("Get-AzToken -RefreshToken $null -Tenant contoso.com", "-RefreshToken is required, but its value is $null.")]
    [InlineData("New-AzAuthorizationUri -RedirectUri nope -ClientId c", "-RedirectUri must be a URI")]
    [InlineData("Get-AzToken -AuthorizationCode c -ClientId c", "-RedirectUri is required")]
    [InlineData("Get-AzToken -DeviceCode -Culture '??'", "-Culture must be")]
    [InlineData("Get-AzToken -DeviceCode -Tenant ''", "-Tenant requires a tenant ID")]
    [InlineData("Get-AzToken -DeviceCode -ClientId ' '", "-ClientId requires an application")]
    [InlineData("New-AzPkceChallenge short", "-CodeVerifier ")]
    [InlineData("New-AzClientAssertion -ClientCertificatePath $pem", "-ClientId is ")]
    [InlineData("New-AzClientAssertion -ClientId c -ClientCredential s", "-ClientCredential must be a certificate")]
    public async Task Errors_speak_of_parameters(string command, string words)
    {
        Session.SetVariable("pem", TestKeys.Pkcs8);
        using var run = Session.Start($"try {{ {command} }} catch {{ $_ }}");
        await run.EndAsync();

        var error = Assert.IsType<ErrorRecord>(Assert.Single(run.Output).BaseObject);
        Assert.StartsWith(words, error.Exception.Message, StringComparison.Ordinal);
        Assert.All(ParameterNames.Members.Where(member => member.Contains('_', StringComparison.Ordinal)), member => Assert.DoesNotContain(
            member + ":", error.Exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_message_has_its_text_and_each_text_its_message()
    {
        var ids = Enum.GetNames<MessageId>();
        Assert.All(Enum.GetValues<MessageId>(), id => Assert.NotEmpty(Messages.Text(id)));
        var resources = new System.Resources.ResourceManager("AzTokenRs.Errors.Messages", typeof(AzToken).Assembly)
            .GetResourceSet(System.Globalization.CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!;
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            resources.Cast<System.Collections.DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_name_of_the_table_is_a_parameter()
    {
        var known = ParameterTable.All.ToHashSet(StringComparer.Ordinal);
        Assert.All(ParameterNames.Members.SelectMany(ParameterNames.All), name => Assert.Contains(name, known));
    }

    [Theory]
    [InlineData("Set `client_id` and `scopes`.", "Set -ClientId and -Scope.")]
    [InlineData("The header `kid`, or AZURE_CLIENT_ID.", "The header `kid`, or AZURE_CLIENT_ID.")]
    [InlineData("`Invoke-RestMethod` of `client_secret`", "`Invoke-RestMethod` of -ClientSecret")]
    public void Members_in_backquotes_become_parameters(string text, string expected) =>
        Assert.Equal(expected, ParameterNames.InText(text, null));

    [Theory]
    [InlineData("missing", "is required for this.", "ClientIdMissing", "-ClientId is required for this.")]
    [InlineData("conflict", "can't be combined with `tenant`.", "ClientIdConflict", "-ClientId can't be combined with -Tenant.")]
    [InlineData("not_found", "the file 'x' doesn't exist.", "ClientIdNotFound", "-ClientId: the file 'x' doesn't exist.")]
    [InlineData(null, "is needed.", "ClientIdMissing", "-ClientId is needed.")]
    [InlineData(null, "must be a GUID.", "ClientIdInvalid", "-ClientId must be a GUID.")]
    public void The_core_gives_the_reason_and_PowerShell_the_words(string? reason, string problem, string id, string message)
    {
        var exception = new AzTokenException("invalid_parameter", "invalid_parameter", $"client_id: {problem}", [])
        {
            Parameter = "client_id",
            Reason = reason,
            Problem = reason is null ? null : problem,
        };
        var record = ErrorRecords.From(exception, "target");
        Assert.Equal((id, message), (record.FullyQualifiedErrorId, record.Exception.Message));
        Assert.Null(record.TargetObject);
    }

    [Theory]
    [InlineData("Get-AzToken", true)]
    [InlineData("Test-AzToken", true)]
    [InlineData("Get-AzOpenIdConfiguration", true)]
    [InlineData("New-AzAuthorizationUri", false)]
    [InlineData("New-AzClientAssertion", false)]
    [InlineData("New-AzClientCredential", false)]
    [InlineData("New-AzPkceChallenge", false)]
    [InlineData("ConvertFrom-AzToken", false)]
    public void What_is_about_the_network_is_where_the_network_is_used(string cmdlet, bool usesNetwork) => Assert.All(
        ["Proxy", "ProxyCredential", "CorrelationId", "TimeoutSeconds", "ThrottleLimit"],
        name => Assert.Equal(usesNetwork, ParameterTable.Of(cmdlet).ContainsKey(name)));
}
