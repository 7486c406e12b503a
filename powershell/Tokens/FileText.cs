using System;
using System.Text;

namespace AzTokenRs.Tokens;

/// <summary>
/// The text of a file in the encodings that Windows writes: Windows PowerShell 5.1's Out-File makes UTF-16, its Set-Content
/// and editors UTF-8 with a byte order mark. As characters, so that a key's text can be overwritten.
/// </summary>
internal static class FileText
{
    internal static char[] Decode(byte[] contents)
    {
        var (encoding, skip) = EncodingOf(contents);
        return encoding.GetChars(contents, skip, contents.Length - skip);
    }

    /// <summary>Whether a text holds another, without a copy of it.</summary>
    internal static bool Contains(char[] text, string sought)
    {
        for (var start = 0; start <= text.Length - sought.Length; start++)
        {
            var length = 0;
            while (length < sought.Length && text[start + length] == sought[length])
            {
                length++;
            }

            if (length == sought.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes that base64 stands for, with or without line ends; null if the text isn't base64.</summary>
    internal static byte[]? FromBase64(char[] text)
    {
        try
        {
            return text.Length > 0 ? Convert.FromBase64CharArray(text, 0, text.Length) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static (Encoding Encoding, int Skip) EncodingOf(byte[] contents)
    {
        if (StartsWith(contents, 0xEF, 0xBB, 0xBF))
        {
            return (Encoding.UTF8, 3);
        }

        if (StartsWith(contents, 0xFF, 0xFE))
        {
            return (Encoding.Unicode, 2);
        }

        if (StartsWith(contents, 0xFE, 0xFF))
        {
            return (Encoding.BigEndianUnicode, 2);
        }

        // Without a mark: ASCII characters of two bytes each.
        var isWide = contents.Length >= 4;
        return isWide && contents[0] != 0 && contents[1] == 0 && contents[2] != 0 && contents[3] == 0 ? (Encoding.Unicode, 0)
            : isWide && contents[0] == 0 && contents[1] != 0 && contents[2] == 0 && contents[3] != 0 ? (Encoding.BigEndianUnicode, 0)
            : (Encoding.UTF8, 0);
    }

    private static bool StartsWith(byte[] contents, params byte[] mark)
    {
        for (var index = 0; index < mark.Length; index++)
        {
            if (index >= contents.Length || contents[index] != mark[index])
            {
                return false;
            }
        }

        return true;
    }
}
