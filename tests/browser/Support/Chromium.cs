using Microsoft.Playwright;

namespace AzTokenRs.BrowserTests.Support;

/// <summary>
/// The Chromium on PATH, driven by Playwright, whose own browsers are never downloaded. One for all tests: each person has a
/// context of their own in it, which shares no cookie with another.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "chromium";

    // It asks for nothing by itself, and whatever a page asks for beyond this machine isn't found.
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-proxy-server",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{Program} is not on PATH.");
        _playwright = await Playwright.CreateAsync();
        // As long as it waits for a button: a busy machine takes its time.
        Assertions.SetDefaultExpectTimeout(30_000);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = s_arguments });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A person with an empty profile.</summary>
    internal Task<Person> PersonAsync() => Person.ArriveAsync(_browser!);
}

/// <summary>The tests that share the browser, and so come one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>
{
    internal const string Name = "Chromium";
}
