using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AzTokenRs.ClientAuth;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// Signs a client assertion (RFC 7523 section 2.2) with a certificate, for a request that is made by hand. Sends nothing.
/// </summary>
[Cmdlet(VerbsCommon.New, "AzClientAssertion", DefaultParameterSetName = ParameterSets.ClientCertificatePath)]
[OutputType(typeof(string), typeof(SecureString))]
public sealed class NewAzClientAssertion : OperationCmdlet
{
    private ClientProof? _proof;

    /// <summary>The application that the assertion is for.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [PipelineTextTransform]
    [ArgumentCompleter(typeof(ClientIdCompleter))]
    public string? ClientId { get; set; }

    /// <summary>The tenant whose token endpoint takes the assertion.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TenantId")]
    [AllowNull]
    [AllowEmptyString]
    [TenantTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>Another host than the cloud's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Authority { get; set; }

    /// <summary>The national cloud.</summary>
    [Parameter]
    [ValidateSet("public", "usgov", "china", "bleu", "delos", "govsg")]
    [NoTokenTransform]
    public string? Cloud { get; set; }

    /// <summary>An object of New-AzClientCredential with a certificate, or a certificate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCredential)]
    [ValidateNotNull]
    [ClientCredentialTransform]
    public AzClientCredential? ClientCredential { get; set; }

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

    /// <summary>Puts the certificate into the assertion.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    public SwitchParameter SendCertificateChain { get; set; }

    /// <summary>How the certificate's key signs.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [ValidateSet("PS256", "RS256")]
    [NoTokenTransform]
    public string? CertificateAlgorithm { get; set; }

    /// <summary>Returns a SecureString instead of a string.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <summary>Any object with properties for other parameters.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        if (ClientCredential is null)
        {
            _proof?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _proof = OpenProof();
        }
        catch (AzTokenException exception)
        {
            Report(exception, null);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            Check();
            using var request = new GrantRequest(NativeMethods.aztoken_client_assertion);
            request.AddClientAuth(_proof);
            request.Options.Add("authority", Authority);
            request.Options.Add("cloud", Cloud?.ToLowerInvariant());
            request.Options.Add("tenant", Tenant);
            request.Options.Add(
                "client_id", ClientIds.One(PipelineTextTransformAttribute.Value(ClientId), ClientCredential?.ClientId));
            request.Options.Add("environment", SessionEnvironment.Read(SessionState.Path));
            Submit(request, Tenant);
        }
        catch (AzTokenException exception)
        {
            Report(exception, Tenant);
        }
    }

    private protected override object FromResult(JsonObject result)
    {
        var assertion = result.RequiredText("client_assertion");
        return AsSecureString ? SecureText.Secure(assertion) : assertion;
    }

    private void Check()
    {
        if (RefusedInput(Tenant) is { } refusal)
        {
            throw refusal;
        }

        if (PipelineTextTransformAttribute.IsRefused(ClientId, IsOnCommandLine(nameof(ClientId))))
        {
            throw AzTokenException.InCall(MessageId.ClientIdInvalid, nameof(ClientId));
        }
    }

    private ClientProof OpenProof() => this switch
    {
        { ClientCredential: { } credential } => credential.Proof,
        { ClientCertificate: { } certificate } => new CertificateProof(certificate, owned: false, Options(nameof(ClientCertificate))),
        _ => CertificateSource.FromFile(
            ClientCertificatePath!, SessionState.Path, CertificatePassword, Options(nameof(ClientCertificatePath))),
    };

    private CertificateOptions Options(string parameter) => new(SendCertificateChain, CertificateAlgorithm, parameter);
}
