using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.BrowserTests.Support;

/// <summary>Base of the tests with a real browser, which the session opens by <c>$env:BROWSER</c>.</summary>
public abstract class ChromiumTests : EngineTests.Support.BrowserTests
{
    private protected const string SignedIn = "You're signed in";
    private protected const string Failed = "The sign-in failed";

    private readonly Chromium _chromium;

    private protected ChromiumTests(Emulator emulator, Chromium chromium)
        : base(emulator) => _chromium = chromium;

    private protected string Interactive => $"Get-AzToken -Interactive {Place}";

    private protected string Implicit => $"Get-AzToken -Implicit {Place} -ClientId {Emulator.WebApp}";

    private protected Task<Person> PersonAsync() => _chromium.PersonAsync();

    /// <summary>Starts a sign-in with everything shown, and opens the page that the session opens.</summary>
    private protected async Task<ScriptRun> OpenAsync(Person person, string command)
    {
        using var browser = new ScriptedBrowser("browser");
        Session.SetVariable("env:BROWSER", browser.Program);
        var run = Session.Start($"{command} {ShowAll}");
        var shown = await run.SignInUriAsync();
        var opened = await browser.AddressAsync();
        Assert.Equal(shown, opened);
        Asked = BrowserAnswer.FieldsOf(new Uri(opened).Query);
        await person.OpenAsync(opened);
        return run;
    }

    /// <summary>A sign-in to its good end: the last page is shown, and what came through the browser is gone from it.</summary>
    private protected async Task<AzToken> SignInAsync(Person person, string command, Func<Task> act)
    {
        using var run = await OpenAsync(person, command);
        await act();
        await person.SeesAsync(SignedIn);
        var token = await run.TokenAsync();
        AssertNotShown(run, new[] { token.Token, token.RefreshToken, token.IdToken }.OfType<string>());
        await AssertCleanAsync(person);
        AssertCalm(person);
        return token;
    }

    /// <summary>A sign-in to a bad end: the last page says so.</summary>
    private protected async Task<AzTokenException> FailAsync(Person person, string command, Func<Task> act)
    {
        using var run = await OpenAsync(person, command);
        await act();
        await person.SeesAsync(Failed);
        var error = await run.ErrorAsync();
        await AssertCleanAsync(person);
        return Assert.IsType<AzTokenException>(error.Exception);
    }

    /// <summary>No page broke its own policy, no script failed, and nothing was asked of another machine.</summary>
    private protected static void AssertCalm(Person person)
    {
        Assert.Empty(person.Complaints);
        Assert.NotEmpty(person.Asked);
        Assert.All(person.Asked, address => Assert.True(address.IsLoopback, address.ToString()));
    }

    /// <summary>Neither the address bar nor the history has the answer.</summary>
    private static async Task AssertCleanAsync(Person person)
    {
        Assert.Matches("^http://localhost:[0-9]+/[a-z/]*$", person.Page.Url);
        Assert.All(
            await person.HistoryAsync(),
            address => Assert.DoesNotMatch("[?&#](code|access_token|id_token|error)=", address));
    }
}
