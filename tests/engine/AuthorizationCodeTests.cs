using System.Net;
using AzTokenRs.EngineTests.Support;
using AzTokenRs.Parameters;

namespace AzTokenRs.EngineTests;

/// <summary>Codes that another program received: New-AzAuthorizationUri, a person, and Get-AzToken -AuthorizationCode.</summary>
public sealed class AuthorizationCodeTests(Emulator emulator) : BrowserTests(emulator)
{
    private const string Secret = $"-ClientCredential {Emulator.WebAppSecret}";

    private string Uri => $"New-AzAuthorizationUri {Place} -ClientId {Emulator.WebApp} -RedirectUri {Emulator.WebAppRedirectUri}";

    [Theory]
    [InlineData("$code")]
    [InlineData("$secureCode")]
    public async Task The_address_brings_all_that_belongs_to_its_code(string code)
    {
        var (uri, secrets) = await ApprovedAsync($"{Uri} -Resource https://management.azure.com");
        var token = await TokenAsync($"$uri | Get-AzToken -AuthorizationCode {code} {Secret}", secrets);

        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(Emulator.WebApp, token.ClientId);
        Assert.StartsWith("https://management.azure.com", (string)token.Claims!["aud"]!, StringComparison.Ordinal);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal($"/{Emulator.Contoso}/oauth2/v2.0/token", request.Path);
        Assert.Equal("authorization_code", request.Form("grant_type"));
        Assert.Equal(uri.CodeVerifier, request.Form("code_verifier"));
        Assert.Equal(Emulator.WebAppRedirectUri, request.Form("redirect_uri"));
    }

    [Fact]
    public async Task All_of_it_can_be_given()
    {
        var (_, secrets) = await ApprovedAsync(Uri);
        var token = await TokenAsync(
            $"Get-AzToken -AuthorizationCode $code -CodeVerifier $uri.CodeVerifier -RedirectUri $uri.RedirectUri {WebApp}", secrets);
        Assert.Equal(Emulator.User, token.Identity);
    }

    [Fact]
    public async Task Verifier_and_redirect_URI_bind_by_property_name()
    {
        var (_, secrets) = await ApprovedAsync(Uri);
        await TokenAsync(
            $"[pscustomobject]@{{ CodeVerifier = $uri.CodeVerifier; RedirectUri = $uri.RedirectUri }} | Get-AzToken -AuthorizationCode $code {WebApp}", secrets);
    }

    [Fact]
    public async Task What_is_given_wins_over_what_the_address_brings()
    {
        await ApprovedAsync(Uri);
        await TokenAsync($"$uri | Get-AzToken -AuthorizationCode $code {Secret} -Tenant {Emulator.TenantId} -Scope User.Read");
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal($"/{Emulator.TenantId}/oauth2/v2.0/token", request.Path);
        Assert.StartsWith("https://graph.microsoft.com/User.Read ", request.Form("scope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_needs_no_proof()
    {
        await ApprovedAsync($"New-AzAuthorizationUri {Place} -RedirectUri http://localhost:1337");
        Assert.Equal(Emulator.AzurePowerShell, (await TokenAsync("$uri | Get-AzToken -AuthorizationCode $code")).ClientId);
        Assert.DoesNotContain("client_secret", (await Emulator.TokenRequestAsync()).FormNames);
    }

    [Fact]
    public async Task A_code_is_redeemed_once()
    {
        var (_, secrets) = await ApprovedAsync(Uri);
        await TokenAsync($"$uri | Get-AzToken -AuthorizationCode $code {Secret}", secrets);
        var exception = await RefusedAsync($"$uri | Get-AzToken -AuthorizationCode $code {Secret}", 54005, secrets);
        Assert.Equal("invalid_grant", exception.Error);
    }

    [Theory]
    [InlineData($"-CodeVerifier {PkceChallengeTests.Verifier} -RedirectUri $uri.RedirectUri", 501481)]
    [InlineData("-RedirectUri $uri.RedirectUri", 501481)]
    [InlineData("-CodeVerifier $uri.CodeVerifier -RedirectUri http://localhost/myapp/", 50011)]
    public async Task What_does_not_belong_to_the_code_is_refused(string parameters, int code)
    {
        var (_, secrets) = await ApprovedAsync(Uri);
        await RefusedAsync($"Get-AzToken -AuthorizationCode $code {parameters} {WebApp}", code, secrets);
    }

    [Fact]
    public async Task A_confidential_client_without_its_proof()
    {
        var (_, secrets) = await ApprovedAsync(Uri);
        await RefusedAsync("$uri | Get-AzToken -AuthorizationCode $code", 7000218, secrets);
    }

    [Theory]
    [InlineData("-AuthorizationCode c0de", "redirect_uri")]
    [InlineData("-AuthorizationCode ' ' -RedirectUri http://localhost", "code")]
    [InlineData("-AuthorizationCode c0de -RedirectUri http://localhost -CodeVerifier secret123", "code_verifier")]
    public Task What_is_missing_or_wrong_is_named(string parameters, string name) =>
        RefusedLocallyAsync($"Get-AzToken {Place} {parameters}", name, "-" + ParameterNames.All(name)[0], "c0de", "secret123");

    [Fact]
    public async Task An_object_of_the_pipeline_does_not_become_a_tenant()
    {
        using var run = Session.Start(
            $"[pscustomobject]@{{ CodeVerifier = 'v3rifier' * 6 }} | Get-AzToken -AuthorizationCode c0de -RedirectUri http://localhost -Authority {Emulator.Url} {ShowAll}");
        var error = await run.ErrorAsync();
        Assert.Equal("server", Assert.IsType<AzTokenException>(error.Exception).Kind);
        AssertNotShown(run, ["v3rifier", "c0de"]);
        Assert.DoesNotContain("v3rifier", (await Emulator.TokenRequestAsync()).Path, StringComparison.Ordinal);
    }

    /// <summary>Makes an address, has a person approve it, and puts both where scripts find them.</summary>
    private async Task<(AzAuthorizationUri Uri, string[] Secrets)> ApprovedAsync(string command)
    {
        var uri = Assert.IsType<AzAuthorizationUri>(Assert.Single(Session.Invoke(command)).BaseObject);
        var answer = await Emulator.AuthorizeAsync(uri.Uri);
        Assert.Equal(uri.State, answer["state"]);
        Assert.Equal(new Uri(uri.RedirectUri), answer.Uri);
        Session.SetVariable("uri", uri);
        Session.SetVariable("code", answer["code"]);
        Session.SetVariable("secureCode", new NetworkCredential(string.Empty, answer["code"]).SecurePassword);
        return (uri, [uri.CodeVerifier!, answer["code"], Emulator.WebAppSecret]);
    }
}
