using System.Net;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The on-behalf-of grant: Sample API calls Graph for the user who called it.</summary>
public sealed class OnBehalfOfTests(Emulator emulator) : GrantTests(emulator)
{
    private string Command => $"Get-AzToken -OnBehalfOf {Place} -ClientId {Emulator.Api} -ClientCredential {Emulator.ApiSecret}";

    [Theory]
    [InlineData("$user")]
    [InlineData("$user.Token")]
    [InlineData("$user.SecureToken")]
    public async Task The_users_token_is_exchanged_for_another(string assertion)
    {
        var user = await SignInAsync($"-Resource api://{Emulator.Api}");
        Session.SetVariable("user", user);
        var token = await TokenAsync($"{Command} -UserAssertion {assertion}", user.Token!, Emulator.ApiSecret);

        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(Emulator.Api, token.ClientId);
        Assert.NotNull(token.RefreshToken);
        var request = await Emulator.TokenRequestAsync();
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", request.Form("grant_type"));
        Assert.Equal("on_behalf_of", request.Form("requested_token_use"));
        Assert.Equal(user.Token, request.Form("assertion"));
        Assert.Equal("https://graph.microsoft.com/.default openid profile offline_access", request.Form("scope"));
    }

    [Fact]
    public async Task With_a_certificate_as_proof()
    {
        await Emulator.RegisterCertificateAsync(Emulator.Api);
        Session.SetVariable("user", await SignInAsync($"-Resource api://{Emulator.Api}"));
        var token = await TokenAsync(
            $"Get-AzToken -OnBehalfOf {Place} -ClientId {Emulator.Api} -UserAssertion $user -ClientCredential (New-AzClientCredential -ClientCertificatePath '{TestKeys.Pfx}' -CertificatePassword {TestKeys.Password})");
        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotNull((await Emulator.TokenRequestAsync()).Form("client_assertion"));
    }

    [Fact]
    public async Task A_token_for_another_audience()
    {
        Session.SetVariable("user", await SignInAsync("-Resource https://management.azure.com"));
        await RefusedAsync($"{Command} -UserAssertion $user", 500131);
    }

    [Fact]
    public async Task A_tampered_token()
    {
        var user = await SignInAsync($"-Resource api://{Emulator.Api}");
        Session.SetVariable("tampered", user.Token![..^8] + "AAAAAAAA");
        await RefusedAsync($"{Command} -UserAssertion $tampered", 50013, user.Token[..^8]);
    }

    [Fact]
    public async Task An_ID_token()
    {
        Session.SetVariable("user", await SignInAsync($"-Resource api://{Emulator.Api}"));
        await RefusedAsync($"{Command} -UserAssertion $user.IdToken", 240002);
    }

    [Fact]
    public async Task An_apps_own_token()
    {
        var app = await TokenAsync($"Get-AzToken api://{Emulator.Api} {App} -ClientSecret {Emulator.AppSecret}");
        Session.SetVariable("app", app);
        await RefusedAsync($"{Command} -UserAssertion $app", 7000113, app.Token!);
    }

    [Fact]
    public async Task A_claims_challenge_comes_with_the_error_and_goes_back_with_Claim()
    {
        // Sample MFA API wants a second factor.
        Session.SetVariable("user", await SignInAsync($"-Resource api://{Emulator.Api}"));
        var exception = await RefusedAsync($"{Command} -UserAssertion $user api://c7f31d5a-480e-4b29-95d6-e2a8b06f7c13", 50076);
        Assert.Equal("interaction_required", exception.Error);
        Assert.Equal("basic_action", exception.SubError);
        Assert.StartsWith("{\"access_token\"", exception.Claims, StringComparison.Ordinal);

        await Emulator.ResetAsync();
        await Emulator.FaultAsync(new { path = "/devicecode", status = 400, body = new { error = "invalid_request" } });
        await ErrorAsync($"Get-AzToken -DeviceCode {Place} -Claim $Error[0]");
        Assert.Equal(exception.Claims, (await Emulator.DeviceCodeRequestAsync()).Form("claims"));
    }

    [Fact]
    public async Task Missing_consent_is_classified()
    {
        Session.SetVariable("user", await SignInAsync($"-Resource api://{Emulator.Api}"));
        var exception = await RefusedAsync($"{Command} -UserAssertion $user api://0d4b7a63-e92f-4851-bc08-67f1d5e3a94c", 65001);
        Assert.Equal(("invalid_grant", "consent_required"), (exception.Error, exception.SubError));
    }

    [Fact]
    public Task Without_a_client() => RefusedLocallyAsync(
        $"Get-AzToken -OnBehalfOf {Place} -ClientCredential hunter2 -UserAssertion a.b.c", "client_id", "-ClientId is required", "hunter2", "a.b.c");

    [Fact]
    public Task With_an_empty_assertion()
    {
        Session.SetVariable("empty", new NetworkCredential(string.Empty, " ").SecurePassword);
        return RefusedLocallyAsync($"{Command} -UserAssertion $empty", "user_assertion", "access token");
    }
}
