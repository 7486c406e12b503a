using System.Management.Automation;
using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The client credentials grant with a secret.</summary>
public sealed class ClientCredentialsTests(Emulator emulator) : GrantTests(emulator)
{
    private const string Secret = Emulator.AppSecret;

    [Fact]
    public async Task An_app_gets_its_own_token()
    {
        var token = await TokenAsync($"Get-AzToken {App} -ClientSecret {Secret}", Secret);

        Assert.Equal(Emulator.App, token.ClientId);
        Assert.Equal(Emulator.TenantId, token.TenantId);
        Assert.Null(token.RefreshToken);
        Assert.Null(token.IdToken);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal(["client_id", "client_secret", "grant_type", "scope"], request.FormNames.Order(StringComparer.Ordinal));
        Assert.Equal("client_credentials", request.Form("grant_type"));
        Assert.Equal("https://graph.microsoft.com/.default", request.Form("scope"));
        Assert.Equal(Secret, request.Form("client_secret"));
    }

    [Fact]
    public async Task For_another_resource()
    {
        var token = await TokenAsync($"Get-AzToken https://management.azure.com/ {App} -ClientSecret {Secret}", Secret);

        Assert.Equal("https://management.azure.com/.default", (await Emulator.TokenRequestAsync()).Form("scope"));
        Assert.StartsWith("https://management.azure.com", (string)token.Claims!["aud"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$secure")]
    [InlineData("$credential")]
    public async Task The_secret_as_SecureString_or_credential(string value)
    {
        var secure = new NetworkCredential(string.Empty, Secret).SecurePassword;
        Session.SetVariable("secure", secure);
        Session.SetVariable("credential", new PSCredential(Emulator.App, secure));
        var client = value == "$secure" ? $"-ClientId {Emulator.App}" : string.Empty;
        await TokenAsync($"Get-AzToken {Place} {client} -ClientCredential {value}", Secret);

        var request = await Emulator.TokenRequestAsync();
        Assert.Equal(Emulator.App, request.Form("client_id"));
        Assert.Equal(Secret, request.Form("client_secret"));
    }

    [Fact]
    public async Task A_credential_for_another_client_is_refused()
    {
        Session.SetVariable("credential", new PSCredential("other", new NetworkCredential(string.Empty, Secret).SecurePassword));
        await RefusedLocallyAsync($"Get-AzToken {App} -ClientCredential $credential", "client_id", "belongs to the client other", Secret);
    }

    [Fact]
    public async Task A_wrong_secret()
    {
        var exception = await RefusedAsync($"Get-AzToken {App} -ClientSecret wrong-secret-text", 7000215, "wrong-secret-text");
        Assert.Equal(("invalid_client", 401), (exception.Error, exception.HttpStatus));
    }

    [Fact]
    public Task An_expired_secret() => RefusedAsync(
        $"Get-AzToken {App} -ClientSecret {Emulator.ExpiredAppSecret}", 7000222, Emulator.ExpiredAppSecret);

    [Fact]
    public Task An_unknown_app() => RefusedAsync(
        $"Get-AzToken {Place} -ClientId 11111111-2222-3333-4444-555555555555 -ClientSecret {Secret}", 700038, Secret);

    [Fact]
    public Task A_public_client_takes_no_secret() => RefusedAsync(
        $"Get-AzToken {Place} -ClientId {Emulator.AzurePowerShell} -ClientSecret {Secret}", 700025, Secret);

    [Fact]
    public Task An_unknown_resource() => RefusedAsync(
        $"Get-AzToken https://nowhere.example {App} -ClientSecret {Secret}", 500011, Secret);

    [Theory]
    [InlineData("-ClientId c -Tenant organizations -ClientSecret hunter2", "tenant", "tenant ID or domain")]
    [InlineData("-Tenant contoso.com -ClientCredential hunter2", "client_id", "-ClientId is required")]
    [InlineData("-ClientId c -Tenant contoso.com -ClientSecret hunter2 -Scope User.Read", "scopes", ".default")]
    [InlineData("-ClientId c -Tenant contoso.com -ClientSecret ' '", "client_secret", "must not be empty")]
    [InlineData("-ClientId c -Tenant contoso.com -ClientSecret hunter2 -ExtraParameter @{ client_secret = 'x' }", "extra_parameters", "client_secret")]
    [InlineData("-ClientId c -Tenant contoso.com -ClientSecret hunter2 -ProxyCredential $credential", "proxy", "-Proxy")]
    public Task What_can_not_work_is_refused_before_it_is_sent(string parameters, string name, string words)
    {
        Session.SetVariable("credential", new PSCredential("u", new NetworkCredential(string.Empty, "hunter2").SecurePassword));
        return RefusedLocallyAsync($"Get-AzToken -Authority {Emulator.Url} {parameters}", name, words, "hunter2");
    }

    [Theory]
    [InlineData("-ClientSecret a -ClientCertificatePath b")]
    [InlineData("-ClientAssertion a.b.c -ClientSecret a")]
    [InlineData("-ClientSecret a -ClientCredential b")]
    [InlineData("-DeviceCode -ClientSecret a")]
    [InlineData("-OnBehalfOf -UserAssertion a.b.c -ClientSecret a")]
    [InlineData("-RefreshToken r -ClientCertificatePath b")]
    [InlineData("-RefreshToken r -CertificatePassword x")]
    [InlineData("-RefreshToken r -SendCertificateChain")]
    [InlineData("-ClientSecret s -CertificateAlgorithm RS256")]
    public async Task What_no_syntax_shows_is_refused_by_PowerShell(string parameters)
    {
        using var run = Session.Start($"Get-AzToken {App} {parameters}");
        var error = await run.ErrorAsync();
        Assert.StartsWith("AmbiguousParameterSet", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Fact]
    public async Task Many_tenants_with_one_secret()
    {
        using var run = Session.Start(
            $"'{Emulator.Contoso}', 'nowhere.example' | Get-AzToken -Authority {Emulator.Url} -ClientId {Emulator.App} -ClientSecret {Secret}");
        await run.EndAsync();

        Assert.Single(run.Output);
        Assert.Equal("nowhere.example", Assert.Single(run.Streams.Error).TargetObject);
    }

    [Fact]
    public async Task When_to_come_back_is_told()
    {
        await Emulator.FaultAsync(new
        {
            path = "/token",
            times = 0,
            status = 429,
            headers = new Dictionary<string, string> { ["Retry-After"] = "3600" },
            body = new { error = "temporarily_unavailable" },
        });
        var error = await ErrorAsync($"Get-AzToken {App} -ClientSecret {Secret}", Secret);

        Assert.Equal(TimeSpan.FromHours(1), Assert.IsType<AzTokenException>(error.Exception).RetryAfter);
    }
}
