using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>
/// Prepares the first call on another thread while PowerShell binds its parameters: loads the native library, and has the code of
/// requests and events compiled. Starts no operation, so nothing can reach the network.
/// </summary>
internal static class WarmUp
{
    private const string Token =
        """{"event":"token","access_token":"a","token_type":"Bearer","expires_on":1,"scopes":["s"],"client_id":"c","claims":{"a":[1]}}""";

    private static int s_begun;

    internal static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) != 0)
        {
            return;
        }

        try
        {
            ThreadPool.QueueUserWorkItem(static _ => TryRehearse());
        }
        catch (Exception exception) when (exception is OutOfMemoryException or NotSupportedException or ThreadStartException)
        {
            // Without a thread for it, the first call takes a little longer.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "An exception here would end PowerShell's process, for no more than a few milliseconds.")]
    private static void TryRehearse()
    {
        try
        {
            NativeLoader.EnsureLoaded();
            Rehearse();
        }
        catch (Exception)
        {
            // Whoever needs the library gets the same exception, with its message.
        }
    }

    private static void Rehearse()
    {
        using var request = new GrantRequest(NativeMethods.aztoken_client_credentials);
        request.Options.Add("environment", SessionEnvironment.Read(paths: null));
        request.Finish(out _, out _);
        EventReader.Read(Encoding.UTF8.GetBytes(Token));
    }
}
