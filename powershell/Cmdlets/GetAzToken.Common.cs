using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using AzTokenRs.ClientAuth;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The parameters of every grant. Tenant and client ID are mandatory for some of an app's own tokens, so they name all their
/// sets: with a bare [Parameter] among named ones, PowerShell would rule out the others.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>What the token is for.</summary>
    [Parameter(Position = 0)]
    [Alias("ResourceId", "ResourceUrl")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ResourceCompleter))]
    public string? Resource { get; set; }

    /// <summary>What the token allows.</summary>
    [Parameter(Position = 1)]
    [Alias("Scopes")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string[]? Scope { get; set; }

    /// <summary>Where to sign in.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.NonInteractive)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationResponse)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Password)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.RefreshToken)]
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCredential)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientAssertion)]
    [Alias("TenantId")]
    [AllowNull]
    [AllowEmptyString]
    [TenantTransform(OtherProperties = ["CodeVerifier", "RedirectUri", "RefreshToken"])]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The application that signs in.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.NonInteractive)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationResponse)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.DeviceCode)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.OnBehalfOf)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Password)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.RefreshToken)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCredential)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientSecret)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCertificate)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientCertificatePath)]
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.ClientAssertion)]
    [AllowNull]
    [AllowEmptyString]
    [PipelineTextTransform]
    [ArgumentCompleter(typeof(ClientIdCompleter))]
    public string? ClientId { get; set; }

    /// <summary>A claims request, such as a claims challenge.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ClaimTransform]
    public string? Claim { get; set; }

    /// <summary>Requests a new token, even if one is remembered.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Further form fields.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    [ValidateExtraParameter]
    public Hashtable? ExtraParameter { get; set; }

    // A code is redeemed for what its URL asked for, unless something else is named.
    private void AddWhatFor(GrantRequest request)
    {
        var asked = Resource is null && Scope is null ? AuthorizationUri : null;
        request.Options.Add("resource", Resource ?? asked?.Resource);
        request.Options.Add("scopes", Scope ?? asked?.Scope);
    }

    internal void AddCommon(GrantRequest request, IReadOnlyDictionary<string, string> environment)
    {
        var (authority, tenant) = Place();
        request.Options.Add("authority", authority);
        request.Options.Add("cloud", Cloud?.ToLowerInvariant());
        request.Options.Add("tenant", tenant);
        var clientId = PipelineTextTransformAttribute.Value(ClientId);
        request.Options.Add("client_id", ClientIds.One(clientId, ClientCredential?.ClientId) ?? KnownClientId);
        AddWhatFor(request);
        request.Options.Add("claims", Claim);
        request.Options.Add("extra_parameters", ExtraParameter);
        AddNetwork(request, authority, environment);
    }
}
