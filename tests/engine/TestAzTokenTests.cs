using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>Test-AzToken and Get-AzOpenIdConfiguration against the emulator, and offline with keys in every form.</summary>
public sealed class TestAzTokenTests(Emulator emulator) : GrantTests(emulator)
{
    private string Get => $"Get-AzToken {App} -ClientSecret {Emulator.AppSecret}";

    [Theory]
    [InlineData("https://graph.microsoft.com")]
    [InlineData($"api://{Emulator.Api}")]
    public async Task A_token_of_the_authority_is_good(string resource)
    {
        var token = await TokenAsync($"{Get} -Resource {resource}");
        Session.SetVariable("token", token);
        var audience = (string)token.Claims!["aud"]!;
        var result = Test($"$token | Test-AzToken -Audience {audience} {Place} -Detailed");
        Assert.True(result.IsValid, string.Join("\n", result.Checks));
        Assert.Empty(result.Failed);
        Assert.Equal(9, result.Checks.Count);
        Assert.Equal(token.Claims["iss"], result.Issuer);

        Assert.Equal(true, Assert.Single(Session.Invoke($"Test-AzToken $token {audience} {Place}")).BaseObject);
        Assert.Equal(false, Assert.Single(Session.Invoke($"Test-AzToken $token api://another {Place}")).BaseObject);
    }

    [Fact]
    public async Task Another_tenants_token_and_a_changed_one_are_not()
    {
        var token = await TokenAsync(Get);
        Session.SetVariable("token", token);
        var foreign = Test($"Test-AzToken $token -Authority {Emulator.Url} -Tenant {Emulator.Fabrikam} -Detailed");
        Assert.Equal(["Issuer"], foreign.Failed.Select(check => check.Name));
        Session.SetVariable("changed", TestIssuer.Tamper(token.Token!, 2));
        var changed = Test($"Test-AzToken $changed {Place} -Detailed");
        Assert.Equal(["Signature"], changed.Failed.Select(check => check.Name));
    }

    [Fact]
    public async Task Keys_are_fetched_once_for_many_tokens()
    {
        Session.SetVariable("token", await TokenAsync(Get));
        await Emulator.ResetAsync();
        Assert.Equal(20, Session.Invoke($"1..20 | ForEach-Object {{ $token }} | Test-AzToken {Place} | Where-Object {{ $_ }}").Count);
        var keys = (await Emulator.RequestsAsync()).Count(request => request.Path.EndsWith("/keys", StringComparison.Ordinal));
        Assert.InRange(keys, 0, 1);
    }

    [Theory]
    [InlineData("$json")]
    [InlineData("$file")]
    [InlineData("./keys.json")]
    [InlineData("@{ keys = $keys }")]
    public async Task Offline_keys_come_as_path_text_or_object(string jwks)
    {
        using var issuer = new TestIssuer();
        var folder = Directory.CreateTempSubdirectory("aztoken");
        try
        {
            var file = Path.Combine(folder.FullName, "keys.json");
            await File.WriteAllTextAsync(file, issuer.Jwks);
            Session.SetVariable("json", issuer.Jwks);
            Session.SetVariable("file", new FileInfo(file));
            Session.SetVariable("keys", Keys(issuer));
            Session.SetVariable("token", issuer.Sign(TestIssuer.Claims()));
            Session.Invoke($"$ExecutionContext.SessionState.Path.SetLocation('{folder.FullName}')");
            var result = Test($"Test-AzToken $token -Jwks {jwks} -Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant} -Detailed");
            Assert.True(result.IsValid, string.Join("\n", result.Checks));
            Assert.Empty(await Emulator.RequestsAsync());
        }
        finally
        {
            Session.Invoke($"$ExecutionContext.SessionState.Path.SetLocation('{Path.GetTempPath()}')");
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Another_algorithm_counts_only_when_it_is_asked_for()
    {
        using var issuer = new TestIssuer();
        Session.SetVariable("jwks", issuer.Jwks);
        Session.SetVariable("token", issuer.Sign(TestIssuer.Claims()));
        Assert.Equal(["Algorithm"], Test("Test-AzToken $token -Jwks $jwks -Algorithm PS256 -Detailed").Failed.Select(check => check.Name));
        Session.SetVariable("none", TestIssuer.Unsigned(TestIssuer.Claims(), "nOnE"));
        var none = Test("Test-AzToken $none -Jwks $jwks -Detailed");
        Assert.Contains("none", none.Failed.First(check => check.Name == "Algorithm").Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_graph_token_with_a_nonce_is_not_called_forged()
    {
        using var issuer = new TestIssuer();
        var header = TestIssuer.Encode(System.Text.Encoding.UTF8.GetBytes($$"""{"typ":"JWT","alg":"RS256","kid":"{{TestIssuer.KeyId}}","nonce":"n"}"""));
        var parts = issuer.Sign(TestIssuer.Claims(("aud", "https://graph.microsoft.com"))).Split('.');
        Session.SetVariable("token", $"{header}.{parts[1]}.{parts[2]}");
        Session.SetVariable("jwks", issuer.Jwks);
        var result = Test("Test-AzToken $token -Jwks $jwks -Detailed");
        Assert.False(result.IsValid);
        var signature = result.Checks.Single(check => check.Name == "Signature");
        Assert.Null(signature.Passed);
        Assert.Contains("verified here", signature.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData($"-Audience {TestIssuer.Audience}", false, true)]
    [InlineData($"-Tenant {TestIssuer.Tenant}", true, false)]
    [InlineData("-Tenant organizations", true, true)]
    [InlineData($"-Authority https://login.microsoftonline.com/{TestIssuer.Tenant}", true, false)]
    [InlineData($"-Audience {TestIssuer.Audience} -Tenant {TestIssuer.Tenant}", false, false)]
    public async Task What_was_not_checked_is_said_once(string parameters, bool audience, bool tenant)
    {
        using var issuer = new TestIssuer();
        Session.SetVariable("jwks", issuer.Jwks);
        Session.SetVariable("token", issuer.Sign(TestIssuer.Claims()));
        using var run = Session.Start($"$token, $token | Test-AzToken -Jwks $jwks {parameters}");
        await run.EndAsync();

        Assert.Equal([true, true], run.Output.Select(output => output.BaseObject));
        var warnings = run.Streams.Warning.Select(warning => warning.Message).ToArray();
        Assert.Equal((audience ? 1 : 0) + (tenant ? 1 : 0), warnings.Length);
        Assert.Equal(audience, warnings.Any(warning => warning.Contains("-Audience", StringComparison.Ordinal)));
        Assert.Equal(tenant, warnings.Any(warning => warning.Contains("-Tenant", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_forged_token_does_not_pass_an_if()
    {
        using var issuer = new TestIssuer();
        using var forger = new TestIssuer();
        Session.SetVariable("jwks", issuer.Jwks);
        Session.SetVariable("forged", forger.Sign(TestIssuer.Claims()));
        Assert.Equal("refused", Assert.Single(Session.Invoke(
            "if (Test-AzToken $forged -Jwks $jwks -WarningAction SilentlyContinue) { 'let in' } else { 'refused' }")).BaseObject);
    }

    [Fact]
    public void Both_forms_of_an_apps_own_audience_are_accepted()
    {
        using var issuer = new TestIssuer();
        Session.SetVariable("jwks", issuer.Jwks);
        Session.SetVariable("token", issuer.Sign(TestIssuer.Claims(("aud", Emulator.Api))));
        var verdicts = Session.Invoke(
            $"Test-AzToken $token api://{Emulator.Api} -Jwks $jwks -Tenant {TestIssuer.Tenant}; "
            + $"Test-AzToken $token {Emulator.Api} -Jwks $jwks -Tenant {TestIssuer.Tenant}; "
            + $"Test-AzToken $token api://{Emulator.WebApp} -Jwks $jwks -Tenant {TestIssuer.Tenant}");
        Assert.Equal([true, true, false], verdicts.Select(verdict => verdict.BaseObject));
    }

    [Theory]
    [InlineData("-Jwks ./nowhere.json", "jwks")]
    [InlineData("-Jwks '{'", "jwks")]
    [InlineData("-Authority http://login.contoso.com", "authority")]
    public async Task What_cannot_be_used_is_refused_by_name(string parameters, string name)
    {
        using var issuer = new TestIssuer();
        Session.SetVariable("token", issuer.Sign(TestIssuer.Claims()));
        using var run = Session.Start($"Test-AzToken $token {parameters}");
        var error = await run.ErrorAsync();
        Assert.IsType<AzTokenException>(error.Exception).AssertNames(name);
    }

    [Fact]
    public async Task Metadata_names_the_tenant_of_a_domain()
    {
        var found = Session.Invoke($"'{Emulator.Contoso}', '{Emulator.Fabrikam}' | Get-AzOpenIdConfiguration -Authority {Emulator.Url}");
        Assert.Equal(2, found.Count);
        Assert.Equal(Emulator.TenantId, found[0].Properties["TenantId"].Value);
        Assert.EndsWith("/oauth2/v2.0/token", (string)found[0].Properties["token_endpoint"].Value, StringComparison.Ordinal);
        Assert.NotEqual(found[0].Properties["TenantId"].Value, found[1].Properties["TenantId"].Value);

        using var run = Session.Start($"Get-AzOpenIdConfiguration nowhere.example -Authority {Emulator.Url}");
        var error = await run.ErrorAsync();
        Assert.StartsWith("AADSTS90002,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private static object[] Keys(TestIssuer issuer)
    {
        using var document = System.Text.Json.JsonDocument.Parse(issuer.Jwks);
        return [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(key =>
            new System.Collections.Hashtable(key.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString())))];
    }

    private AzTokenTestResult Test(string command) =>
        Assert.IsType<AzTokenTestResult>(Assert.Single(Session.Invoke(command)).BaseObject);
}
