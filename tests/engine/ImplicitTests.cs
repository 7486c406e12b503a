using System.Management.Automation;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The implicit grant and the hybrid flow: tokens through the browser.</summary>
public sealed class ImplicitTests(Emulator emulator) : BrowserTests(emulator)
{
    private string Command => $"Get-AzToken -Implicit {Place} -ClientId {Emulator.WebApp}";

    [Fact]
    public async Task An_access_token_and_an_ID_token_come_through_the_browser()
    {
        var token = await SignInWithBrowserAsync(Command);

        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal("Bearer", token.TokenType);
        Assert.NotNull(token.IdToken);
        Assert.Null(token.RefreshToken);
        Assert.InRange(token.ExpiresOn!.Value, DateTimeOffset.Now.AddMinutes(1), DateTimeOffset.Now.AddDays(2));
        Assert.Equal(("id_token token", "form_post"), (Asked["response_type"], Asked["response_mode"]));
        Assert.DoesNotContain(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Fact]
    public async Task It_warns_that_the_authorization_code_grant_is_the_one_to_use()
    {
        using var run = Begin(Command);
        await (await Emulator.AuthorizeAsync(await run.SignInUriAsync())).DeliverAsync();
        await run.TokenAsync();
        Assert.Contains("authorization code flow", Assert.Single(run.Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "fragment")]
    [InlineData("token id_token", "fragment")]
    public async Task The_fragment_reaches_the_listener(string responseType, string mode)
    {
        var token = await SignInWithBrowserAsync($"{Command} -ResponseType '{responseType}' -ResponseMode {mode}");
        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(mode, Asked["response_mode"]);
    }

    [Fact]
    public async Task An_access_token_alone_comes_by_fragment()
    {
        await SignInWithBrowserAsync($"{Command} -ResponseType token");
        Assert.Equal("fragment", Asked["response_mode"]);
    }

    [Theory]
    [InlineData("id_token code")]
    [InlineData("code id_token token")]
    public async Task The_code_of_the_hybrid_flow_is_redeemed(string responseType)
    {
        var token = await SignInWithBrowserAsync(
            $"{Command} -ClientCredential {Emulator.WebAppSecret} -ResponseType '{responseType}'", Emulator.WebAppSecret);
        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotNull(token.RefreshToken);
        Assert.NotNull((await Emulator.TokenRequestAsync()).Form("code_verifier"));
    }

    [Fact]
    public async Task The_redirect_URI_of_the_article_with_a_port()
    {
        var redirectUri = $"http://localhost:{Loopback.ClosedPort()}/myapp/";
        await SignInWithBrowserAsync($"{Command} -RedirectUri {redirectUri} -ResponseMode fragment");
        Assert.Equal(redirectUri, Asked["redirect_uri"]);
    }

    [Fact]
    public async Task An_ID_token_alone_says_who_signed_in_and_is_never_sent_as_an_access_token()
    {
        var token = await SignInWithBrowserAsync($"{Command} -ResponseType id_token");
        Session.SetVariable("token", token);

        Assert.Null(token.Token);
        Assert.Null(token.TokenType);
        Assert.Equal(string.Empty, token.ToString());
        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(Emulator.TenantId, token.TenantId);
        Assert.Equal(Emulator.WebApp, token.Claims!["aud"]);
        Assert.InRange(token.ExpiresOn!.Value, DateTimeOffset.Now.AddMinutes(1), DateTimeOffset.Now.AddDays(2));
        foreach (var property in new[] { "Headers", "SecureToken" })
        {
            var said = Session.Invoke($"try {{ $token.{property} }} catch {{ $_.Exception.Message }}");
            Assert.Contains("only an ID token was requested", (string)Assert.Single(said).BaseObject, StringComparison.Ordinal);
        }

        Assert.Equal(AzTokenKind.IdToken, ((AzTokenInfo)Assert.Single(Session.Invoke("$token | ConvertFrom-AzToken")).BaseObject).Kind);
        Session.Invoke("$token | Out-Default");
        Assert.Contains(Emulator.User, Session.Host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", Session.Host.Text, StringComparison.Ordinal);
        await Emulator.ResetAsync();
        await RefusedLocallyAsync($"Get-AzToken -OnBehalfOf -UserAssertion $token {WebApp}", "user_assertion", "only an ID token");
    }

    [Fact]
    public async Task A_token_of_another_sign_in_is_refused()
    {
        // Replayed: a good token of the same person and app, with another nonce.
        var uri = (AzAuthorizationUri)Assert.Single(Session.Invoke(
            $"New-AzAuthorizationUri {Place} -ClientId {Emulator.WebApp} -RedirectUri http://localhost:1337 -ResponseType 'id_token token' -ResponseMode form_post")).BaseObject;
        var other = await Emulator.AuthorizeAsync(uri.Uri);
        var exception = await RefusedSignInAsync(
            Command, async mine => (await Emulator.AuthorizeAsync(mine)).With("id_token", other["id_token"]));
        Assert.Equal(("protocol", "invalid_id_token"), (exception.Kind, exception.Error));
        Assert.Contains("nonce", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_token_of_another_sign_in_is_refused()
    {
        var other = await SignInWithBrowserAsync(Command);
        await Emulator.ResetAsync();
        var exception = await RefusedSignInAsync(
            Command, async mine => (await Emulator.AuthorizeAsync(mine)).With("access_token", other.Token));
        Assert.Equal("invalid_id_token", exception.Error);
        Assert.Contains("at_hash", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_another_sign_in_is_refused_before_it_is_redeemed()
    {
        var exception = await RefusedSignInAsync(
            $"{Command} -ClientCredential {Emulator.WebAppSecret} -ResponseType 'code id_token'",
            async mine => (await Emulator.AuthorizeAsync(mine)).With("code", "0.another"));
        Assert.Equal("invalid_id_token", exception.Error);
        Assert.Contains("c_hash", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_tampered_ID_token_is_refused(int part)
    {
        var exception = await RefusedSignInAsync($"{Command} -ResponseType id_token", async mine =>
        {
            var answer = await Emulator.AuthorizeAsync(mine);
            return answer.With("id_token", TestIssuer.Tamper(answer["id_token"], part));
        });
        Assert.Equal(("protocol", "invalid_id_token"), (exception.Kind, exception.Error));
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        using var issuer = new TestIssuer();
        var exception = await RefusedSignInAsync($"{Command} -ResponseType id_token", async mine =>
            (await Emulator.AuthorizeAsync(mine)).With("id_token", issuer.Sign(TestIssuer.Claims(
                ("aud", Emulator.WebApp), ("nonce", BrowserAnswer.FieldsOf(new Uri(mine).Query)["nonce"])))));
        Assert.Equal(("protocol", "invalid_id_token"), (exception.Kind, exception.Error));
    }

    [Fact]
    public async Task What_was_asked_for_has_to_come()
    {
        var exception = await RefusedSignInAsync(
            Command, async mine => (await Emulator.AuthorizeAsync(mine)).With("access_token", null));
        Assert.Equal("protocol", exception.Kind);
    }

    [Theory]
    [InlineData("id_token", 700054)]
    [InlineData("token", 700051)]
    public async Task An_app_that_is_not_registered_for_it(string responseType, int code)
    {
        using var run = Begin($"Get-AzToken -Implicit {Place} -ResponseType {responseType}");
        await (await Emulator.AuthorizeAsync(await run.SignInUriAsync())).DeliverAsync();
        var error = await run.ErrorAsync();
        Assert.Equal($"AADSTS{code},AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Equal("unsupported_response_type", Assert.IsType<AzTokenException>(error.Exception).Error);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
    }

    [Theory]
    [InlineData("login_required", 50058)]
    [InlineData("interaction_required", 50076)]
    public async Task Silent_renewal_that_needs_a_page(string error, int code)
    {
        var exception = await RefusedSignInAsync(
            $"{Command} -ResponseType token -Prompt none -LoginHint {Emulator.User}",
            uri => Task.FromResult(BrowserAnswer.To(uri, ("error", error), ("error_description", $"AADSTS{code}: In words."))));
        Assert.Equal((error, code), (exception.Error, exception.ErrorCodes[0]));
    }

    [Theory]
    [InlineData("-ResponseType code", "response_type", "authorization code grant")]
    [InlineData("-ResponseType 'token code'", "response_type", "code token")]
    [InlineData("-ResponseType 'id_token token' -ResponseMode query", "response_mode", "fragment")]
    [InlineData("-ResponseType token -ResponseMode form_post", "response_mode", "fragment")]
    public Task What_the_service_does_not_give_is_refused_with_the_reason(string parameters, string name, string words) =>
        RefusedLocallyAsync($"{Command} {parameters}", name, words);
}
