using AzTokenRs.BrowserTests.Support;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.BrowserTests;

/// <summary>The authorization code grant through a real browser.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class InteractiveTests(Emulator emulator, Chromium chromium) : ChromiumTests(emulator, chromium)
{
    [Theory]
    [InlineData("", "form_post")]
    [InlineData("-ResponseMode query", "query")]
    [InlineData("-ResponseMode fragment", "fragment")]
    public async Task Signs_in_by_every_mode(string options, string mode)
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"{Interactive} {options}", () => person.SignInAsync());

        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotNull(token.RefreshToken);
        Assert.Equal(mode, Asked["response_mode"]);
    }

    [Theory]
    [InlineData("-ResponseType code")]
    [InlineData("-ResponseType 'code id_token'")]
    [InlineData("-ResponseType 'code id_token' -ResponseMode fragment")]
    public async Task A_web_app_with_a_secret(string options)
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"Get-AzToken -Interactive {WebApp} {options}", () => person.SignInAsync());

        Assert.Equal((Emulator.User, Emulator.WebApp), (token.Identity, token.ClientId));
        Assert.Equal(Emulator.WebAppSecret, (await Emulator.TokenRequestAsync()).Form("client_secret"));
    }

    [Fact]
    public async Task Without_a_page_after_a_sign_in_in_the_same_browser()
    {
        await using var person = await PersonAsync();
        await SignInAsync(person, Interactive, () => person.SignInAsync());
        var token = await SignInAsync(person, $"{Interactive} -Prompt none -LoginHint {Emulator.User}", () => Task.CompletedTask);
        Assert.Equal(Emulator.User, token.Identity);
    }

    [Fact]
    public async Task Without_a_page_and_without_a_sign_in_before()
    {
        await using var person = await PersonAsync();
        var error = await FailAsync(person, $"{Interactive} -Prompt none", () => Task.CompletedTask);
        Assert.Equal("login_required", error.Error);
        AssertCalm(person);
    }

    [Fact]
    public async Task With_a_path_of_the_apps_own()
    {
        await using var person = await PersonAsync();
        var redirectUri = $"http://localhost:{Loopback.ClosedPort()}/myapp/";
        await SignInAsync(person, $"Get-AzToken -Interactive {WebApp} -RedirectUri {redirectUri}", () => person.SignInAsync());
        Assert.Equal(redirectUri, person.Page.Url);
    }

    [Fact]
    public async Task A_code_that_is_not_redeemed_ends_on_the_page_that_says_so()
    {
        await using var person = await PersonAsync();
        await Emulator.FaultAsync(new { path = "/token", status = 400, body = new { error = "invalid_grant", error_description = "AADSTS54005: Played." } });
        var error = await FailAsync(person, Interactive, () => person.SignInAsync());
        Assert.Equal("invalid_grant", error.Error);
        AssertCalm(person);
    }

    [Fact]
    public async Task A_reload_of_the_last_page_finds_nobody_any_more()
    {
        await using var person = await PersonAsync();
        await SignInAsync(person, Interactive, () => person.SignInAsync());
        var again = await Assert.ThrowsAsync<Microsoft.Playwright.PlaywrightException>(() => person.OpenAsync(person.Page.Url));
        Assert.Contains("ERR_CONNECTION_REFUSED", again.Message, StringComparison.Ordinal);
    }
}
