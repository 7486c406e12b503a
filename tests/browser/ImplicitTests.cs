using AzTokenRs.BrowserTests.Support;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.BrowserTests;

/// <summary>
/// The implicit grant and the hybrid flow through a real browser. What comes in the fragment, only the listener's page sees: its
/// script runs under the page's own policy.
/// </summary>
[Collection(ChromiumCollection.Name)]
public sealed class ImplicitTests(Emulator emulator, Chromium chromium) : ChromiumTests(emulator, chromium)
{
    [Theory]
    [InlineData("id_token token", "form_post")]
    [InlineData("id_token token", "fragment")]
    [InlineData("token", "fragment")]
    public async Task An_access_token_comes_through_the_browser(string responseType, string mode)
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(
            person, $"{Implicit} -ResponseType '{responseType}' -ResponseMode {mode}", () => person.SignInAsync());

        Assert.Equal(Emulator.User, token.Identity);
        Assert.NotNull(token.Token);
        Assert.Equal(mode, Asked["response_mode"]);
        Assert.DoesNotContain(await Emulator.RequestsAsync(), request => request.IsToken);
    }

    [Fact]
    public async Task An_ID_token_alone()
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"{Implicit} -ResponseType id_token", () => person.SignInAsync());
        Assert.Equal((Emulator.User, null), (token.Identity, token.Token));
    }

    [Theory]
    [InlineData("code id_token", "form_post")]
    [InlineData("code id_token", "fragment")]
    [InlineData("code id_token token", "fragment")]
    public async Task The_code_of_the_hybrid_flow_is_redeemed(string responseType, string mode)
    {
        await using var person = await PersonAsync();
        var command = $"{Implicit} -ClientCredential {Emulator.WebAppSecret} -ResponseType '{responseType}' -ResponseMode {mode}";
        var token = await SignInAsync(person, command, () => person.SignInAsync());

        Assert.NotNull(token.RefreshToken);
        Assert.NotNull((await Emulator.TokenRequestAsync()).Form("code_verifier"));
    }

    [Fact]
    public async Task Renewed_without_a_page()
    {
        await using var person = await PersonAsync();
        await SignInAsync(person, Implicit, () => person.SignInAsync());
        var token = await SignInAsync(person, $"{Implicit} -Prompt none -LoginHint {Emulator.User}", () => Task.CompletedTask);
        Assert.Equal(Emulator.User, token.Identity);
    }

    [Theory]
    [InlineData("form_post")]
    [InlineData("fragment")]
    public async Task An_error_comes_the_same_way(string mode)
    {
        await using var person = await PersonAsync();
        var error = await FailAsync(
            person, $"{Implicit} -ResponseMode {mode}", () => person.ClickAsync("Cancel and go back to the app"));
        Assert.Equal("access_denied", error.Error);
        AssertCalm(person);
    }
}
