using System;
using System.Linq;
using AzTokenRs.Tokens;

namespace AzTokenRs;

/// <summary>
/// What a token says of itself, read without checking its signature: nothing here is proven (Test-AzToken does that).
/// Nothing is read before it is used. PowerShell shows the properties in the order they have here: first what people look for.
/// </summary>
public sealed class AzTokenInfo
{
    // 0001-01-01 and 9999-12-31 with a day to spare for any time zone.
    private const double FirstSecond = -62_135_510_400;
    private const double LastSecond = 253_402_214_400;

    // The order of AzAuth, as the native library has it for AzToken.Identity.
    private static readonly string[] s_identity = ["upn", "email", "preferred_username", "unique_name", "oid", "appid", "azp"];

    private readonly JwtRecord _record;
    private ClaimsDictionary? _header;
    private ClaimsDictionary? _claims;

    /// <summary>Reads a token, as ConvertFrom-AzToken does; for tests that replace it.</summary>
    /// <exception cref="AzTokenException">It is not a token that can be read.</exception>
    public AzTokenInfo(string token)
    {
        using var text = new TokenText();
        text.Read(token);
        _record = JwtDecoder.Decode(text);
        if (!_record.IsToken)
        {
            throw _record.Error();
        }
    }

    internal AzTokenInfo(JwtRecord record) => _record = record;

    /// <summary>The user or app that the token was issued to.</summary>
    public string? Identity
    {
        get
        {
            foreach (var name in s_identity)
            {
                if (Text(name) is { } identity)
                {
                    return identity;
                }
            }

            return null;
        }
    }

    /// <summary>The resources that the token is for (<c>aud</c>).</summary>
    public string[] Audience => Claims?["aud"] switch
    {
        string one => [one],
        object?[] several => Array.ConvertAll(several, audience => audience?.ToString() ?? string.Empty),
        _ => [],
    };

    /// <summary>The delegated permissions (<c>scp</c>), one by one.</summary>
    public string[] Scopes => (Claims?["scp"] switch
    {
        // Some issuers write a list.
        object?[] several => string.Join(" ", several.OfType<string>()),
        var one => one as string ?? string.Empty,
    }).Split([' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The assigned roles (<c>roles</c>): an app's permissions, or a user's roles in the resource.</summary>
    public string[] Roles => Claims?["roles"] is object?[] roles
        ? Array.ConvertAll(roles, role => role?.ToString() ?? string.Empty)
        : [];

    /// <summary>Until when the token is valid (<c>exp</c>), in local time.</summary>
    public DateTimeOffset? ExpiresOn => Time("exp");

    /// <summary>How long the token is still valid, in whole seconds; negative once it has expired.</summary>
    public TimeSpan? ExpiresIn => ExpiresOn is { } end ? Lifetime.Left(end) : null;

    /// <summary>Whether the token has expired.</summary>
    public bool IsExpired => ExpiresOn <= DateTimeOffset.Now;

    /// <summary>The tenant that issued the token (<c>tid</c>).</summary>
    public string? TenantId => Text("tid");

    /// <summary>The application that the token was issued to (<c>appid</c> or <c>azp</c>).</summary>
    public string? ClientId => Text("appid") ?? Text("azp");

    /// <summary>Who issued the token (<c>iss</c>).</summary>
    public string? Issuer => Text("iss");

    /// <summary>When the token was issued (<c>iat</c>), in local time.</summary>
    public DateTimeOffset? IssuedAt => Time("iat");

    /// <summary>From when the token is valid (<c>nbf</c>), in local time.</summary>
    public DateTimeOffset? NotBefore => Time("nbf");

    /// <summary>What sort of token it is.</summary>
    public AzTokenKind Kind => _record.Kind;

    /// <summary>How the token is signed or encrypted (<c>alg</c>).</summary>
    public string? Algorithm => Header["alg"] as string;

    /// <summary>The key that signed the token (<c>kid</c>).</summary>
    public string? KeyId => Header["kid"] as string;

    /// <summary>The claims, in the token's order; null if they are encrypted.</summary>
    public ClaimsDictionary? Claims =>
        Kind == AzTokenKind.Encrypted ? null : _claims ??= new ClaimsDictionary(_record.Claims);

    /// <summary>The header's members, in the token's order.</summary>
    public ClaimsDictionary Header => _header ??= new ClaimsDictionary(_record.Header);

    /// <summary>A claim of seconds since 1970 (NumericDate, RFC 7519 section 2) as local time; null if it is no such time.</summary>
    internal static DateTimeOffset? ToTime(object? value)
    {
        var seconds = value switch
        {
            long whole => whole,
            double number => number,
            _ => double.NaN,
        };
        return seconds is > FirstSecond and < LastSecond
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).ToLocalTime()
            : null;
    }

    private DateTimeOffset? Time(string name) => ToTime(Claims?[name]);

    private string? Text(string name) => Claims?[name] as string;
}
