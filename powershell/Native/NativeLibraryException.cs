using System;

namespace AzTokenRs.Native;

/// <summary>The native library can't be used: it is missing, or another one than this module was made for.</summary>
public sealed class NativeLibraryException : Exception
{
    internal NativeLibraryException(string errorId, string message, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
    }

    /// <summary><c>NativeLibraryNotFound</c> or <c>NativeLibraryMismatch</c>.</summary>
    public string ErrorId { get; }
}
