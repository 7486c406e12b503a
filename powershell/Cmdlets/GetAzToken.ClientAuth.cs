using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.ClientAuth;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The credential of a confidential client (RFC 6749 section 2.3, RFC 7523 section 2.2). An app's own token has a set per kind
/// of credential; every other grant that takes one takes <see cref="ClientCredential"/>.
/// </summary>
public sealed partial class GetAzToken
{
    private ClientProof? _proof;

    /// <summary>An object of New-AzClientCredential, or what is a credential by itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCredential)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationResponse)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [ValidateNotNull]
    [ClientCredentialTransform]
    public AzClientCredential? ClientCredential { get; set; }

    /// <summary>The secret.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientSecret)]
    [ValidateNotNull]
    [SecretTransform]
    public SecureString? ClientSecret { get; set; }

    /// <summary>A certificate with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificate)]
    [Alias("Certificate")]
    [ValidateNotNull]
    [NoTokenTransform]
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>A file with a certificate and its private key, PFX or PEM.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Alias("CertificatePath")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientCertificatePath { get; set; }

    /// <summary>Opens the file with the certificate.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [SecretTransform]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>Sends the certificate along, for subject name and issuer authentication.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    public SwitchParameter SendCertificateChain { get; set; }

    /// <summary>How the certificate's key signs.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [ValidateSet("PS256", "RS256")]
    [NoTokenTransform]
    public string? CertificateAlgorithm { get; set; }

    /// <summary>A JWT made elsewhere, or a script block that returns a fresh one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientAssertion)]
    [Alias("Assertion")]
    [ValidateNotNull]
    [SecretTransform(TakesScriptBlock = true)]
    public object? ClientAssertion { get; set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        if (_proof != ClientCredential?.Proof)
        {
            _proof?.Dispose();
        }
    }

    /// <summary>The credential, opened once for all input objects; null for a public client.</summary>
    /// <exception cref="AzTokenException">It can't be used.</exception>
    private ClientProof? Proof() => _proof ??= OpenProof();

    private ClientProof? OpenProof() => this switch
    {
        { ClientCredential: { } credential } => credential.Proof,
        { ClientSecret: { } secret } => new SecretProof(secret),
        { ClientCertificate: { } certificate } => new CertificateProof(certificate, owned: false, Options(nameof(ClientCertificate))),
        { ClientCertificatePath: { } path } => CertificateSource.FromFile(
            path, SessionState.Path, CertificatePassword, Options(nameof(ClientCertificatePath))),
        { ClientAssertion: SecureString assertion } => new AssertionProof(assertion),
        { ClientAssertion: ScriptBlock script } => new AssertionScriptProof(script, nameof(ClientAssertion)),
        _ => null,
    };

    private CertificateOptions Options(string parameter) => new(SendCertificateChain, CertificateAlgorithm, parameter);

    /// <summary>Adds the client's credential. The request is disposed of when that fails.</summary>
    private GrantRequest WithProof(GrantRequest request)
    {
        try
        {
            request.AddClientAuth(Proof());
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }
}
