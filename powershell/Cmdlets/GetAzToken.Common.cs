using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>The parameters of every grant.</summary>
public sealed partial class GetAzToken
{
    /// <summary>What the token is for.</summary>
    [Parameter(Position = 0)]
    [Alias("ResourceId", "ResourceUrl")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ResourceCompleter))]
    public string? Resource { get; set; }

    /// <summary>What the token shall allow.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string[]? Scope { get; set; }

    /// <summary>Where to sign in.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TenantId")]
    [ValidateNotNullOrEmpty]
    [TenantTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The application that signs in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? ClientId { get; set; }

    /// <summary>A claims request, such as a claims challenge.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ClaimTransform]
    public string? Claim { get; set; }

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

    /// <summary>The proxy to reach the service through.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    public Uri? Proxy { get; set; }

    /// <summary>User name and password for the proxy.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>The limit for the whole operation.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    [NoTokenTransform]
    public int TimeoutSeconds { get; set; }

    /// <summary>An ID of the caller's for the request.</summary>
    [Parameter]
    [NoTokenTransform]
    public Guid CorrelationId { get; set; }

    /// <summary>Further form fields.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    [ValidateExtraParameter]
    public Hashtable? ExtraParameter { get; set; }

    private void AddProxy(GrantRequest request, string? authority, IReadOnlyDictionary<string, string> environment)
    {
        if (Proxy is null && ProxyCredential is not null)
        {
            throw AzTokenException.InvalidParameter("proxy", "-ProxyCredential goes with -Proxy.");
        }

        request.Options.AddProxy(Proxy, ProxyCredential);
        request.Options.Add("system_proxy", Proxy is null ? SystemProxy.Find(authority, Cloud, environment) : null);
    }

    // A code is redeemed for what its address asked for, unless something else is named.
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
        request.Options.Add("client_id", OwnClientId() ?? KnownClientId);
        AddWhatFor(request);
        request.Options.Add("claims", Claim);
        request.Options.Add("correlation_id", CorrelationId == Guid.Empty ? null : CorrelationId.ToString());
        request.Options.Add("timeout_seconds", TimeoutSeconds);
        request.Options.Add("extra_parameters", ExtraParameter);
        AddProxy(request, authority, environment);
        request.Options.Add("environment", environment);
    }
}
