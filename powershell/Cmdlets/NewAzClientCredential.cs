using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.ClientAuth;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// Makes the credential of a confidential client, opened and checked once, for any grant. Sends nothing.
/// </summary>
[Cmdlet(VerbsCommon.New, "AzClientCredential", DefaultParameterSetName = ParameterSets.ClientSecret)]
[OutputType(typeof(AzClientCredential))]
public sealed class NewAzClientCredential : PSCmdlet
{
    /// <summary>The secret, or a PSCredential with the client ID as user name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ParameterSets.ClientSecret)]
    [SecretTransform(TakesCredential = true)]
    public object? ClientSecret { get; set; }

    /// <summary>Prompts for the secret, masked.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.PromptForSecret)]
    public SwitchParameter PromptForSecret { get; set; }

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

    /// <summary>A certificate in the store, by its thumbprint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Alias("Thumbprint")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ThumbprintCompleter))]
    public string? CertificateThumbprint { get; set; }

    /// <summary>The newest valid certificate in the store with this subject.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.CertificateSubject)]
    [Alias("Subject")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(SubjectCompleter))]
    public string? CertificateSubject { get; set; }

    /// <summary>A JWT made elsewhere, or a script block that returns a fresh one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientAssertion)]
    [Alias("Assertion")]
    [ValidateNotNull]
    [SecretTransform(TakesScriptBlock = true)]
    public object? ClientAssertion { get; set; }

    /// <summary>The application that the credential belongs to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ClientIdCompleter))]
    public string? ClientId { get; set; }

    /// <summary>Sends the certificate along, for subject name and issuer authentication.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(ParameterSetName = ParameterSets.CertificateSubject)]
    public SwitchParameter SendCertificateChain { get; set; }

    /// <summary>How the certificate's key signs.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(ParameterSetName = ParameterSets.CertificateThumbprint)]
    [Parameter(ParameterSetName = ParameterSets.CertificateSubject)]
    [ValidateSet("PS256", "RS256")]
    [NoTokenTransform]
    public string? CertificateAlgorithm { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var proof = Open();
            try
            {
                ProofCheck.Run(proof);
            }
            catch
            {
                proof.Dispose();
                throw;
            }

            WriteObject(new AzClientCredential(proof, OwnClientId()));
        }
        catch (AzTokenException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception, null, MyInvocation));
        }
        catch (NativeLibraryException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }
    }

    private ClientProof Open() => this switch
    {
        { ClientSecret: SecureString secret } => new SecretProof(secret),
        { ClientSecret: PSCredential credential } => new SecretProof(credential.Password),
        { ClientCertificate: { } certificate } => new CertificateProof(certificate, owned: false, Options(nameof(ClientCertificate))),
        { ClientCertificatePath: { } path } => CertificateSource.FromFile(
            path, SessionState.Path, CertificatePassword, Options(nameof(ClientCertificatePath))),
        { CertificateThumbprint: { } thumbprint } => CertificateSource.FromStore(thumbprint, Options(nameof(CertificateThumbprint))),
        { CertificateSubject: { } subject } => CertificateSource.FromSubject(subject, Options(nameof(CertificateSubject))),
        { ClientAssertion: SecureString assertion } => new AssertionProof(assertion),
        { ClientAssertion: ScriptBlock script } => new AssertionScriptProof(script, nameof(ClientAssertion)),
        { PromptForSecret.IsPresent: true } => new SecretProof(SecretPrompt.Ask(Host, ClientId)),
        _ => throw AzTokenException.InCall(MessageId.ClientSecretInvalid, nameof(ClientSecret)),
    };

    private CertificateOptions Options(string parameter) => new(SendCertificateChain, CertificateAlgorithm, parameter);

    private string? OwnClientId() => ClientSecret is PSCredential credential
        ? ClientIds.One(ClientId, credential.UserName)
        : ClientId;
}
