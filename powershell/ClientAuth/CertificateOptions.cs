namespace AzTokenRs.ClientAuth;

/// <summary>How a certificate is used.</summary>
internal sealed class CertificateOptions(bool sendChain, string? algorithm)
{
    /// <summary>Whether the certificate is sent along (<c>x5c</c>).</summary>
    internal bool SendChain { get; } = sendChain;

    /// <summary><c>PS256</c> or <c>RS256</c>; null leaves the choice to the key.</summary>
    internal string? Algorithm { get; } = algorithm?.ToUpperInvariant();
}
