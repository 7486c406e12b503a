using System.Text;
using System.Threading;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>
/// Gets ready for the first call, on another thread, while PowerShell binds that call's parameters: loads the native
/// library, and has .NET compile what reads the library's events. Either takes as long as a token over the network.
/// </summary>
internal static class WarmUp
{
    /// <summary>Events with a member of each kind.</summary>
    private static readonly string[] s_events =
    [
        """{"event":"trace","level":"debug","text":""}""",
        """{"event":"token","access_token":"","token_type":"","expires_on":0,"refresh_on":null,"scopes":[""],"claims":{"a":0}}""",
    ];

    private static int s_begun;

    internal static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) == 0)
        {
            ThreadPool.QueueUserWorkItem(_ => Run());
        }
    }

    private static void Run()
    {
        try
        {
            NativeLoader.EnsureLoaded();
        }
        catch (NativeLibraryException)
        {
            // Thrown again, with its message, to the one who needs the library.
            return;
        }

        foreach (var text in s_events)
        {
            EventReader.Read(Encoding.UTF8.GetBytes(text));
        }
    }
}
