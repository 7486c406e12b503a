using System;
using System.Text;
using System.Threading;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>
/// Goes through a first call's motions on another thread, while PowerShell binds its parameters: loads the native library,
/// and has the way of a request and its events compiled. Nothing is sent.
/// </summary>
internal static class WarmUp
{
    private const string Token =
        """{"event":"token","access_token":"a","token_type":"Bearer","expires_on":1,"scopes":["s"],"client_id":"c","claims":{"a":[1]}}""";

    private static int s_begun;

    internal static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) == 0)
        {
            ThreadPool.QueueUserWorkItem(_ => TryRehearse());
        }
    }

    private static void TryRehearse()
    {
        try
        {
            NativeLoader.EnsureLoaded();
            Rehearse();
        }
        catch (Exception exception) when (exception is NativeLibraryException or FormatException)
        {
            // Thrown again, with its message, to the one who needs the library.
        }
    }

    private static void Rehearse()
    {
        // Without a client, it is refused as soon as it is read.
        using var request = new GrantRequest(NativeMethods.aztoken_client_credentials);
        request.Options.Add("environment", SessionEnvironment.Read());
        using var operation = request.Start();
        Operation.WaitAny([operation], 1_000);
        if (operation.TryNext() is { } refusal)
        {
            EventReader.Read(refusal);
        }

        EventReader.Read(Encoding.UTF8.GetBytes(Token));
    }
}
