using System.Net;
using System.Net.Sockets;

namespace AzTokenRs.EngineTests.Support;

/// <summary>Addresses of this machine.</summary>
internal static class Loopback
{
    /// <summary>A port that was free a moment ago.</summary>
    internal static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
