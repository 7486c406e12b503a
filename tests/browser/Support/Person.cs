using System.Collections.Concurrent;
using AzTokenRs.EngineTests.Support;
using Microsoft.Playwright;

namespace AzTokenRs.BrowserTests.Support;

/// <summary>A person at a browser: what they do at the pages, and what the browser says of these.</summary>
internal sealed class Person : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<Uri> _asked = new();

    private Person(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        // What a policy of a page forbids is an error in the console, too.
        context.Console += (_, message) => Note(message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.RequestFailed += (_, request) => _complaints.Enqueue($"{request.Url}: {request.Failure}");
        context.Request += (_, request) => _asked.Enqueue(new Uri(request.Url));
    }

    internal IPage Page { get; }

    /// <summary>Errors and warnings of the console, of scripts and of the network.</summary>
    internal IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Every address that the browser asked for.</summary>
    internal IReadOnlyCollection<Uri> Asked => _asked;

    internal static async Task<Person> ArriveAsync(IBrowser browser)
    {
        // The emulator's CA is its own; that the module checks it is tested elsewhere.
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { IgnoreHTTPSErrors = true, Locale = "en-US" });
        return new Person(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    internal Task OpenAsync(string address) => Page.GotoAsync(address);

    internal Task ClickAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>The account among those that a page offers.</summary>
    internal Task PickAsync(string user) => Page.GetByRole(AriaRole.Button, new() { Name = user }).ClickAsync();

    /// <summary>User name and password, typed.</summary>
    internal async Task SignInAsync(string user = Emulator.User, string password = Emulator.UserPassword)
    {
        await Page.GetByLabel("User name").FillAsync(user);
        await Page.GetByLabel("Password").FillAsync(password);
        await ClickAsync("Sign in");
    }

    /// <summary>The second factor.</summary>
    internal async Task ConfirmAsync()
    {
        await Page.GetByLabel("Enter the number shown").FillAsync(await NumberAsync());
        await ClickAsync("Yes, it's me");
    }

    /// <summary>The number that a second factor asks for.</summary>
    internal async Task<string> NumberAsync() => (await Page.Locator(".number").InnerTextAsync())[^2..];

    internal Task TypeAsync(string text) => Page.Keyboard.TypeAsync(text);

    internal Task PressAsync(string key) => Page.Keyboard.PressAsync(key);

    /// <summary>Waits for the page with this heading.</summary>
    internal Task SeesAsync(string heading) =>
        Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    /// <summary>The addresses that the Back button leads to, and the one that is shown.</summary>
    internal async Task<string[]> HistoryAsync()
    {
        var session = await _context.NewCDPSessionAsync(Page);
        var history = await session.SendAsync("Page.getNavigationHistory");
        return history!.Value.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("url").GetString()!).ToArray();
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }
}
