using System;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using AzTokenRs.ClientAuth;

namespace AzTokenRs;

/// <summary>
/// The credential of a confidential client: a secret, a certificate or an assertion. Shows nothing secret, and carries no
/// secret into a job, a remote session or a file.
/// </summary>
public sealed class AzClientCredential : IDisposable
{
    internal static readonly DefaultView View =
        new(nameof(Kind), nameof(ClientId), nameof(Subject), nameof(Thumbprint), nameof(NotAfter));

    // Opened by the first call that uses it, and then shared by all.
    private readonly Lazy<ClientProof> _proof;

    /// <summary>A client secret.</summary>
    public AzClientCredential(SecureString secret, string? clientId = null)
        : this(() => new SecretProof(secret ?? throw new ArgumentNullException(nameof(secret))), clientId)
    {
    }

    /// <summary>A certificate with its private key.</summary>
    public AzClientCredential(X509Certificate2 certificate, string? clientId = null)
        : this(
            () => new CertificateProof(
                certificate ?? throw new ArgumentNullException(nameof(certificate)),
                owned: false,
                new CertificateOptions(false, null)),
            clientId)
    {
    }

    internal AzClientCredential(ClientProof proof, string? clientId)
        : this(() => proof, clientId)
    {
        // Opened already.
        _ = Proof;
    }

    private AzClientCredential(Func<ClientProof> open, string? clientId)
    {
        _proof = new Lazy<ClientProof>(open, LazyThreadSafetyMode.ExecutionAndPublication);
        ClientId = clientId;
        View.ApplyTo(this);
    }

    /// <summary><c>Secret</c>, <c>Certificate</c> or <c>Assertion</c>.</summary>
    public string Kind => Proof.Kind;

    /// <summary>The application that it belongs to; null if that is left to <c>-ClientId</c>.</summary>
    public string? ClientId { get; }

    /// <summary>The certificate's subject.</summary>
    public string? Subject => Proof.Certificate?.Subject;

    /// <summary>The certificate's thumbprint.</summary>
    public string? Thumbprint => Proof.Certificate?.Thumbprint;

    /// <summary>When the certificate expires, in local time.</summary>
    public DateTime? NotAfter => Proof.Certificate?.NotAfter;

    /// <exception cref="AzTokenException">It can't be used.</exception>
    internal ClientProof Proof => _proof.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_proof.IsValueCreated)
        {
            _proof.Value.Dispose();
        }
    }

    /// <summary>What it is, without the secret.</summary>
    public override string ToString() => Thumbprint is { } thumbprint ? $"{Kind} {thumbprint}" : Kind;

    internal static AzClientCredential OfSecret(SecureString secret, string? clientId) =>
        new(() => new SecretProof(secret), clientId);

    internal static AzClientCredential OfCertificate(X509Certificate2 certificate) =>
        new(() => new CertificateProof(certificate, owned: false, new CertificateOptions(false, null, "ClientCredential")), null);

    // Not later: the script block belongs to the runspace of this call.
    internal static AzClientCredential OfScript(ScriptBlock script) =>
        new(new AssertionScriptProof(script, "ClientCredential"), null);
}
