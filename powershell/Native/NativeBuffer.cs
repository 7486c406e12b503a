using System;
using System.Runtime.InteropServices;

namespace AzTokenRs.Native;

/// <summary>Bytes that the native library hands out, and what it answers.</summary>
internal static class NativeBuffer
{
    /// <summary>Copies a buffer and gives it back, which overwrites the library's own bytes.</summary>
    internal static byte[] Take(ulong buffer)
    {
        try
        {
            Check(NativeMethods.aztoken_buffer_data(buffer, out var data, out var length));
            var bytes = new byte[checked((int)(ulong)length)];
            Marshal.Copy(data, bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            NativeMethods.aztoken_buffer_free(buffer);
        }
    }

    internal static void Check(NativeStatus status)
    {
        if (status != NativeStatus.Ok)
        {
            throw new InvalidOperationException(
                $"The native library answered with the status '{status}'. This is a defect in AzTokenRs; please report it.");
        }
    }
}
