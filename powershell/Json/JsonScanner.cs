using System;

namespace AzTokenRs.Json;

/// <summary>
/// Finds where JSON values end. All JSON that is read here was written or checked by the native library, so its syntax is trusted:
/// only a text that is cut off is noticed. The framework's own reader (JsonReaderWriterFactory) makes XML of everything first, which
/// is slow for thousands of claims; a JSON package would be a managed dependency, which this module must not have.
/// </summary>
internal static class JsonScanner
{
    internal static int SkipSpace(byte[] data, int position, int end)
    {
        while (position < end && IsSpace(data[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>The position after the value that starts at <paramref name="position"/>.</summary>
    internal static int SkipValue(byte[] data, int position, int end) => At(data, position, end) switch
    {
        (byte)'{' or (byte)'[' => SkipContainer(data, position, end),
        (byte)'"' => SkipString(data, position, end),
        _ => SkipScalar(data, position, end),
    };

    /// <summary>The position after the string that starts at <paramref name="position"/>.</summary>
    internal static int SkipString(byte[] data, int position, int end)
    {
        position++;
        byte current;
        while ((current = At(data, position, end)) != (byte)'"')
        {
            position += current == (byte)'\\' ? 2 : 1;
        }

        return position + 1;
    }

    private static int SkipContainer(byte[] data, int position, int end)
    {
        var depth = 0;
        do
        {
            switch (At(data, position, end))
            {
                case (byte)'"':
                    position = SkipString(data, position, end);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
            }

            position++;
        }
        while (depth > 0);
        return position;
    }

    // A number or a literal: up to what separates it from the next.
    private static int SkipScalar(byte[] data, int position, int end)
    {
        while (position < end && data[position] is not ((byte)',' or (byte)'}' or (byte)']') && !IsSpace(data[position]))
        {
            position++;
        }

        return position;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    private static byte At(byte[] data, int position, int end) =>
        position < end ? data[position] : throw new FormatException("JSON ends too early.");
}
