using System.Net;
using System.Security.Cryptography;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>The authorization code grant in a browser, from the command to the token.</summary>
public sealed class InteractiveTests(Emulator emulator) : BrowserTests(emulator)
{
    private string Command => $"Get-AzToken -Interactive {Place}";

    [Fact]
    public async Task Returns_the_token_of_the_user_who_signs_in()
    {
        var token = await SignInWithBrowserAsync(Command);

        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(Emulator.TenantId, token.TenantId);
        Assert.Equal(Emulator.AzurePowerShell, token.ClientId);
        Assert.NotNull(token.RefreshToken);
        Assert.NotNull(token.IdToken);
        Session.SetVariable("token", token);
        Assert.Equal(Emulator.User, (await TokenAsync("$token | Get-AzToken https://management.azure.com")).Identity);
    }

    [Fact]
    public async Task The_message_comes_once_with_the_address()
    {
        using var run = Begin(Command);
        var uri = await run.SignInUriAsync();
        await (await Emulator.AuthorizeAsync(uri)).DeliverAsync();
        await run.TokenAsync();

        Assert.Contains(uri, Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Single(Session.Host.Lines, line => line.Contains(uri, StringComparison.Ordinal) && !line.StartsWith("DEBUG", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PKCE_and_the_redirect_URI_are_the_same_at_both_endpoints()
    {
        using var run = Begin(Command);
        var asked = BrowserAnswer.FieldsOf(new Uri(await run.SignInUriAsync()).Query);
        await (await Emulator.AuthorizeAsync(await run.SignInUriAsync())).DeliverAsync();
        await run.TokenAsync();

        Assert.Equal("code", asked["response_type"]);
        Assert.Equal("form_post", asked["response_mode"]);
        Assert.Equal("S256", asked["code_challenge_method"]);
        Assert.Matches("^http://localhost:[0-9]+$", asked["redirect_uri"]);
        Assert.True(asked["state"].Length >= 22, asked["state"]);
        var redeemed = await Emulator.TokenRequestAsync();
        Assert.Equal("authorization_code", redeemed.Form("grant_type"));
        Assert.Equal(asked["redirect_uri"], redeemed.Form("redirect_uri"));
        Assert.Equal(asked["code_challenge"], TestIssuer.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(redeemed.Form("code_verifier")!))));
        Assert.Null(redeemed.Header("origin"));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("fragment")]
    [InlineData("Form_Post")]
    public async Task The_answer_comes_by_every_mode(string mode)
    {
        var token = await SignInWithBrowserAsync($"{Command} -ResponseMode {mode}");
        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal(mode.ToLowerInvariant(), Asked["response_mode"]);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("consent")]
    [InlineData("create")]
    public async Task What_is_given_reaches_the_authorization_endpoint(string prompt)
    {
        using var run = Begin($"{Command} -Prompt {prompt} -LoginHint {Emulator.User} -DomainHint contoso.com -ExtraParameter @{{ mkt = 'sv-SE' }}");
        var asked = BrowserAnswer.FieldsOf(new Uri(await run.SignInUriAsync()).Query);

        Assert.Equal(prompt, asked["prompt"]);
        Assert.Equal(Emulator.User, asked["login_hint"]);
        Assert.Equal("contoso.com", asked["domain_hint"]);
        Assert.Equal("sv-SE", asked["mkt"]);
    }

    [Fact]
    public async Task Several_resources_are_asked_for_and_one_is_redeemed()
    {
        var token = await SignInWithBrowserAsync($"{Command} -Scope User.Read, https://management.azure.com/user_impersonation");

        var asked = Asked["scope"];
        Assert.Contains("https://management.azure.com/user_impersonation", asked, StringComparison.Ordinal);
        Assert.Contains("User.Read", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("management.azure.com", (await Emulator.TokenRequestAsync()).Form("scope"), StringComparison.Ordinal);
        Assert.Contains("User.Read", token.Scopes);
    }

    [Fact]
    public async Task A_confidential_client_with_a_secret()
    {
        var token = await SignInWithBrowserAsync($"Get-AzToken -Interactive {WebApp}", Emulator.WebAppSecret);
        Assert.Equal(Emulator.WebApp, token.ClientId);
        Assert.Equal(Emulator.WebAppSecret, (await Emulator.TokenRequestAsync()).Form("client_secret"));
    }

    [Fact]
    public async Task A_confidential_client_with_a_certificate()
    {
        await Emulator.RegisterCertificateAsync(Emulator.WebApp);
        Session.SetVariable("certificate", TestKeys.Certificate);
        await SignInWithBrowserAsync($"Get-AzToken -Interactive {Place} -ClientId {Emulator.WebApp} -ClientCredential $certificate");
        Assert.NotNull((await Emulator.TokenRequestAsync()).Form("client_assertion"));
    }

    [Theory]
    [InlineData("id_token Code")]
    [InlineData("code id_token")]
    public async Task With_an_ID_token_at_once(string responseType)
    {
        var token = await SignInWithBrowserAsync($"Get-AzToken -Interactive {WebApp} -ResponseType '{responseType}'", Emulator.WebAppSecret);
        Assert.Equal(Emulator.User, token.Identity);
        Assert.Equal("code id_token", Asked["response_type"]);
        Assert.True(Asked["nonce"].Length >= 22, Asked["nonce"]);
    }

    [Fact]
    public async Task The_port_and_path_of_a_redirect_URI_are_used()
    {
        var redirectUri = $"http://localhost:{Loopback.ClosedPort()}/myapp/";
        await SignInWithBrowserAsync($"Get-AzToken -Interactive {WebApp} -RedirectUri {redirectUri}");
        Assert.Equal(redirectUri, (await Emulator.TokenRequestAsync()).Form("redirect_uri"));
        AssertFree(redirectUri);
    }

    [Fact]
    public async Task What_is_not_the_answer_is_answered_and_the_wait_goes_on()
    {
        using var run = Begin(Command);
        var answer = await Emulator.AuthorizeAsync(await run.SignInUriAsync());

        Assert.Equal(HttpStatusCode.NotFound, (await BrowserAnswer.GetAsync(new Uri(answer.Uri, "favicon.ico"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await BrowserAnswer.GetAsync(new Uri(answer.Uri, "other/"))).Status);
        foreach (var state in new[] { "wrong", string.Empty, answer["state"] + "x", null })
        {
            var page = await answer.With("state", state).DeliverAsync();
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.DoesNotContain(answer["code"], page.Text, StringComparison.Ordinal);
        }

        Assert.Equal(0, run.OutputCount);
        var signedIn = await answer.DeliverAsync();
        Assert.Contains("signed in", signedIn.Text, StringComparison.Ordinal);
        Assert.Equal(Emulator.User, (await run.TokenAsync()).Identity);
    }

    [Fact]
    public async Task A_pipeline_opens_one_page_after_the_other()
    {
        using var run = Session.Start(
            $"'{Emulator.Contoso}', '{Emulator.TenantId}' | Get-AzToken -Interactive -NoBrowser -Authority {Emulator.Url}");
        var first = await run.SignInUriAsync();
        Assert.Contains($"/{Emulator.Contoso}/", first, StringComparison.Ordinal);
        var answer = await Emulator.AuthorizeAsync(first);
        var answered = DateTime.Now;
        await answer.DeliverAsync();

        var second = await run.SignInUriAsync(2);
        Assert.True(run.Streams.Information[1].TimeGenerated > answered, "The second page was shown while the first one waited.");
        Assert.Contains($"/{Emulator.TenantId}/", second, StringComparison.Ordinal);
        await (await Emulator.AuthorizeAsync(second)).DeliverAsync();
        await run.EndAsync();
        Assert.Equal(2, run.OutputCount);
    }

    [Fact]
    public async Task A_second_tab_is_told_that_the_first_was_it()
    {
        await Emulator.FaultAsync(new { path = "/token", times = 0, hang = true });
        using var run = Begin(Command);
        var uri = await run.SignInUriAsync();
        var answer = await Emulator.AuthorizeAsync(uri);
        var first = answer.DeliverAsync();
        await Eventually.TrueAsync("the code to be redeemed", async () => (await Emulator.RequestsAsync()).Any(request => request.IsToken));

        var second = await answer.DeliverAsync();
        Assert.Contains("received before", second.Text, StringComparison.Ordinal);
        run.Stop();
        // The page that waited for the token may find the connection closed.
        await Task.WhenAny(first);
        AssertFree(RedirectUriOf(uri));
    }

    [Theory]
    [InlineData("-ResponseType 'id_token token'", "response_type")]
    [InlineData("-ResponseType 'code token'", "response_type")]
    [InlineData("-ResponseType nonsense", "response_type")]
    [InlineData("-ResponseType 'code id_token' -ResponseMode query", "response_mode")]
    [InlineData("-RedirectUri https://app.contoso.example/signin", "redirect_uri")]
    [InlineData("-RedirectUri https://localhost", "redirect_uri")]
    [InlineData("-RedirectUri nonsense", "redirect_uri")]
    public Task What_this_grant_does_not_do_is_refused(string parameters, string name) =>
        RefusedLocallyAsync($"{Command} {parameters}", name, "-Re");
}
