using System.Management.Automation;
using AzTokenRs.Errors;
using AzTokenRs.Json;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;
using AzTokenRs.Tokens;

namespace AzTokenRs.Cmdlets;

/// <summary>Checks tokens as the resource that they are for would: signature, issuer, audience, times. The output is a Boolean, so that an if can use it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AzToken")]
[OutputType(typeof(bool))]
[OutputType(typeof(AzTokenTestResult))]
public sealed class TestAzToken : AuthorityCmdlet
{
    private bool _warned;
    private string? _jwks;

    /// <summary>The tokens. An object, for the reason that ConvertFrom-AzToken has.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Token { get; set; }

    /// <summary>The resources, one of which the token must be for.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string[]? Audience { get; set; }

    /// <summary>The tenant that must have issued the token.</summary>
    [Parameter]
    [Alias("TenantId")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The algorithms that are accepted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateSet("RS256", "RS384", "RS512", "PS256")]
    [NoTokenTransform]
    public string[]? Algorithm { get; set; }

    /// <summary>The keys to verify with: a path, JSON, or an object.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public object? Jwks { get; set; }

    /// <summary>How far clocks may differ.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    [NoTokenTransform]
    public int ClockSkewSeconds { get; set; } = 300;

    /// <summary>Puts out every check with its reason, in place of a Boolean.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _jwks = Jwks is null ? null : JwksInput.Read(Jwks, SessionState.Path);
        }
        catch (AzTokenException exception)
        {
            Report(exception, null);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var token in TokenInput.Each(Token))
        {
            using var text = new TokenText();
            try
            {
                text.Read(token);
            }
            catch (AzTokenException exception)
            {
                // Without a target: PowerShell would show the token as its name.
                WriteError(ErrorRecords.From(exception, null, MyInvocation));
                continue;
            }

            using var request = NewRequest(NativeMethods.aztoken_jwt_verify, Tenant);
            AddExpectations(request);
            request.Parameters.Add("token", text);
            Submit(request, null);
        }
    }

    private void AddExpectations(GrantRequest request)
    {
        request.Parameters.Add("audience", Audience);
        request.Parameters.Add("algorithms", Algorithm);
        request.Parameters.Add("jwks", _jwks);
        request.Parameters.AddNumber("skew_seconds", ClockSkewSeconds);
    }

    private protected override object FromResult(JsonObject result)
    {
        var output = AzTokenTestResult.Read(result);
        WarnOfWhatWasNotChecked(result);
        return Detailed ? output : output.IsValid;
    }

    // Of many tokens, once: they are all tested with the same parameters.
    private void WarnOfWhatWasNotChecked(JsonObject result)
    {
        if (_warned)
        {
            return;
        }

        _warned = true;
        var pinned = new JsonObject(result.RequiredObject("pinned"));
        if (!pinned.RequiredFlag("audience"))
        {
            WriteWarning(
                "The audience isn't checked: a token that was issued for another API passes too. Use -Audience with the URI or the application "
                + "ID of the API that the token is for.");
        }

        if (!pinned.RequiredFlag("tenant"))
        {
            WriteWarning("The tenant isn't checked: a token of any tenant passes. Use -Tenant with the tenant that must have issued the token.");
        }
    }
}
