using System;
using System.Collections.Generic;

namespace AzTokenRs.Tokens;

/// <summary>Breaks text into lines between its words.</summary>
internal static class WordWrap
{
    /// <summary>At least one line. A word that is longer than a line has a line of its own, and is never broken.</summary>
    internal static IEnumerable<string> Lines(string text, int width)
    {
        var line = string.Empty;
        foreach (var word in text.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = string.Empty;
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
