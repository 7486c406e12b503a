using System.Threading;
using AzTokenRs.Native;

namespace AzTokenRs.Operations;

/// <summary>Loads the native library on another thread, while PowerShell binds the parameters of the first call.</summary>
internal static class WarmUp
{
    private static int s_begun;

    internal static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) == 0)
        {
            ThreadPool.QueueUserWorkItem(_ => TryLoad());
        }
    }

    private static void TryLoad()
    {
        try
        {
            NativeLoader.EnsureLoaded();
        }
        catch (NativeLibraryException)
        {
            // Thrown again, with its message, to the one who needs the library.
        }
    }
}
