namespace AzTokenRs;

/// <summary>What sort of token it is, by what it holds. The numbers are those of docs/abi.md.</summary>
public enum AzTokenKind
{
    /// <summary>Not known: nothing of it could be read.</summary>
    None = 0,

    /// <summary>An access token of version 1.0, which names its client as <c>appid</c>.</summary>
    AccessTokenV1 = 1,

    /// <summary>An access token of version 2.0, which names its client as <c>azp</c>.</summary>
    AccessTokenV2 = 2,

    /// <summary>An ID token (OpenID Connect Core section 2).</summary>
    IdToken = 3,

    /// <summary>An encrypted token (RFC 7516): only its resource can read its claims.</summary>
    Encrypted = 4,

    /// <summary>Another signed token, such as one of another issuer or a client assertion.</summary>
    Other = 5,
}
