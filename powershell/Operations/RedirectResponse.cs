using System;
using System.Collections.Generic;
using System.Linq;
using System.Security;
using System.Text.RegularExpressions;

namespace AzTokenRs.Operations;

/// <summary>
/// What the browser brought to a redirect URI (RFC 6749 section 4.1.2): the whole URL, or only its query, its fragment or the
/// posted form.
/// </summary>
internal sealed class RedirectResponse
{
    private const string StateMismatch =
        "The response belongs to another request: its state isn't that of -AuthorizationUri. Use the response to this request, or sign in again.";

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    internal RedirectResponse(SecureString response)
    {
        var text = SecureText.Plain(response).Trim();
        var start = text.IndexOfAny(['?', '#']);
        foreach (var field in text.Substring(start + 1).Split('&', '#', '?'))
        {
            var parts = field.Split(['='], 2);
            if (parts.Length == 2)
            {
                _fields[Unescape(parts[0])] = Unescape(parts[1]);
            }
        }
    }

    /// <summary>The code of the response to a request.</summary>
    /// <exception cref="AzTokenException">The response belongs to another request, is an error, or has no code.</exception>
    internal string CodeFor(AzAuthorizationUri request)
    {
        if (Field("code") is null && Field("error") is null)
        {
            throw Invalid(_fields.ContainsKey("access_token") || _fields.ContainsKey("id_token")
                ? "-AuthorizationResponse has tokens and no code. -AuthorizationResponse is for the response type code."
                : "-AuthorizationResponse has no code. Use the whole URL that the browser was sent back to.");
        }

        if (Field("state") != request.State)
        {
            throw new AzTokenException("protocol", "state_mismatch", StateMismatch, []);
        }

        return Field("error") is { } error ? throw Refusal(error) : Field("code")!;
    }

    private string? Field(string name) => _fields.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    // The description is the service's own text, which starts with the number.
    private AzTokenException Refusal(string error)
    {
        var description = Field("error_description");
        var codes = Regex.Matches(description ?? string.Empty, "AADSTS([0-9]{4,9})").Cast<Match>()
            .Select(match => long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
            .Distinct().ToArray();
        var message = $"The service refused: {Tokens.ClaimText.Printable(description ?? error)}";
        return new AzTokenException("server", error, message, codes) { ErrorDescription = description };
    }

    private static AzTokenException Invalid(string message) =>
        new("invalid_parameter", "invalid_parameter", message, [])
        {
            Parameter = "AuthorizationResponse",
            ErrorId = "AuthorizationResponseInvalid",
        };

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
