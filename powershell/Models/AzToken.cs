using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Tokens;

namespace AzTokenRs;

/// <summary>
/// An access token with what is known about it. Converts to a string as the token itself, so that it can be used where
/// a token is expected. The default view shows no secret (<see cref="View"/>), and jobs, remoting and Export-Clixml get the
/// secrets as SecureString only (<see cref="Serialization"/>). If only an ID token was requested, there is no access token, and the
/// properties are those of the ID token.
/// </summary>
public sealed class AzToken
{
    /// <summary>
    /// No secret: what is on the screen ends up in transcripts and screenshots. The first properties are what a table of 80
    /// columns has room for.
    /// </summary>
    internal static readonly DefaultView View = new(
        nameof(Identity), nameof(Resource), nameof(ExpiresIn), nameof(TenantId), nameof(ExpiresOn), nameof(Scopes),
        nameof(TokenType), nameof(ClientId), nameof(Authority), nameof(CorrelationId));

    private const string NoAccessToken =
        "No access token: only an ID token was requested (-ResponseType id_token). The property IdToken has it. It says who signed "
        + "in, and an API doesn't accept it.";

    private const string BearerType = "Bearer";

    private readonly Lazy<AzTokenInfo?> _info;
    private readonly string? _token;

    /// <summary>
    /// Makes a token of a text, for tests that replace Get-AzToken. Not with the text alone: PowerShell would make a token of any
    /// string that is piped to Get-AzToken.
    /// </summary>
    /// <param name="token">The access token. Any text: if it is no JWT, it just has no claims.</param>
    /// <param name="expiresOn">Its expiry; that of its claims if null.</param>
    /// <param name="identity">Who it was issued to; likewise.</param>
    /// <param name="tenantId">The tenant; likewise.</param>
    /// <param name="resource">The resource; likewise.</param>
    /// <param name="scopes">The delegated permissions; likewise.</param>
    public AzToken(
        string token, DateTimeOffset? expiresOn, string? identity = null, string? tenantId = null, string? resource = null, string[]? scopes = null)
        : this(Required(token), BearerType, expiresOn)
    {
        ExpiresOn ??= _info.Value?.ExpiresOn;
        Identity = identity;
        TenantId = tenantId;
        Resource = resource;
        Scopes = scopes ?? _info.Value?.Scopes ?? [];
        ClientId = _info.Value?.ClientId;
    }

    internal AzToken(string? token, string? tokenType, DateTimeOffset? expiresOn)
    {
        _token = token;
        TokenType = tokenType;
        ExpiresOn = expiresOn;
        _info = new Lazy<AzTokenInfo?>(() => Readable is { } text ? JwtDecoder.TryDecode(text) : null);
        View.ApplyTo(this);
    }

    /// <summary>The access token; null if only an ID token was requested.</summary>
    public string? Token => Serialization.IsRunning ? null : _token;

    /// <summary>How the token is sent, <c>Bearer</c>; null if only an ID token was requested.</summary>
    public string? TokenType { get; }

    /// <summary>When the token expires, in local time; null if neither the service nor the token says.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>How long the token is still valid, in whole seconds; negative once it has expired, null if that is not known.</summary>
    public TimeSpan? ExpiresIn => ExpiresOn is { } end ? Lifetime.Left(end) : null;

    /// <summary>Whether the token has expired.</summary>
    public bool IsExpired => ExpiresOn <= DateTimeOffset.Now;

    /// <summary>Until when resources may accept the token while the service can't be reached.</summary>
    public DateTimeOffset? ExtendedExpiresOn { get; internal set; }

    /// <summary>When the service advises to get a new token.</summary>
    public DateTimeOffset? RefreshOn { get; internal set; }

    /// <summary>The user or app that the token was issued to.</summary>
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

    /// <summary>The resource that the token is for, as it was requested; otherwise the token's audience.</summary>
    public string? Resource
    {
        get => field ?? (_token is null ? null : _info.Value?.Audience.FirstOrDefault());
        internal set;
    }

    /// <summary>The delegated permissions, such as <c>User.Read</c>. An app's own token has none: its claim is <c>roles</c>.</summary>
    public string[] Scopes { get; internal set; } = [];

    /// <summary>The token's claims, as in <c>$token.Claims['aud']</c>; null if the token can't be read.</summary>
    public ClaimsDictionary? Claims => _info.Value?.Claims;

    /// <summary>The refresh token, if one was issued.</summary>
    public string? RefreshToken => Serialization.IsRunning ? null : RefreshTokenText;

    /// <summary>The ID token, if one was issued.</summary>
    public string? IdToken => Serialization.IsRunning ? null : IdTokenText;

    /// <summary>The client that the token was issued to.</summary>
    public string? ClientId { get; internal set; }

    /// <summary>The authority that issued the token.</summary>
    public string? Authority { get; internal set; }

    /// <summary>The family of clients that may share the refresh token (<c>foci</c>).</summary>
    public string? FamilyId { get; internal set; }

    /// <summary>The ID of the request, as support asks for it.</summary>
    public string? CorrelationId { get; internal set; }

    /// <summary>The token for <c>Invoke-RestMethod -Authentication Bearer -Token</c>.</summary>
    public SecureString? SecureToken =>
        _token is null && Serialization.IsRunning ? null : SecureText.Secure(AccessToken);

    /// <summary>The refresh token as a SecureString; null if none was issued.</summary>
    public SecureString? SecureRefreshToken => RefreshTokenText is { } text ? SecureText.Secure(text) : null;

    /// <summary>The ID token as a SecureString; null if none was issued.</summary>
    public SecureString? SecureIdToken => IdTokenText is { } text ? SecureText.Secure(text) : null;

    /// <summary>The header for <c>Invoke-RestMethod -Headers</c>: a new hashtable each time, free to add to.</summary>
    public Hashtable Headers =>
        Serialization.IsRunning ? null! : new() { ["Authorization"] = $"{TokenType} {AccessToken}" };

    internal string? RefreshTokenText { get; set; }

    internal string? IdTokenText { get; set; }

    /// <summary>The access token, or the ID token if that is all there is.</summary>
    internal string? Readable => _token ?? IdTokenText;

    // PowerShell makes null of what a property throws, and a request without its header would follow; but not of this.
    private string AccessToken => _token ?? throw new MethodException(NoAccessToken);

    /// <summary>The token; empty if there is only an ID token, which must not be sent in its place.</summary>
    public override string ToString() =>
        Serialization.IsRunning ? Serialization.Placeholder : _token ?? string.Empty;

    private static string Required(string token) => token ?? throw new ArgumentNullException(nameof(token));
}
