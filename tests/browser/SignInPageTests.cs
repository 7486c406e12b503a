using System.Management.Automation;
using AzTokenRs.BrowserTests.Support;
using AzTokenRs.EngineTests.Support;
using Microsoft.Playwright;

namespace AzTokenRs.BrowserTests;

/// <summary>What a person does at the pages of the service, and what the command then gives.</summary>
[Collection(ChromiumCollection.Name)]
public sealed class SignInPageTests(Emulator emulator, Chromium chromium) : ChromiumTests(emulator, chromium)
{
    private const string AskForConsent = "-Prompt consent";
    private const string MfaUser = "mfa@contoso.onmicrosoft.com";
    private const string Admin = "admin@contoso.onmicrosoft.com";

    [Theory]
    [InlineData(MfaUser)]
    [InlineData("newmfa@contoso.onmicrosoft.com")]
    public async Task A_second_factor(string user)
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, Interactive, async () =>
        {
            await person.SignInAsync(user);
            await person.ConfirmAsync();
        });
        Assert.Equal(user, token.Identity);
    }

    [Fact]
    public async Task The_accounts_of_the_browser_are_offered()
    {
        await using var person = await PersonAsync();
        await SignInAsync(person, Interactive, () => person.SignInAsync());
        await SignInAsync(person, $"{Interactive} -Prompt select_account", async () =>
        {
            await person.ClickAsync("Use another account");
            await person.SignInAsync(Admin);
        });
        var token = await SignInAsync(person, $"{Interactive} -Prompt select_account", async () =>
        {
            await person.SeesAsync("Pick an account");
            await person.PickAsync(Emulator.User);
        });
        Assert.Equal(Emulator.User, token.Identity);
    }

    [Fact]
    public async Task A_hint_fills_the_user_name()
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"{Interactive} -LoginHint {Admin}", async () =>
        {
            await person.Page.GetByLabel("Password").FillAsync(Emulator.UserPassword);
            await person.ClickAsync("Sign in");
        });
        Assert.Equal(Admin, token.Identity);
    }

    [Fact]
    public async Task Consent_accepted()
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"{Interactive} {AskForConsent} -Scope User.Read", async () =>
        {
            await person.SignInAsync();
            await person.SeesAsync("Permissions requested");
            Assert.Contains("User.Read", await person.Page.Locator("main ul").InnerTextAsync(), StringComparison.Ordinal);
            await person.ClickAsync("Accept");
        });
        Assert.Contains("User.Read", token.Scopes);
    }

    [Fact]
    public async Task Consent_declined()
    {
        await using var person = await PersonAsync();
        using var run = await OpenAsync(person, $"{Interactive} {AskForConsent}");
        await person.SignInAsync();
        await person.ClickAsync("Decline");
        await person.SeesAsync(Failed);
        var error = await run.ErrorAsync();

        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Equal("access_denied", Assert.IsType<AzTokenException>(error.Exception).Error);
        AssertCalm(person);
    }

    [Fact]
    public async Task Cancelled_before_anything_is_typed()
    {
        await using var person = await PersonAsync();
        var error = await FailAsync(person, Interactive, () => person.ClickAsync("Cancel and go back to the app"));
        Assert.Equal(("access_denied", "cancel"), (error.Error, error.SubError));
        AssertCalm(person);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_can_be_mended()
    {
        await using var person = await PersonAsync();
        using var run = await OpenAsync(person, Interactive);
        await person.SignInAsync(password: "wrong");
        var alert = person.Page.GetByRole(AriaRole.Alert);
        Assert.Contains("AADSTS50126", await alert.InnerTextAsync(), StringComparison.Ordinal);
        await person.SignInAsync();
        await person.SeesAsync(SignedIn);

        Assert.Equal(Emulator.User, (await run.TokenAsync()).Identity);
        // The browser notes the status of the page with the alert, and nothing else.
        Assert.Contains("400", Assert.Single(person.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_the_keyboard_alone()
    {
        await using var person = await PersonAsync();
        var token = await SignInAsync(person, $"{Interactive} {AskForConsent}", async () =>
        {
            // The page opens with the cursor in the first empty field.
            await person.TypeAsync(MfaUser);
            await person.PressAsync("Tab");
            await person.TypeAsync(Emulator.UserPassword);
            await person.PressAsync("Enter");
            await person.SeesAsync("Approve sign in request");
            await person.TypeAsync(await person.NumberAsync());
            await person.PressAsync("Enter");
            await person.SeesAsync("Permissions requested");
            await person.PressAsync("Tab");
            await person.PressAsync("Enter");
        });
        Assert.Equal(MfaUser, token.Identity);
    }
}
