using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>How a sign-in in a browser ends without a token.</summary>
public sealed class InteractiveErrorTests(Emulator emulator) : BrowserTests(emulator)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(200);

    private string Command => $"Get-AzToken -Interactive {Place}";

    [Theory]
    [InlineData("decline")]
    [InlineData("cancel")]
    public async Task The_person_does_not_want_to(string decision)
    {
        using var run = Begin(Command);
        var answer = await Emulator.AuthorizeAsync(await run.SignInUriAsync(), decision);
        await answer.DeliverAsync();
        var error = await run.ErrorAsync();

        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        var exception = Assert.IsType<AzTokenException>(error.Exception);
        Assert.Equal(("server", "access_denied"), (exception.Kind, exception.Error));
        Assert.Null(exception.HttpStatus);
        Assert.Equal(Emulator.Contoso, error.TargetObject);
    }

    [Theory]
    [InlineData("login_required", 50058)]
    [InlineData("interaction_required", 50076)]
    [InlineData("consent_required", 65001)]
    [InlineData("temporarily_unavailable", 90033)]
    public async Task An_error_that_the_browser_brings_is_the_services(string error, int code)
    {
        var exception = await RefusedSignInAsync($"{Command} -Prompt none", uri => Task.FromResult(BrowserAnswer.To(
            uri,
            ("error", error),
            ("error_description", $"AADSTS{code}: In <b>words</b>.\r\nTrace ID: 0f2c1d9a-41c5-4b0e-9b8a-6a3c51f20100\r\nTimestamp: 2026-01-02 03:04:05Z"),
            ("error_uri", $"https://login.microsoftonline.com/error?code={code}"),
            ("error_subcode", "message_only"))));

        Assert.Equal(("server", error), (exception.Kind, exception.Error));
        Assert.Equal([code], exception.ErrorCodes);
        Assert.StartsWith($"AADSTS{code}: In <b>words</b>.", exception.ErrorDescription, StringComparison.Ordinal);
        Assert.Equal("message_only", exception.SubError);
        Assert.EndsWith($"?code={code}", exception.ErrorUri, StringComparison.Ordinal);
        Assert.NotNull(exception.Hint);
    }

    [Fact]
    public async Task An_answer_without_a_code_is_no_answer()
    {
        var exception = await RefusedSignInAsync(Command, uri => Task.FromResult(BrowserAnswer.To(uri)));
        Assert.Equal("protocol", exception.Kind);
    }

    [Fact]
    public async Task A_code_that_is_refused_ends_the_sign_in()
    {
        var exception = await RefusedSignInAsync(
            Command, async uri => (await Emulator.AuthorizeAsync(uri)).With("code", "0.nonsense"));
        Assert.Equal(("server", "invalid_grant"), (exception.Kind, exception.Error));
    }

    [Fact]
    public async Task A_redirect_URI_that_is_not_registered_is_a_page_of_the_service()
    {
        using var run = Begin($"{Command} -RedirectUri http://localhost:{Loopback.ClosedPort()}/not/registered");
        Assert.Equal(50011, await Emulator.ErrorPageAsync(await run.SignInUriAsync()));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = await ErrorAsync($"{Command} -NoBrowser -RedirectUri http://localhost:{port}/");

        Assert.Equal("port_unavailable,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceUnavailable, error.CategoryInfo.Category);
        Assert.IsType<AzTokenException>(error.Exception).AssertNames("redirect_uri");
        Assert.Contains($"port {port} is in use", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(await Emulator.RequestsAsync());
    }

    [Fact]
    public async Task Nobody_comes_in_time()
    {
        using var run = Begin($"{Command} -TimeoutSeconds 1");
        var uri = await run.SignInUriAsync();
        var error = await run.ErrorAsync();

        Assert.Equal("timeout,AzTokenRs.Cmdlets.GetAzToken", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.OperationTimeout, error.CategoryInfo.Category);
        AssertFree(RedirectUriOf(uri));
    }

    [Fact]
    public async Task Progress_says_how_long_is_left()
    {
        using var run = Begin(Command);
        await run.SignInUriAsync();
        await Eventually.TrueAsync("progress", () => Task.FromResult(run.Streams.Progress.Count > 0));
        Assert.InRange(run.Streams.Progress[0].SecondsRemaining, 1, 120);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_wait_at_once_and_frees_the_port()
    {
        using var run = Begin(Command);
        var redirectUri = RedirectUriOf(await run.SignInUriAsync());

        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_limit);
        Assert.Equal(PSInvocationState.Stopped, run.State);
        await Eventually.TrueAsync("the port to be free", () => Task.FromResult(IsFree(redirectUri)));
        Assert.Empty(run.Output);
        Assert.Empty(run.Streams.Error);
    }

    [Fact]
    public async Task Ctrl_C_while_the_code_is_redeemed()
    {
        await Emulator.FaultAsync(new { path = "/token", times = 0, hang = true });
        using var run = Begin(Command);
        var delivery = (await Emulator.AuthorizeAsync(await run.SignInUriAsync())).DeliverAsync();
        await Eventually.TrueAsync("the code to be redeemed", async () => (await Emulator.RequestsAsync()).Any(request => request.IsToken));

        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_limit);
        // The browser is not left waiting: it gets a page, or sees the connection closed.
        await Task.WhenAny(delivery).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task One_bad_tenant_of_a_pipeline_stops_nothing()
    {
        using var run = Session.Start(
            $"'{Emulator.Fabrikam}', '{Emulator.Contoso}' | Get-AzToken -Interactive -NoBrowser -Authority {Emulator.Url}");
        var refusal = BrowserAnswer.To(
            await run.SignInUriAsync(), ("error", "login_required"), ("error_description", "AADSTS50058: No session."));
        await refusal.DeliverAsync();
        await (await Emulator.AuthorizeAsync(await run.SignInUriAsync(2))).DeliverAsync();
        await run.EndAsync();

        Assert.Equal(Emulator.User, Assert.IsType<AzToken>(Assert.Single(run.Output).BaseObject).Identity);
        var error = Assert.Single(run.Streams.Error);
        Assert.Equal(("AADSTS50058,AzTokenRs.Cmdlets.GetAzToken", Emulator.Fabrikam), (error.FullyQualifiedErrorId, error.TargetObject));
    }

    private static bool IsFree(string redirectUri)
    {
        try
        {
            AssertFree(redirectUri);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
