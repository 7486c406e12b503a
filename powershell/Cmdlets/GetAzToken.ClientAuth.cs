using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.ClientAuth;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// What proves a confidential client (RFC 6749 section 2.3, RFC 7523 section 2.2): mandatory in its own parameter set, which
/// is the client credentials grant, and optional in the other grants. Each is also in the sets of those before it, so that
/// two of them come here and are refused in words; the engine would only say that no parameter set fits.
/// </summary>
public sealed partial class GetAzToken
{
    private ClientProof? _proof;

    /// <summary>The secret, or a credential with the client ID as user name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [SecretTransform(TakesCredential = true)]
    public object? ClientSecret { get; set; }

    /// <summary>Asks for the secret, masked.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.PromptForSecret)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    public SwitchParameter PromptForSecret { get; set; }

    /// <summary>A certificate with its private key.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(ParameterSetName = ParameterSets.PromptForSecret)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [ValidateNotNull]
    [NoTokenTransform]
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>A file with a certificate and its private key, PFX or PEM.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(ParameterSetName = ParameterSets.PromptForSecret)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientCertificatePath { get; set; }

    /// <summary>A certificate in the user's or the machine's store.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(ParameterSetName = ParameterSets.PromptForSecret)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? CertificateThumbprint { get; set; }

    /// <summary>A JWT made elsewhere, or a script block that gives a fresh one.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(ParameterSetName = ParameterSets.PromptForSecret)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientAssertion)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [SecretTransform(TakesScriptBlock = true)]
    public object? ClientAssertion { get; set; }

    /// <summary>Opens the file with the certificate.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [SecretTransform]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>Sends the certificate along, for subject name and issuer authentication.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    public SwitchParameter SendCertificateChain { get; set; }

    /// <summary>How the certificate's key signs.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ParameterSetName = ParameterSets.Password)]
    [Parameter(ParameterSetName = ParameterSets.RefreshToken)]
    [ValidateSet("PS256", "RS256")]
    [NoTokenTransform]
    public string? CertificateAlgorithm { get; set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _proof?.Dispose();
    }

    /// <summary>The one proof that was given, made once for all input objects; null for a public client.</summary>
    /// <exception cref="AzTokenException">It can't be used, or there are two.</exception>
    private ClientProof? Proof()
    {
        if (_proof is null)
        {
            CheckProofs();
            _proof = MakeProof();
        }

        return _proof;
    }

    private void CheckProofs()
    {
        var given = new List<string>();
        Note(nameof(ClientSecret), ClientSecret is not null);
        Note(nameof(PromptForSecret), PromptForSecret);
        Note(nameof(ClientCertificate), ClientCertificate is not null);
        Note(nameof(ClientCertificatePath), ClientCertificatePath is not null);
        Note(nameof(CertificateThumbprint), CertificateThumbprint is not null);
        Note(nameof(ClientAssertion), ClientAssertion is not null);
        if (given.Count > 1)
        {
            throw AzTokenException.InvalidParameter(
                "client_auth", $"{string.Join(" and ", given)} can't be used together: one of them proves the client.");
        }

        if (CertificatePassword is not null && ClientCertificatePath is null)
        {
            throw AzTokenException.InvalidParameter(
                "client_certificate_password", "-CertificatePassword goes with -ClientCertificatePath.");
        }

        if ((SendCertificateChain || CertificateAlgorithm is not null)
            && ClientCertificate is null && ClientCertificatePath is null && CertificateThumbprint is null)
        {
            throw AzTokenException.InvalidParameter(
                "client_certificate", "-SendCertificateChain and -CertificateAlgorithm go with a certificate.");
        }

        void Note(string name, bool isGiven)
        {
            if (isGiven)
            {
                given.Add("-" + name);
            }
        }
    }

    private ClientProof? MakeProof()
    {
        var options = new CertificateOptions(SendCertificateChain, CertificateAlgorithm);
        return this switch
        {
            { ClientSecret: SecureString secret } => new SecretProof(secret),
            { ClientSecret: PSCredential credential } => new SecretProof(credential.Password),
            { PromptForSecret.IsPresent: true } => new SecretProof(SecretPrompt.Ask(Host, ClientId)),
            { ClientCertificate: { } certificate } => new CertificateProof(certificate, owned: false, options),
            { ClientCertificatePath: { } path } =>
                CertificateSource.FromFile(path, SessionState.Path, CertificatePassword, options),
            { CertificateThumbprint: { } thumbprint } => CertificateSource.FromStore(thumbprint, options),
            { ClientAssertion: SecureString assertion } => new AssertionProof(assertion),
            { ClientAssertion: ScriptBlock script } => new AssertionScriptProof(script),
            _ => null,
        };
    }
}
