using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AzTokenRs.EngineTests.Support;

/// <summary>A server that answers every request with the same bytes: ones that no HTTP library would send.</summary>
internal sealed class RawServer : IDisposable
{
    private static readonly byte[] s_endOfHeaders = "\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _answer;
    private readonly bool _closes;

    private RawServer(byte[] answer, bool closes)
    {
        (_answer, _closes) = (answer, closes);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = ServeAsync();
    }

    internal int Port { get; }

    /// <summary>Done when the first bytes of a request have come.</summary>
    internal Task Asked => _asked.Task;

    /// <summary>Done when a client has closed its connection.</summary>
    internal Task Left => _left.Task;

    public void Dispose() => _listener.Dispose();

    /// <summary>Closes the connection after the answer.</summary>
    internal static RawServer Closing(byte[] answer) => new(answer, closes: true);

    /// <summary>Says no more after the answer, and keeps the connection. An empty answer is silence from the start.</summary>
    internal static RawServer Hanging(string answer) => new(Encoding.ASCII.GetBytes(answer), closes: false);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var own = client;
        try
        {
            var stream = client.GetStream();
            if (_answer.Length > 0)
            {
                await ReadRequestAsync(stream);
                await stream.WriteAsync(_answer);
            }

            if (!_closes)
            {
                var rest = new byte[4096];
                while (await stream.ReadAsync(rest) > 0)
                {
                    _asked.TrySetResult();
                }
            }
        }
        catch (IOException)
        {
            // The client has gone by a reset, which is leaving too.
        }

        _left.TrySetResult();
    }

    private async Task ReadRequestAsync(NetworkStream stream)
    {
        var request = new List<byte>();
        var chunk = new byte[4096];
        while (!IsWhole(request))
        {
            var count = await stream.ReadAsync(chunk);
            if (count == 0)
            {
                return;
            }

            request.AddRange(chunk.AsSpan(0, count));
        }

        _asked.TrySetResult();
    }

    private static bool IsWhole(List<byte> request)
    {
        var bytes = request.ToArray();
        var end = bytes.AsSpan().IndexOf(s_endOfHeaders);
        if (end < 0)
        {
            return false;
        }

        const string name = "content-length:";
        var header = Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n")
            .FirstOrDefault(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        var length = header is null ? 0 : int.Parse(header[name.Length..], System.Globalization.CultureInfo.InvariantCulture);
        return bytes.Length >= end + s_endOfHeaders.Length + length;
    }
}
