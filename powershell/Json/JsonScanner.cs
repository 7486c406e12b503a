using System;

namespace AzTokenRs.Json;

/// <summary>
/// Finds where JSON values end, and refuses what is not JSON. The framework's own reader (JsonReaderWriterFactory)
/// makes XML of everything first, which is slow where thousands of claims pass; a JSON package would be the managed
/// dependency that this module must not have.
/// </summary>
internal static class JsonScanner
{
    /// <summary>Deeper values are refused: claims of a foreign token must not be able to exhaust the stack.</summary>
    internal const int MaxDepth = 64;

    internal static int SkipSpace(byte[] data, int position, int end)
    {
        while (position < end && data[position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            position++;
        }

        return position;
    }

    /// <summary>The position after the value that starts at <paramref name="position"/>.</summary>
    internal static int SkipValue(byte[] data, int position, int end, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"JSON is nested more than {MaxDepth} levels deep.");
        }

        switch (At(data, position, end))
        {
            case (byte)'{': return SkipObject(data, position, end, depth);
            case (byte)'[': return SkipArray(data, position, end, depth);
            case (byte)'"': return SkipString(data, position, end);
            case (byte)'t': return SkipLiteral(data, position, end, "true");
            case (byte)'f': return SkipLiteral(data, position, end, "false");
            case (byte)'n': return SkipLiteral(data, position, end, "null");
            default: return SkipNumber(data, position, end);
        }
    }

    internal static int SkipString(byte[] data, int position, int end)
    {
        Expect(data, position, end, (byte)'"');
        position++;
        while (true)
        {
            var current = At(data, position, end);
            if (current == (byte)'"')
            {
                return position + 1;
            }

            if (current < 0x20)
            {
                throw Unexpected(position);
            }

            position = current == (byte)'\\' ? SkipEscape(data, position, end) : position + 1;
        }
    }

    internal static void Expect(byte[] data, int position, int end, byte expected)
    {
        if (At(data, position, end) != expected)
        {
            throw Unexpected(position);
        }
    }

    private static int SkipObject(byte[] data, int position, int end, int depth)
    {
        position = SkipSpace(data, position + 1, end);
        if (At(data, position, end) == (byte)'}')
        {
            return position + 1;
        }

        while (true)
        {
            position = SkipSpace(data, SkipString(data, position, end), end);
            Expect(data, position, end, (byte)':');
            position = SkipValue(data, SkipSpace(data, position + 1, end), end, depth + 1);
            position = SkipSpace(data, position, end);
            if (At(data, position, end) == (byte)'}')
            {
                return position + 1;
            }

            Expect(data, position, end, (byte)',');
            position = SkipSpace(data, position + 1, end);
        }
    }

    private static int SkipArray(byte[] data, int position, int end, int depth)
    {
        position = SkipSpace(data, position + 1, end);
        if (At(data, position, end) == (byte)']')
        {
            return position + 1;
        }

        while (true)
        {
            position = SkipSpace(data, SkipValue(data, position, end, depth + 1), end);
            if (At(data, position, end) == (byte)']')
            {
                return position + 1;
            }

            Expect(data, position, end, (byte)',');
            position = SkipSpace(data, position + 1, end);
        }
    }

    private static int SkipEscape(byte[] data, int position, int end)
    {
        switch (At(data, position + 1, end))
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return position + 2;
            case (byte)'u':
                for (var digit = position + 2; digit < position + 6; digit++)
                {
                    if (!Uri.IsHexDigit((char)At(data, digit, end)))
                    {
                        throw Unexpected(digit);
                    }
                }

                return position + 6;
            default:
                throw Unexpected(position);
        }
    }

    private static int SkipLiteral(byte[] data, int position, int end, string literal)
    {
        foreach (var letter in literal)
        {
            Expect(data, position, end, (byte)letter);
            position++;
        }

        return position;
    }

    private static int SkipNumber(byte[] data, int position, int end)
    {
        if (At(data, position, end) == (byte)'-')
        {
            position++;
        }

        // A leading zero stands alone (RFC 8259 section 6).
        position = At(data, position, end) == (byte)'0' ? position + 1 : SkipDigits(data, position, end);
        if (position < end && data[position] == (byte)'.')
        {
            position = SkipDigits(data, position + 1, end);
        }

        if (position < end && data[position] is (byte)'e' or (byte)'E')
        {
            position++;
            position = SkipDigits(data, At(data, position, end) is (byte)'+' or (byte)'-' ? position + 1 : position, end);
        }

        return position;
    }

    private static int SkipDigits(byte[] data, int position, int end)
    {
        var first = position;
        while (position < end && data[position] is >= (byte)'0' and <= (byte)'9')
        {
            position++;
        }

        return position > first ? position : throw Unexpected(position);
    }

    private static byte At(byte[] data, int position, int end) =>
        position < end ? data[position] : throw new FormatException("JSON ends too early.");

    // Says where, never what: the text may hold a token.
    private static FormatException Unexpected(int position) => new($"JSON has an unexpected character at byte {position}.");
}
