namespace AzTokenRs;

/// <summary>An app that is registered in a local Entra ID. Everything about it is public.</summary>
public sealed class AzTokenEmulatorClient
{
    internal AzTokenEmulatorClient(string clientId, string? displayName, string? secret, string[] redirectUris)
    {
        ClientId = clientId;
        DisplayName = displayName;
        Secret = secret;
        RedirectUris = redirectUris;
    }

    /// <summary>The ID for <c>-ClientId</c>.</summary>
    public string ClientId { get; }

    /// <summary>The app's name.</summary>
    public string? DisplayName { get; }

    /// <summary>Its first secret that is valid; null if it has none.</summary>
    public string? Secret { get; }

    /// <summary>Where the sign-in page may send its response.</summary>
    public string[] RedirectUris { get; }

    /// <summary>The app's name.</summary>
    public override string ToString() => DisplayName ?? ClientId;
}
