using System;
using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs.ClientAuth;

/// <summary>A certificate with its key as PEM text, which the native library reads and signs with.</summary>
internal sealed class PemProof(char[] pem, SecureString? password, CertificateOptions options) : ClientProof
{
    /// <inheritdoc/>
    internal override string Kind => "Certificate";

    /// <inheritdoc/>
    internal override CertificateFacts? Certificate { get; } = CertificateFacts.OfPem(pem);

    private protected override void Release() => Array.Clear(pem, 0, pem.Length);

    private protected override void WriteMembers(JsonWriter json)
    {
        json.Member("kind", "certificate");
        json.Name("pem");
        json.Write(pem);
        if (password is not null)
        {
            json.Member("password", password);
        }

        json.Member("send_chain", options.SendChain);
        if (options.Algorithm is { } algorithm)
        {
            json.Member("algorithm", algorithm);
        }
    }
}
