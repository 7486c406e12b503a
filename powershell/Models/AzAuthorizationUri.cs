using System;
using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>
/// A URL of the authorization endpoint, with what its caller has to keep until the response comes. Converts to a string
/// as the URL.
/// </summary>
public sealed class AzAuthorizationUri
{
    /// <summary>
    /// Without the verifier, which is a secret until the code has been redeemed. PowerShell shows five and more properties as a
    /// list, which doesn't cut off a long URL.
    /// </summary>
    internal static readonly DefaultView View = new(
        nameof(Uri), nameof(State), nameof(Nonce), nameof(RedirectUri), nameof(ClientId), nameof(Authority));

    private readonly string? _codeVerifier;

    /// <summary>Makes an authorization URL of its parts, for tests that replace New-AzAuthorizationUri.</summary>
    public AzAuthorizationUri(string uri, string state, string redirectUri, string? nonce = null, string? codeVerifier = null)
    {
        Uri = uri ?? throw new ArgumentNullException(nameof(uri));
        State = state ?? throw new ArgumentNullException(nameof(state));
        RedirectUri = redirectUri ?? throw new ArgumentNullException(nameof(redirectUri));
        Nonce = nonce;
        _codeVerifier = codeVerifier;
        View.ApplyTo(this);
    }

    /// <summary>The address to open in a browser. A string: what a System.Uri converts to is no longer escaped.</summary>
    public string Uri { get; }

    /// <summary>What the answer has to bring back as <c>state</c>.</summary>
    public string State { get; }

    /// <summary>The claim <c>nonce</c> that the ID token has to have; null where none is asked for.</summary>
    public string? Nonce { get; }

    /// <summary>What the code is redeemed with (RFC 7636); null if no code is requested.</summary>
    public string? CodeVerifier => Serialization.IsRunning ? null : _codeVerifier;

    /// <summary>The code verifier as a SecureString, as which it travels through jobs, remoting and Export-Clixml.</summary>
    public SecureString? SecureCodeVerifier => _codeVerifier is { } verifier ? SecureText.Secure(verifier) : null;

    /// <summary>Where the answer goes.</summary>
    public string RedirectUri { get; }

    /// <summary>The application that asks.</summary>
    public string? ClientId => Parameter("client_id");

    /// <summary>The authority that is asked, as -Authority takes it.</summary>
    public string Authority => Uri.Substring(0, Uri.IndexOf("/oauth2/", StringComparison.Ordinal));

    /// <summary>The tenant that is asked.</summary>
    internal string Tenant => new Uri(Uri).Segments[1].TrimEnd('/');

    /// <summary>What the cmdlet was given, so that the code is redeemed for the same.</summary>
    internal string? Resource { get; set; }

    /// <inheritdoc cref="Resource"/>
    internal string[]? Scope { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Uri;

    internal static AzAuthorizationUri Read(JsonObject result) =>
        new(
            result.RequiredText("uri"), result.RequiredText("state"), result.RequiredText("redirect_uri"),
            result.Text("nonce"), result.Text("code_verifier"));

    private string? Parameter(string name)
    {
        foreach (var field in new Uri(Uri).Query.TrimStart('?').Split('&'))
        {
            if (field.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return System.Uri.UnescapeDataString(field.Substring(name.Length + 1));
            }
        }

        return null;
    }
}
