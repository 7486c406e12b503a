namespace AzTokenRs.ClientAuth;

/// <summary>How a certificate is used.</summary>
/// <param name="sendChain">Whether the certificate is sent along (<c>x5c</c>).</param>
/// <param name="algorithm"><c>PS256</c> or <c>RS256</c>; null leaves the choice to the key.</param>
/// <param name="parameter">The parameter that the certificate came from, which errors name.</param>
internal sealed class CertificateOptions(bool sendChain, string? algorithm, string parameter = "ClientCertificate")
{
    internal bool SendChain { get; } = sendChain;

    internal string? Algorithm { get; } = algorithm?.ToUpperInvariant();

    internal string Parameter { get; } = parameter;
}
