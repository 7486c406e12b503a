using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AzTokenRs.EngineTests.Support;

namespace AzTokenRs.EngineTests;

/// <summary>
/// What a network and a broken or hostile service can do, as a script sees it: one error with an id, a category and a
/// sentence, in bounded time.
/// </summary>
public sealed class FaultTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Cmdlet = "AzTokenRs.Cmdlets.GetAzToken";
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static readonly TimeSpan s_stopLimit = TimeSpan.FromMilliseconds(200);

    private static readonly Dictionary<string, (object Fault, Expected Expected)> s_answers = new()
    {
        ["500 with HTML"] = (
            Answer(500, "text/html", "<html>maintenance</html>"),
            new("server_error", "server", ErrorCategory.ResourceUnavailable, 500, "HTTP 500 with text/html")),
        ["503 with Retry-After"] = (
            new { path = "/devicecode", times = 0, status = 503, headers = new Dictionary<string, string> { ["Retry-After"] = "7" } },
            new("server_error", "server", ErrorCategory.ResourceUnavailable, 503, "HTTP 503")),
        ["empty"] = (Answer(200, "application/json", string.Empty), Unusable(200, "it is empty")),
        ["no content"] = (new { path = "/devicecode", times = 0, status = 204 }, Unusable(204, "it is empty")),
        ["truncated JSON"] = (Answer(200, "application/json", "{\"device_code\":\"abc"), Unusable(200, "it ends too early")),
        ["wrong content type"] = (Answer(200, "text/html", "<p>"), Unusable(200, "not JSON but text/html")),
        ["missing fields"] = (Answer(200, "application/json", "{}"), Unusable(200, "it has no device_code")),
        ["wrong types"] = (
            new { path = "/devicecode", times = 0, status = 200, body = new { device_code = 5, user_code = new[] { true } } },
            Unusable(200, "it has no ")),
        ["redirect elsewhere"] = (
            new { path = "/devicecode", times = 0, status = 302, headers = new Dictionary<string, string> { ["Location"] = "http://127.0.0.1:1/evil" } },
            new("unexpected_redirect", "protocol", ErrorCategory.ProtocolError, 302, "isn't followed")),
        ["connection closed"] = (
            new { path = "/devicecode", times = 0, close = true },
            new("connection_reset", "network", ErrorCategory.ConnectionError, null, "closed the connection")),
    };

    private static readonly Dictionary<string, (byte[] Bytes, Expected Expected)> s_bytes = new()
    {
        ["invalid UTF-8"] = (
            [.. Encoding.ASCII.GetBytes(Json + "Content-Length: 20\r\n\r\n{\"device_code\":\""), 0xff, 0xfe, (byte)'"', (byte)'}'],
            Unusable(200, "it is not UTF-8")),
        ["headers that stop half-way"] = (
            Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Ty"),
            new("connection_reset", "network", ErrorCategory.ConnectionError, null, "without a whole answer")),
        ["a body that stops half-way"] = (
            Encoding.ASCII.GetBytes(Json + "Content-Length: 100\r\n\r\n{\"device_code\":"),
            new("connection_reset", "network", ErrorCategory.ConnectionError, 200, "without a whole answer")),
        ["2 MB"] = (
            Encoding.ASCII.GetBytes(Json + "Content-Length: 2000000\r\n\r\n" + new string(' ', 2_000_000)),
            new("response_too_large", "protocol", ErrorCategory.ProtocolError, 200, "larger than 1 MiB")),
        ["2 MB in chunks"] = (
            Encoding.ASCII.GetBytes(Json + "Transfer-Encoding: chunked\r\n\r\n1E8480\r\n" + new string(' ', 2_000_000) + "\r\n0\r\n\r\n"),
            new("response_too_large", "protocol", ErrorCategory.ProtocolError, 200, "larger than 1 MiB")),
        ["another protocol"] = (
            Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2\r\n"),
            new("invalid_response", "protocol", ErrorCategory.ProtocolError, null, "doesn't speak HTTP")),
    };

    private static readonly Dictionary<string, (string Scheme, string Answer)> s_silences = new()
    {
        ["no answer"] = ("http", string.Empty),
        ["no TLS handshake"] = ("https", string.Empty),
        ["headers that stop"] = ("http", "HTTP/1.1 200 OK\r\nContent-Ty"),
        ["a body that stops"] = ("http", Json + "Content-Length: 100\r\n\r\n{\"device_code\":"),
        ["a body without an end"] = ("http", Json + "Transfer-Encoding: chunked\r\n\r\n2\r\n{\"\r\n"),
    };

    /// <summary>Names of the answers.</summary>
    public static TheoryData<string> Answers => [.. s_answers.Keys];

    /// <summary>Names of the answers that are no HTTP.</summary>
    public static TheoryData<string> Bytes => [.. s_bytes.Keys];

    /// <summary>Names of the ways in which a server says no more.</summary>
    public static TheoryData<string> Silences => [.. s_silences.Keys];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_no_use(string name)
    {
        var (fault, expected) = s_answers[name];
        await Emulator.FaultAsync(fault);
        using var run = Session.Start(Command(Emulator.Url));
        expected.Check(await run.ErrorAsync());
    }

    [Theory]
    [MemberData(nameof(Bytes))]
    public async Task Bytes_that_are_no_answer(string name)
    {
        var (bytes, expected) = s_bytes[name];
        using var server = RawServer.Closing(bytes);
        using var run = Session.Start(Command($"http://127.0.0.1:{server.Port}"));
        expected.Check(await run.ErrorAsync());
    }

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task A_silence_ends_at_the_time_limit(string name)
    {
        var (scheme, answer) = s_silences[name];
        using var server = RawServer.Hanging(answer);
        var watch = Stopwatch.StartNew();
        using var run = Session.Start($"{Command($"{scheme}://127.0.0.1:{server.Port}")} -TimeoutSeconds 1");
        new Expected("timeout", "timeout", ErrorCategory.OperationTimeout, null, "Timed out after 1 s").Check(await run.ErrorAsync());
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(8));
    }

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task Stop_ends_a_silence_at_once_and_closes_the_connection(string name)
    {
        var (scheme, answer) = s_silences[name];
        using var server = RawServer.Hanging(answer);
        using var run = Session.Start(Command($"{scheme}://127.0.0.1:{server.Port}"));
        await server.Asked.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(server.Left.IsCompleted);

        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_stopLimit);
        Assert.Equal(PSInvocationState.Stopped, run.State);
        await server.Left.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Stop_ends_the_wait_for_a_listener_that_never_accepts()
    {
        // The system makes the connection, and nobody ever takes it.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var run = Session.Start($"$DebugPreference = 'Continue'; {Command($"http://{listener.LocalEndPoint}")}");
        await Eventually.TrueAsync("the request", () => Task.FromResult(
            run.Streams.Debug.Any(record => record.Message.StartsWith("POST ", StringComparison.Ordinal))));

        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_stopLimit);
    }

    [Fact]
    public async Task Stop_ends_the_wait_before_a_repetition()
    {
        await Emulator.FaultAsync(Answer(500, "text/html", "<html>"));
        using var run = Session.Start($"$DebugPreference = 'Continue'; {Command(Emulator.Url)}");
        await Eventually.TrueAsync("the wait", () => Task.FromResult(
            run.Streams.Debug.Any(record => record.Message.StartsWith("Retrying in", StringComparison.Ordinal))));

        var watch = Stopwatch.StartNew();
        run.Stop();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_stopLimit);
        Assert.Single(await Emulator.RequestsAsync());
    }

    [Theory]
    [InlineData("wrong types")]
    [InlineData("redirect elsewhere")]
    public async Task While_polling_it_is_the_same(string name)
    {
        var (_, expected) = s_answers[name];
        object fault = name switch
        {
            "wrong types" => new { path = "/token", times = 0, status = 200, body = new { access_token = 5, token_type = true } },
            _ => new { path = "/token", times = 0, status = 302, headers = new Dictionary<string, string> { ["Location"] = "http://127.0.0.1:1/evil" } },
        };
        await Emulator.FaultAsync(fault);
        using var run = Session.Start(Command(Emulator.Url));
        expected.Check(await run.ErrorAsync());
    }

    [Fact]
    public async Task A_connection_lost_while_polling_is_a_warning_and_polling_goes_on()
    {
        await Emulator.FaultAsync(new { path = "/token", times = 1, close = true });
        using var run = Session.Start(Command(Emulator.Url));
        await Emulator.ApproveAsync(await run.UserCodeAsync(Emulator));
        await run.TokenAsync();
        Assert.Contains("closed the connection", Assert.Single(run.Streams.Warning).Message, StringComparison.Ordinal);
    }

    private static string Command(string authority) =>
        $"Get-AzToken -DeviceCode -Authority {authority} -Tenant {Emulator.Contoso}";

    private static object Answer(int status, string type, string body) =>
        new { path = "/devicecode", times = 0, status, headers = new Dictionary<string, string> { ["Content-Type"] = type }, body };

    private static Expected Unusable(int status, string text) =>
        new("invalid_response", "protocol", ErrorCategory.ProtocolError, status, text);

    /// <summary>What the one error of a fault says.</summary>
    private sealed record Expected(string Error, string Kind, ErrorCategory Category, int? Status, string Text)
    {
        internal void Check(ErrorRecord record)
        {
            Assert.Equal($"{Error},{Cmdlet}", record.FullyQualifiedErrorId);
            Assert.Equal(Category, record.CategoryInfo.Category);
            var exception = Assert.IsType<AzTokenException>(record.Exception);
            Assert.Equal(Error, exception.Error);
            Assert.Equal(Kind, exception.Kind);
            Assert.Equal(Status, exception.HttpStatus);
            Assert.Contains(Text, record.ToString(), StringComparison.Ordinal);
            Assert.Empty(exception.ErrorCodes);
            Assert.True(Guid.TryParse(exception.CorrelationId, out _), exception.CorrelationId);
        }
    }
}
