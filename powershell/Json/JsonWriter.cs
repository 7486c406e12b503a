using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Security;

namespace AzTokenRs.Json;

/// <summary>
/// Writes JSON into bytes that are pinned (so that the garbage collector leaves no copies behind) and overwritten with
/// zeros in the end: requests hold secrets.
/// </summary>
internal sealed class JsonWriter : IDisposable
{
    private byte[] _buffer = new byte[1024];
    private GCHandle _pin;
    private int _length;
    private bool _needsComma;
    private char _highSurrogate;

    internal JsonWriter() => _pin = GCHandle.Alloc(_buffer, GCHandleType.Pinned);

    /// <summary>The bytes, of which only the first <see cref="Length"/> count. Gone after Dispose.</summary>
    internal byte[] Bytes => _buffer;

    internal int Length => _length;

    public void Dispose()
    {
        Array.Clear(_buffer, 0, _buffer.Length);
        _buffer = [];
        _length = 0;
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }
    }

    internal void BeginObject() => Open((byte)'{');

    internal void EndObject() => Close((byte)'}');

    internal void BeginArray() => Open((byte)'[');

    internal void EndArray() => Close((byte)']');

    internal void Name(string name)
    {
        Write(name);
        Append((byte)':');
        _needsComma = false;
    }

    internal void Member(string name, string value)
    {
        Name(name);
        Write(value);
    }

    internal void Member(string name, SecureString value)
    {
        Name(name);
        Write(value);
    }

    internal void Member(string name, bool value)
    {
        Name(name);
        Write(value);
    }

    /// <summary>Writes text that the caller overwrites afterwards.</summary>
    internal void Write(char[] value)
    {
        BeginText();
        foreach (var character in value)
        {
            AppendCharacter(character);
        }

        EndText();
    }

    internal void Write(string value)
    {
        BeginText();
        foreach (var character in value)
        {
            AppendCharacter(character);
        }

        EndText();
    }

    /// <summary>Writes a secret without making a string of it, which would stay in memory for ever.</summary>
    internal void Write(SecureString value)
    {
        BeginText();
        var characters = Marshal.SecureStringToGlobalAllocUnicode(value);
        try
        {
            for (var index = 0; index < value.Length; index++)
            {
                AppendCharacter((char)Marshal.ReadInt16(characters, index * sizeof(char)));
            }
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(characters);
        }

        EndText();
    }

    /// <summary>Writes text that is UTF-8 already.</summary>
    internal void WriteUtf8(byte[] text, int length)
    {
        BeginText();
        for (var index = 0; index < length; index++)
        {
            var value = text[index];
            if (value < ' ' || value is (byte)'"' or (byte)'\\')
            {
                AppendCharacter((char)value);
            }
            else
            {
                Append(value);
            }
        }

        EndText();
    }

    internal void Write(bool value) => WriteLiteral(value ? "true" : "false");

    internal void WriteNull() => WriteLiteral("null");

    internal void Write(long value) => WriteLiteral(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    internal void Write(IEnumerable<string> values)
    {
        BeginArray();
        foreach (var value in values)
        {
            Write(value);
        }

        EndArray();
    }

    /// <summary>Writes the JSON that another writer holds.</summary>
    internal void WriteJson(JsonWriter other)
    {
        Separate();
        for (var index = 0; index < other._length; index++)
        {
            Append(other._buffer[index]);
        }

        _needsComma = true;
    }

    private void WriteLiteral(string literal)
    {
        Separate();
        foreach (var character in literal)
        {
            Append((byte)character);
        }

        _needsComma = true;
    }

    private void Open(byte bracket)
    {
        Separate();
        Append(bracket);
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        Append(bracket);
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma)
        {
            Append((byte)',');
        }
    }

    private void BeginText()
    {
        Separate();
        Append((byte)'"');
    }

    private void EndText()
    {
        FlushSurrogate();
        Append((byte)'"');
        _needsComma = true;
    }

    private void AppendCharacter(char character)
    {
        if (char.IsLowSurrogate(character) && _highSurrogate != 0)
        {
            AppendScalar(char.ConvertToUtf32(_highSurrogate, character));
            _highSurrogate = '\0';
            return;
        }

        FlushSurrogate();
        if (char.IsHighSurrogate(character))
        {
            _highSurrogate = character;
        }
        else if (character is '"' or '\\')
        {
            Append((byte)'\\');
            Append((byte)character);
        }
        else if (character < ' ')
        {
            AppendEscape(character);
        }
        else
        {
            // A surrogate without its other half can't be said in UTF-8.
            AppendScalar(char.IsLowSurrogate(character) ? 0xFFFD : character);
        }
    }

    private void FlushSurrogate()
    {
        if (_highSurrogate != 0)
        {
            _highSurrogate = '\0';
            AppendScalar(0xFFFD);
        }
    }

    private void AppendEscape(char control)
    {
        const string digits = "0123456789abcdef";
        foreach (var character in "\\u00")
        {
            Append((byte)character);
        }

        Append((byte)digits[control >> 4]);
        Append((byte)digits[control & 15]);
    }

    private void AppendScalar(int scalar)
    {
        if (scalar < 0x80)
        {
            Append((byte)scalar);
        }
        else if (scalar < 0x800)
        {
            Append((byte)(0xC0 | (scalar >> 6)));
            AppendContinuation(scalar);
        }
        else if (scalar < 0x10000)
        {
            Append((byte)(0xE0 | (scalar >> 12)));
            AppendContinuation(scalar >> 6);
            AppendContinuation(scalar);
        }
        else
        {
            Append((byte)(0xF0 | (scalar >> 18)));
            AppendContinuation(scalar >> 12);
            AppendContinuation(scalar >> 6);
            AppendContinuation(scalar);
        }
    }

    private void AppendContinuation(int bits) => Append((byte)(0x80 | (bits & 0x3F)));

    private void Append(byte value)
    {
        if (_length == _buffer.Length)
        {
            Grow();
        }

        _buffer[_length++] = value;
    }

    private void Grow()
    {
        var larger = new byte[_buffer.Length * 2];
        var pin = GCHandle.Alloc(larger, GCHandleType.Pinned);
        Buffer.BlockCopy(_buffer, 0, larger, 0, _length);
        Array.Clear(_buffer, 0, _buffer.Length);
        _pin.Free();
        _buffer = larger;
        _pin = pin;
    }
}
