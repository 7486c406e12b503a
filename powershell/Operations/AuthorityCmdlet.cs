using System;
using System.Collections.Generic;
using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Parameters;

namespace AzTokenRs.Operations;

/// <summary>Base of the cmdlets that send requests to an authority: where that is, and how it is reached.</summary>
public abstract class AuthorityCmdlet : OperationCmdlet
{
    private protected AuthorityCmdlet()
    {
    }

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

    /// <summary>The caller's own ID for the request.</summary>
    [Parameter]
    [NoTokenTransform]
    public Guid CorrelationId { get; set; }

    /// <summary>How many operations run at once when many objects come from the pipeline.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [NoTokenTransform]
    public int ThrottleLimit { get; set; } = 8;

    /// <inheritdoc/>
    private protected override int AtOnce => ThrottleLimit;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Proxy is null && ProxyCredential is not null)
        {
            Report(AzTokenException.InCall(MessageId.ProxyMissing, nameof(Proxy)), null);
        }
    }

    private protected GrantRequest NewRequest(RequestFunction start, string? tenant)
    {
        var request = new GrantRequest(start);
        request.Options.Add("authority", Authority);
        request.Options.Add("cloud", Cloud?.ToLowerInvariant());
        request.Options.Add("tenant", tenant);
        var environment = RunningEmulators.Trust(Authority, Cloud, SessionEnvironment.Read(SessionState.Path));
        AddNetwork(request, Authority, environment);
        return request;
    }

    private protected void AddNetwork(GrantRequest request, string? authority, IReadOnlyDictionary<string, string> environment)
    {
        request.Options.Add("correlation_id", CorrelationId == Guid.Empty ? null : CorrelationId.ToString());
        request.Options.Add("timeout_seconds", TimeoutSeconds);
        request.Options.AddProxy(Proxy, ProxyCredential);
        request.Options.Add("system_proxy", Proxy is null ? SystemProxy.Find(authority, Cloud, environment) : null);
        request.Options.Add("environment", environment);
    }
}
