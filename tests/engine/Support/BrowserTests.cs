using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace AzTokenRs.EngineTests.Support;

/// <summary>Base of the tests of grants with a browser, where the test is the browser.</summary>
public abstract class BrowserTests : GrantTests
{
    private protected BrowserTests(Emulator emulator)
        : base(emulator)
    {
    }

    /// <summary>Authority, tenant, and the confidential app with pages.</summary>
    private protected string WebApp => $"{Place} -ClientId {Emulator.WebApp} -ClientCredential {Emulator.WebAppSecret}";

    /// <summary>What the address of the last sign-in asked for.</summary>
    private protected IReadOnlyDictionary<string, string> Asked { get; set; } = new Dictionary<string, string>();

    /// <summary>Starts a sign-in with everything shown.</summary>
    private protected ScriptRun Begin(string command) => Session.Start($"{command} -NoBrowser {ShowAll}");

    /// <summary>
    /// Signs in with everything shown: the person approves, and the browser brings the answer. Gives the token, having looked
    /// for the code, the verifier and all tokens in what was shown.
    /// </summary>
    private protected async Task<AzToken> SignInWithBrowserAsync(string command, params string[] secrets)
    {
        using var run = Begin(command);
        var uri = await run.SignInUriAsync();
        Asked = BrowserAnswer.FieldsOf(new Uri(uri).Query);
        var answer = await Emulator.AuthorizeAsync(uri);
        var page = await answer.DeliverAsync();
        var token = await run.TokenAsync();
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var verifiers = (await Emulator.RequestsAsync()).Where(request => request.IsToken).Select(request => request.Form("code_verifier"));
        string?[] tokens = [token.Token, token.RefreshToken, token.IdToken];
        AssertNotShown(run, [.. secrets, .. answer.Secrets, .. verifiers.Concat(tokens).OfType<string>()]);
        return token;
    }

    /// <summary>The error of a sign-in whose answer the test makes or changes.</summary>
    private protected async Task<AzTokenException> RefusedSignInAsync(string command, Func<string, Task<BrowserAnswer>> answer)
    {
        using var run = Begin(command);
        var given = await answer(await run.SignInUriAsync());
        var page = await given.DeliverAsync();
        var error = await run.ErrorAsync();
        Assert.DoesNotContain("signed in", page.Text, StringComparison.Ordinal);
        AssertNotShown(run, given.Secrets);
        return Assert.IsType<AzTokenException>(error.Exception);
    }

    /// <summary>Nothing listens at a redirect URI any more.</summary>
    private protected static void AssertFree(string redirectUri)
    {
        using var listener = new TcpListener(IPAddress.Loopback, new Uri(redirectUri).Port);
        listener.Start();
    }

    /// <summary>The redirect URI in the address of a sign-in page.</summary>
    private protected static string RedirectUriOf(string uri) => BrowserAnswer.FieldsOf(new Uri(uri).Query)["redirect_uri"];
}
