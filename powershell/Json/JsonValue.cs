using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace AzTokenRs.Json;

/// <summary>A JSON value that stays UTF-8 bytes until someone asks for it.</summary>
internal readonly struct JsonValue
{
    private readonly byte[] _data;
    private readonly int _start;
    private readonly int _end;

    private JsonValue(byte[] data, int start, int end)
    {
        _data = data;
        _start = start;
        _end = end;
    }

    internal JsonKind Kind => _data[_start] switch
    {
        (byte)'{' => JsonKind.Object,
        (byte)'[' => JsonKind.Array,
        (byte)'"' => JsonKind.String,
        (byte)'t' or (byte)'f' => JsonKind.Boolean,
        (byte)'n' => JsonKind.Null,
        _ => JsonKind.Number,
    };

    /// <summary>The value of a text of the native library.</summary>
    /// <exception cref="FormatException">The text ends too early.</exception>
    internal static JsonValue Parse(byte[] utf8) => Parse(new ArraySegment<byte>(utf8));

    /// <summary>The value of a text that is a part of the bytes.</summary>
    internal static JsonValue Parse(ArraySegment<byte> utf8)
    {
        var data = utf8.Array!;
        var last = utf8.Offset + utf8.Count;
        var start = JsonScanner.SkipSpace(data, utf8.Offset, last);
        return new JsonValue(data, start, JsonScanner.SkipValue(data, start, last));
    }

    /// <summary>The members of an object in their order. Of a name given twice, both are there.</summary>
    internal IEnumerable<KeyValuePair<string, JsonValue>> Members()
    {
        var position = JsonScanner.SkipSpace(_data, _start + 1, _end);
        while (_data[position] != (byte)'}')
        {
            var nameEnd = JsonScanner.SkipString(_data, position, _end);
            var name = new JsonValue(_data, position, nameEnd).GetString();
            var colon = JsonScanner.SkipSpace(_data, nameEnd, _end);
            var value = ValueAt(JsonScanner.SkipSpace(_data, colon + 1, _end));
            yield return new KeyValuePair<string, JsonValue>(name, value);
            position = NextElement(value._end);
        }
    }

    /// <summary>The elements of an array.</summary>
    internal IEnumerable<JsonValue> Elements()
    {
        var position = JsonScanner.SkipSpace(_data, _start + 1, _end);
        while (_data[position] != (byte)']')
        {
            var value = ValueAt(position);
            yield return value;
            position = NextElement(value._end);
        }
    }

    internal bool GetBoolean() => _data[_start] == (byte)'t';

    internal string GetString()
    {
        var first = _start + 1;
        var last = _end - 1;
        return Array.IndexOf(_data, (byte)'\\', first, last - first) < 0
            ? Encoding.UTF8.GetString(_data, first, last - first)
            : Unescape(first, last);
    }

    /// <summary>
    /// An integer as long, one with more digits as BigInteger: a double would lose some. Another number as double; one too
    /// large for that as its text.
    /// </summary>
    internal object GetNumber()
    {
        var text = Encoding.ASCII.GetString(_data, _start, _end - _start);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return integer;
        }

        if (BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
        {
            return large;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
               && !double.IsInfinity(number)
            ? number
            : text;
    }

    /// <summary>The bytes of this value alone, which outlive the text that it stood in.</summary>
    internal byte[] CopyBytes()
    {
        var copy = new byte[_end - _start];
        Buffer.BlockCopy(_data, _start, copy, 0, copy.Length);
        return copy;
    }

    private JsonValue ValueAt(int position) => new(_data, position, JsonScanner.SkipValue(_data, position, _end));

    private int NextElement(int position)
    {
        position = JsonScanner.SkipSpace(_data, position, _end);
        return _data[position] == (byte)',' ? JsonScanner.SkipSpace(_data, position + 1, _end) : position;
    }

    private string Unescape(int position, int last)
    {
        var text = new StringBuilder(last - position);
        while (position < last)
        {
            var backslash = Array.IndexOf(_data, (byte)'\\', position, last - position);
            var plainEnd = backslash < 0 ? last : backslash;
            text.Append(Encoding.UTF8.GetString(_data, position, plainEnd - position));
            if (backslash < 0)
            {
                break;
            }

            position = backslash + 2;
            var escape = (char)_data[backslash + 1];
            if (escape == 'u')
            {
                var digits = Encoding.ASCII.GetString(_data, position, 4);
                text.Append((char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                position += 4;
            }
            else
            {
                text.Append(Plain(escape));
            }
        }

        return text.ToString();
    }

    private static char Plain(char escape) => escape switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => escape,
    };
}
