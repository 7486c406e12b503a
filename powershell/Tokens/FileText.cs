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

    private static (Encoding Encoding, int Skip) EncodingOf(byte[] contents) => contents switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        // ASCII characters of two bytes each, without a mark.
        [not 0, 0, not 0, 0, ..] => (Encoding.Unicode, 0),
        [0, not 0, 0, not 0, ..] => (Encoding.BigEndianUnicode, 0),
        _ => (Encoding.UTF8, 0),
    };
}
