using System;
using AzTokenRs.Native;

namespace AzTokenRs.Tokens;

/// <summary>Reads tokens in the native library: at once, without network, and without checking their signatures.</summary>
internal static class JwtDecoder
{
    /// <exception cref="NativeLibraryException">The library can't be used.</exception>
    internal static JwtRecord Decode(TokenText token)
    {
        NativeLoader.EnsureLoaded();
        NativeBuffer.Check(NativeMethods.aztoken_jwt_decode(token.Bytes, (UIntPtr)(uint)token.Length, out var record));
        return new JwtRecord(NativeBuffer.Take(record));
    }

    /// <summary>A token of whose form nothing is known; null if it can't be read.</summary>
    internal static AzTokenInfo? TryDecode(string token)
    {
        using var text = new TokenText();
        try
        {
            text.Read(token);
        }
        catch (AzTokenException)
        {
            return null;
        }

        var record = Decode(text);
        return record.IsToken ? new AzTokenInfo(record) : null;
    }
}
