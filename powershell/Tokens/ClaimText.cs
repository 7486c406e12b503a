using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace AzTokenRs.Tokens;

/// <summary>Claims as people read them.</summary>
internal static class ClaimText
{
    internal const string Header = "Header";
    internal const string Claims = "Claims";

    private static readonly HashSet<string> s_times =
        new(StringComparer.Ordinal) { "iat", "nbf", "exp", "auth_time", "xms_tcdt" };

    internal static string Of(string name, object? value) =>
        s_times.Contains(name) && AzTokenInfo.ToTime(value) is { } time
            ? time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)
            : Printable(Text(value));

    /// <summary>The meaning of the member, and of its value where that is one of a known few.</summary>
    internal static string Meaning(string section, string name, object? value)
    {
        var meaning = ClaimMeanings.OfName(section == Header, name);
        var values = value is object?[] several ? several : [value];
        var known = values
            .OfType<string>()
            .Select(text => (Text: text, Meaning: ClaimMeanings.OfValue(name, text)))
            .Where(entry => entry.Meaning is not null)
            .Select(entry => $"{Printable(entry.Text)}: {entry.Meaning}.");
        return string.Join(" ", new[] { meaning }.Concat(known));
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        object?[] several => string.Join(", ", several.Select(Text)),
        ClaimsDictionary members => string.Join("; ", members.Select(member => $"{member.Key} = {Text(member.Value)}")),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    /// <summary>A token may be anyone's, and control characters would reach the terminal.</summary>
    internal static string Printable(string text) =>
        text.Any(char.IsControl) ? new string([.. text.Select(character => char.IsControl(character) ? '\uFFFD' : character)]) : text;
}
