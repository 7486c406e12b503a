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
public sealed class NewAzClientAssertion : AuthorityCmdlet
{
    private ClientProof? _proof;

    /// <summary>The application that the assertion is for.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientId { get; set; }

    /// <summary>The tenant whose token endpoint takes the assertion.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TenantId")]
    [ValidateNotNullOrEmpty]
    [TenantTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>A certificate with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificate)]
    [ValidateNotNull]
    [NoTokenTransform]
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>A file with a certificate and its private key, PFX or PEM.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.ClientCertificatePath)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientCertificatePath { get; set; }

    /// <summary>A certificate in the user's or the machine's store.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.CertificateThumbprint)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Opens the file with the certificate.</summary>
    [Parameter(ParameterSetName = ParameterSets.ClientCertificatePath)]
    [SecretTransform]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>Puts the certificate into the assertion.</summary>
    [Parameter]
    public SwitchParameter SendCertificateChain { get; set; }

    /// <summary>How the certificate's key signs.</summary>
    [Parameter]
    [ValidateSet("PS256", "RS256")]
    [NoTokenTransform]
    public string? CertificateAlgorithm { get; set; }

    /// <summary>Gives a SecureString instead of a string.</summary>
    [Parameter]
    public SwitchParameter AsSecureString { get; set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _proof?.Dispose();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Tenant == TenantTransformAttribute.Unknown)
        {
            WriteError(ErrorRecords.TokenWithoutTenant());
            return;
        }

        try
        {
            _proof ??= MakeProof();
            using var request = NewRequest(NativeMethods.aztoken_client_assertion, Tenant);
            request.AddClientAuth(_proof);
            request.Options.Add("client_id", ClientId);
            Submit(request, Tenant);
        }
        catch (AzTokenException exception)
        {
            WriteError(ErrorRecords.From(exception, Tenant));
        }
    }

    private protected override object FromResult(JsonObject result)
    {
        var assertion = result.RequiredText("client_assertion");
        return AsSecureString ? SecureText.Secure(assertion) : assertion;
    }

    private ClientProof MakeProof()
    {
        var options = new CertificateOptions(SendCertificateChain, CertificateAlgorithm);
        return this switch
        {
            { ClientCertificate: { } certificate } => new CertificateProof(certificate, owned: false, options),
            { CertificateThumbprint: { } thumbprint } => CertificateSource.FromStore(thumbprint, options),
            _ => CertificateSource.FromFile(ClientCertificatePath!, SessionState.Path, CertificatePassword, options),
        };
    }
}
