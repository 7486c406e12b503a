using System;
using System.Collections;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Tokens;

namespace AzTokenRs;

/// <summary>
/// An access token with what is known about it. Converts to a string as the token itself, so that it can be used where
/// a token is expected; the default view shows no secret (<see cref="View"/>). Where an ID token alone was asked for, there
/// is no access token, and all that is known comes from the ID token.
/// </summary>
public sealed class AzToken
{
    /// <summary>No secret: what is on the screen ends up in transcripts and screenshots.</summary>
    internal static readonly DefaultView View = new(
        nameof(Identity), nameof(TenantId), nameof(ExpiresOn), nameof(Scopes), nameof(TokenType), nameof(ClientId),
        nameof(Authority), nameof(CorrelationId));

    private readonly Lazy<AzTokenInfo?> _info;

    private const string IdTokenAlone =
        "There is no access token: an ID token alone was asked for (-ResponseType id_token). It is in the property IdToken, and says "
        + "who signed in; an API doesn't take it.";

    internal AzToken(string? token, string? tokenType, DateTimeOffset? expiresOn)
    {
        Token = token;
        TokenType = tokenType;
        ExpiresOn = expiresOn;
        _info = new Lazy<AzTokenInfo?>(() => Readable is { } text ? JwtDecoder.TryDecode(text) : null);
    }

    /// <summary>The access token; null where there is an ID token alone.</summary>
    public string? Token { get; }

    /// <summary>How the token is presented: <c>Bearer</c>; null where there is an ID token alone.</summary>
    public string? TokenType { get; }

    /// <summary>When the token expires, in local time; null if neither the service nor the token says.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>Until when resources may accept the token while the service can't be reached.</summary>
    public DateTimeOffset? ExtendedExpiresOn { get; internal set; }

    /// <summary>When the service advises to get a new token.</summary>
    public DateTimeOffset? RefreshOn { get; internal set; }

    /// <summary>Whom the token was issued to: user name or application.</summary>
    public string? Identity
    {
        get => field ?? _info.Value?.Identity;
        internal set;
    }

    /// <summary>The tenant that issued the token.</summary>
    public string? TenantId
    {
        get => field ?? _info.Value?.TenantId;
        internal set;
    }

    /// <summary>What the token allows.</summary>
    public string[] Scopes { get; internal set; } = [];

    /// <summary>The token's claims, as in <c>$token.Claims['aud']</c>; null where the token can't be read.</summary>
    public ClaimsDictionary? Claims => _info.Value?.Claims;

    /// <summary>The refresh token, if one was issued.</summary>
    public string? RefreshToken { get; internal set; }

    /// <summary>The ID token, if one was issued.</summary>
    public string? IdToken { get; internal set; }

    /// <summary>The client that the token was issued to.</summary>
    public string? ClientId { get; internal set; }

    /// <summary>The authority that issued the token.</summary>
    public string? Authority { get; internal set; }

    /// <summary>The family of clients that may share the refresh token (<c>foci</c>).</summary>
    public string? FamilyId { get; internal set; }

    /// <summary>The ID of the request, as support asks for it.</summary>
    public string? CorrelationId { get; internal set; }

    /// <summary>The token for <c>Invoke-RestMethod -Authentication Bearer -Token</c>.</summary>
    public SecureString SecureToken
    {
        get
        {
            var secure = new SecureString();
            foreach (var character in AccessToken)
            {
                secure.AppendChar(character);
            }

            secure.MakeReadOnly();
            return secure;
        }
    }

    /// <summary>The header for <c>Invoke-RestMethod -Headers</c>: a new hashtable each time, free to add to.</summary>
    public Hashtable Headers => new() { ["Authorization"] = $"{TokenType} {AccessToken}" };

    /// <summary>The token that can be read: an ID token stands in for the access token that is not there.</summary>
    internal string? Readable => Token ?? IdToken;

    // PowerShell makes null of what a property throws, and a request without its header would follow; but not of this.
    private string AccessToken => Token ?? throw new MethodException(IdTokenAlone);

    /// <summary>The token; nothing where there is an ID token alone, which must not be sent as if it were one.</summary>
    public override string ToString() => Token ?? string.Empty;
}
