using System;

namespace AzTokenRs.Native;

/// <summary>
/// An operation of the native library. <see cref="Cancel"/> may be called from any thread, also after Dispose: the handle
/// is a number that the library then no longer knows.
/// </summary>
internal sealed class Operation : IDisposable
{
    private readonly ulong _handle;

    private Operation(ulong handle) => _handle = handle;

    internal static Operation Start(RequestFunction start, byte[] request, int length)
    {
        NativeLoader.EnsureLoaded();
        NativeBuffer.Check(start(request, (UIntPtr)(uint)length, out var handle));
        return new Operation(handle);
    }

    /// <summary>Waits for the first operation that has an event; -1 when the time passed without one.</summary>
    internal static int WaitAny(Operation[] operations, uint timeoutMilliseconds)
    {
        var handles = Array.ConvertAll(operations, operation => operation._handle);
        var status = NativeMethods.aztoken_operation_wait(
            handles, (UIntPtr)(uint)handles.Length, timeoutMilliseconds, out var ready);
        if (status == NativeStatus.Timeout)
        {
            return -1;
        }

        NativeBuffer.Check(status);
        return (int)(uint)ready;
    }

    /// <summary>
    /// The next event as JSON, or null when there is none now. The caller overwrites the bytes (they may hold a token), and
    /// asks no more after the event that ends the operation.
    /// </summary>
    internal byte[]? TryNext()
    {
        var status = NativeMethods.aztoken_operation_next(_handle, 0, out var buffer);
        if (status == NativeStatus.Timeout)
        {
            return null;
        }

        NativeBuffer.Check(status);
        return NativeBuffer.Take(buffer);
    }

    /// <summary>Answers the last question.</summary>
    internal void Reply(byte[] reply, int length)
    {
        // An operation that has ended since (its time limit passed) wants no answer, and its last event says why.
        var status = NativeMethods.aztoken_operation_reply(_handle, reply, (UIntPtr)(uint)length);
        if (status != NativeStatus.InvalidArgument)
        {
            NativeBuffer.Check(status);
        }
    }

    /// <summary>Ends the operation: it closes its connection, and a thread that waits for it wakes.</summary>
    internal void Cancel() => NativeMethods.aztoken_operation_cancel(_handle);

    public void Dispose() => NativeMethods.aztoken_operation_free(_handle);
}
