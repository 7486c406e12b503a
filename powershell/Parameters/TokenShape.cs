using System.Text.RegularExpressions;

namespace AzTokenRs.Parameters;

/// <summary>Recognizes a token in a text, so that it isn't taken for a tenant or a user name and sent in a URL.</summary>
internal static class TokenShape
{
    // {" in base64url is eyJ, with which the header of every JWT starts. Refresh tokens of Entra ID start with a version
    // (0. or 1.), those of personal accounts with a data center (M.C123_BL2.).
    private static readonly Regex s_token = new(
        @"^\s*(Bearer\s+)?(eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]*|[01]\.[A-Za-z0-9_.-]{100,}|M\.C\d+_[A-Z0-9]+\.\S{40,})\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    internal static bool IsToken(string text) => text.Length > 20 && s_token.IsMatch(text);
}
