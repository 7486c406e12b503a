using System;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>
/// An address at the authorization endpoint, with what its caller has to keep until the answer comes. Converts to a string
/// as the address.
/// </summary>
public sealed class AzAuthorizationUri
{
    /// <summary>
    /// Without the verifier, which is a secret until the code has been redeemed. Of five properties and more, PowerShell makes a
    /// list, where a long address is not cut off.
    /// </summary>
    internal static readonly DefaultView View = new(
        nameof(Uri), nameof(State), nameof(Nonce), nameof(RedirectUri), nameof(ClientId), nameof(Authority));

    private AzAuthorizationUri(string uri, string state, string redirectUri)
    {
        Uri = uri;
        State = state;
        RedirectUri = redirectUri;
    }

    /// <summary>The address to open in a browser. A string: what a System.Uri converts to is no longer escaped.</summary>
    public string Uri { get; }

    /// <summary>What the answer has to bring back as <c>state</c>.</summary>
    public string State { get; }

    /// <summary>The claim <c>nonce</c> that the ID token has to have; null where none is asked for.</summary>
    public string? Nonce { get; private set; }

    /// <summary>What the code is redeemed with (RFC 7636); null where none is asked for.</summary>
    public string? CodeVerifier { get; private set; }

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
        new(result.RequiredText("uri"), result.RequiredText("state"), result.RequiredText("redirect_uri"))
        {
            Nonce = result.Text("nonce"),
            CodeVerifier = result.Text("code_verifier"),
        };

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
