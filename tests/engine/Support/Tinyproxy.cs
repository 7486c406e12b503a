using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A running tinyproxy, a real proxy program.</summary>
internal sealed class Tinyproxy : IDisposable
{
    internal const string Program = "tinyproxy";

    private readonly string _configuration = Path.GetTempFileName();
    private readonly Process _process;
    private readonly Task _reading;

    private Tinyproxy(int port, string settings)
    {
        Port = port;
        File.WriteAllText(_configuration, $"Port {port}\nListen 127.0.0.1\nTimeout 20\nLogLevel Info\n{settings}\n");
        _process = Process.Start(new ProcessStartInfo(Program, ["-d", "-c", _configuration]) { RedirectStandardOutput = true })!;
        IsReady = IsAccepting();
        // Read on, or it would stand still when the pipe is full.
        _reading = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    internal static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Program)));

    internal int Port { get; }

    internal string Url => $"http://127.0.0.1:{Port}";

    private bool IsReady { get; }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _reading.Wait();
        _process.Dispose();
        File.Delete(_configuration);
    }

    /// <summary>Starts one and waits until it says that it listens.</summary>
    internal static Tinyproxy Start(string settings)
    {
        // It can't be told to take any free port, so one that was free a moment ago is tried, and then another.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var proxy = new Tinyproxy(Loopback.ClosedPort(), settings);
            if (proxy.IsReady)
            {
                return proxy;
            }

            proxy.Dispose();
        }

        throw new InvalidOperationException("tinyproxy doesn't start.");
    }

    private bool IsAccepting()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains("Accepting connections", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A test with a real proxy program, reported as skipped where it isn't installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProxyFactAttribute : FactAttribute
{
    /// <summary>Skips it without the program.</summary>
    public ProxyFactAttribute() => Skip = Tinyproxy.IsInstalled ? null : "tinyproxy is not on PATH.";
}

/// <summary>
/// A proxy behind the proxy, that leads every host name to this machine: the names of these tests are in no DNS.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _tunnels;

    internal NameServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many tunnels were asked for.</summary>
    internal int Tunnels => Volatile.Read(ref _tunnels);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = TunnelAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task TunnelAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            var nearStream = near.GetStream();
            await far.ConnectAsync("localhost", await ReadPortAsync(nearStream));
            Interlocked.Increment(ref _tunnels);
            await nearStream.WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
            await Task.WhenAny(nearStream.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(nearStream));
        }
        catch (IOException)
        {
            // One of the two has gone.
        }
    }

    /// <summary>The port of <c>CONNECT host:port HTTP/1.x</c>, with the headers read to their end.</summary>
    private static async Task<int> ReadPortAsync(NetworkStream stream)
    {
        var text = string.Empty;
        var one = new byte[1];
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
        {
            text += (char)one[0];
        }

        return int.Parse(text.Split(' ')[1].Split(':')[1], CultureInfo.InvariantCulture);
    }
}
