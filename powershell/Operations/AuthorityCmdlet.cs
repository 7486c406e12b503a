using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Native;
using AzTokenRs.Parameters;

namespace AzTokenRs.Operations;

/// <summary>Base of the cmdlets that ask an authority for something else than a token.</summary>
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

    /// <summary>The limit for the whole operation.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    [NoTokenTransform]
    public int TimeoutSeconds { get; set; }

    private protected GrantRequest NewRequest(RequestFunction start, string? tenant)
    {
        var request = new GrantRequest(start);
        request.Options.Add("authority", Authority);
        request.Options.Add("cloud", Cloud?.ToLowerInvariant());
        request.Options.Add("tenant", tenant);
        request.Options.Add("timeout_seconds", TimeoutSeconds);
        var environment = RunningEmulators.Trust(Authority, Cloud, SessionEnvironment.Read(SessionState.Path));
        request.Options.Add("system_proxy", SystemProxy.Find(Authority, Cloud, environment));
        request.Options.Add("environment", environment);
        return request;
    }
}
