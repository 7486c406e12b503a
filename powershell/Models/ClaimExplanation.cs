using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using AzTokenRs.Tokens;

namespace AzTokenRs;

/// <summary>
/// The header and the claims of a token in words: a text for each, laid out for the width of the screen, with the properties
/// Section, Claim, Value and Meaning for scripts. Text needs no format file, which would be a second module in the user's session
/// and is refused by the execution policies Restricted and AllSigned.
/// </summary>
internal static class ClaimExplanation
{
    private const string Margin = "  ";
    private const int MaxNameWidth = 20;

    internal static IEnumerable<PSObject> Of(AzTokenInfo token, int width)
    {
        var names = token.Header.Keys.Concat(token.Claims?.Keys ?? []).Select(name => name.Length);
        var nameWidth = System.Math.Min(MaxNameWidth, names.DefaultIfEmpty().Max());
        var layout = new Layout(nameWidth, width);
        return Section(ClaimText.Header, token.Header, layout).Concat(
            token.Claims is { } claims ? Section(ClaimText.Claims, claims, layout) : []);
    }

    private static IEnumerable<PSObject> Section(string section, ClaimsDictionary members, Layout layout)
    {
        var title = section == ClaimText.Header ? section + "\n" : "\n" + section + "\n";
        foreach (var member in members)
        {
            var name = ClaimText.Printable(member.Key);
            var value = ClaimText.Of(member.Key, member.Value);
            var meaning = ClaimText.Meaning(section, member.Key, member.Value);
            var line = new PSObject(title + layout.Text(name, value, meaning));
            line.Properties.Add(new PSNoteProperty("Section", section));
            line.Properties.Add(new PSNoteProperty("Claim", name));
            line.Properties.Add(new PSNoteProperty("Value", value));
            line.Properties.Add(new PSNoteProperty("Meaning", meaning));
            yield return line;
            title = string.Empty;
        }
    }

    /// <summary>The name on the left, value and meaning beside it, each line broken between words.</summary>
    private sealed class Layout(int nameWidth, int width)
    {
        private readonly string _indent = new(' ', Margin.Length + nameWidth + Margin.Length);

        internal string Text(string name, string value, string meaning)
        {
            var room = System.Math.Max(20, width - 1 - _indent.Length);
            var text = WordWrap.Lines(value, room).Concat(WordWrap.Lines(meaning, room)).ToArray();
            // A longer name has a line of its own.
            var first = name.Length > nameWidth ? $"{Margin}{name}\n{_indent}" : $"{Margin}{name.PadRight(nameWidth)}{Margin}";
            return first + string.Join("\n" + _indent, text);
        }
    }
}
