using System;
using System.Collections;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;

namespace AzTokenRs.Tokens;

/// <summary>
/// A token that a user gave, as UTF-8 without what people copy along with it. One object serves a whole pipeline: its
/// bytes are pinned (so that the garbage collector leaves no copies behind), and overwritten before the next token and
/// in the end.
/// </summary>
internal sealed class TokenText : IDisposable
{
    /// <summary>A longer text is no token; the same limit as the native library's.</summary>
    private const int MaxLength = 1 << 20;

    /// <summary>The scheme of RFC 6750 section 2.1, copied from an Authorization header.</summary>
    private const string BearerPrefix = "Bearer ";

    // What answers and objects of other modules have their access token in.
    private static readonly string[] s_properties = ["Token", "access_token", "AccessToken", "Authorization", "id_token", "IdToken"];

    private byte[] _bytes = [];
    private GCHandle _pin;

    /// <summary>The token, of which only the first <see cref="Length"/> bytes count.</summary>
    internal byte[] Bytes => _bytes;

    internal int Length { get; private set; }

    public void Dispose()
    {
        Clear();
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }

        _bytes = [];
    }

    /// <summary>Takes a string, a SecureString, an AzToken, or an object that has one of these as its token.</summary>
    /// <exception cref="AzTokenException">It is nothing of that.</exception>
    internal void Read(object? input)
    {
        Clear();
        var value = Unwrap(input);
        switch (value is string or SecureString ? value : TokenOf(value))
        {
            case string text:
                ReadString(text);
                break;
            case SecureString secret:
                ReadSecret(secret);
                break;
            case null when value is null:
                throw Refusal("The token is empty.");
            default:
                throw Refusal($"A token is a string, a SecureString or an AzToken, and this is a {value!.GetType().FullName}.");
        }
    }

    private static object? TokenOf(object? value)
    {
        if (value is null or AzToken)
        {
            return (value as AzToken)?.Readable;
        }

        if (DeserializedToken.Restore(value) is { } restored)
        {
            return restored.Readable;
        }

        foreach (var name in s_properties)
        {
            // What is empty stands for nothing: an answer may have an ID token and no access token.
            if (Unwrap(Member(value, name)) is { } token and not "")
            {
                return token is AzToken inner ? inner.Readable : token;
            }
        }

        return null;
    }

    private static object? Member(object value, string name)
    {
        if (value is not IDictionary dictionary)
        {
            return PSObject.AsPSObject(value).Properties[name]?.Value;
        }

        foreach (DictionaryEntry entry in dictionary)
        {
            if (string.Equals(entry.Key as string, name, StringComparison.OrdinalIgnoreCase))
            {
                return entry.Value;
            }
        }

        return null;
    }

    private void ReadString(string text)
    {
        FindToken(text.Length, index => text[index], out var start, out var end);
        Reserve(Encoding.UTF8.GetMaxByteCount(end - start));
        Length = Encoding.UTF8.GetBytes(text, start, end - start, _bytes, 0);
    }

    private void ReadSecret(SecureString secret)
    {
        var characters = new char[secret.Length];
        var pin = GCHandle.Alloc(characters, GCHandleType.Pinned);
        var copy = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(copy, characters, 0, characters.Length);
            FindToken(characters.Length, index => characters[index], out var start, out var end);
            Reserve(Encoding.UTF8.GetMaxByteCount(end - start));
            Length = Encoding.UTF8.GetBytes(characters, start, end - start, _bytes, 0);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(copy);
            Array.Clear(characters, 0, characters.Length);
            pin.Free();
        }
    }

    private static void FindToken(int length, Func<int, char> at, out int start, out int end)
    {
        start = 0;
        end = length;
        TrimSpace(at, ref start, ref end);
        if (HasPrefix(at, start, end))
        {
            start += BearerPrefix.Length;
            TrimSpace(at, ref start, ref end);
        }

        if (end - start > MaxLength)
        {
            throw Refusal("The token is longer than 1 MiB, which no token is.");
        }
    }

    private static void TrimSpace(Func<int, char> at, ref int start, ref int end)
    {
        while (start < end && char.IsWhiteSpace(at(start)))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(at(end - 1)))
        {
            end--;
        }
    }

    private static bool HasPrefix(Func<int, char> at, int start, int end)
    {
        if (end - start < BearerPrefix.Length)
        {
            return false;
        }

        for (var index = 0; index < BearerPrefix.Length; index++)
        {
            if (char.ToUpperInvariant(at(start + index)) != char.ToUpperInvariant(BearerPrefix[index]))
            {
                return false;
            }
        }

        return true;
    }

    private void Reserve(int size)
    {
        if (_bytes.Length >= size)
        {
            return;
        }

        if (_pin.IsAllocated)
        {
            _pin.Free();
        }

        _bytes = new byte[Math.Max(size, 8192)];
        _pin = GCHandle.Alloc(_bytes, GCHandleType.Pinned);
    }

    private void Clear()
    {
        Array.Clear(_bytes, 0, Length);
        Length = 0;
    }

    private static AzTokenException Refusal(string message) =>
        new("invalid_parameter", "invalid_token", message, []) { Parameter = "token" };

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapper ? wrapper.BaseObject : value;
}
