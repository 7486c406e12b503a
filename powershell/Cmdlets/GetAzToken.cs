using System;
using System.Management.Automation;
using AzTokenRs.Emulation;
using AzTokenRs.Errors;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Gets a Microsoft Entra ID token. One parameter set per grant; each has its own file beside this one.</summary>
[Cmdlet(VerbsCommon.Get, "AzToken", DefaultParameterSetName = ParameterSets.NonInteractive)]
[OutputType(typeof(AzToken))]
public sealed partial class GetAzToken : AuthorityCmdlet
{
    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            // Once, before the first input object: a missing file is one error, not one for each tenant.
            Proof();
        }
        catch (AzTokenException exception)
        {
            Report(exception, null);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Refusal() is { } refusal)
        {
            Report(refusal, null);
            return;
        }

        try
        {
            using var request = BuildRequest();
            AddCommon(request, RunningEmulators.Trust(Place().Authority, Cloud, SessionEnvironment.Read(SessionState.Path)));
            Submit(request, Tenant);
        }
        catch (AzTokenException exception)
        {
            Report(exception, Tenant);
        }
    }

    /// <summary>What is wrong with the values that may come from the pipeline, which PowerShell's own checks must not refuse.</summary>
    private AzTokenException? Refusal()
    {
        if (Grant != ParameterSets.RefreshToken && IsInputUnused)
        {
            return AzTokenException.InCall(MessageId.InputObjectUnsupported, nameof(InputObject));
        }

        if (RefusedTenant(Tenant) is { } refusal && !(TenantTransformAttribute.IsUnknown(Tenant) && Place().Tenant is null))
        {
            return refusal;
        }

        if (IsOnCommandLine(nameof(InputObject)) && Renewed is null)
        {
            return AzTokenException.InCall(MessageId.InputObjectInvalid, nameof(InputObject));
        }

        return IsRefused(nameof(ClientId), ClientId) ? AzTokenException.InCall(MessageId.ClientIdInvalid, nameof(ClientId))
            : IsRefused(nameof(RedirectUri), RedirectUri) ? AzTokenException.InCall(MessageId.RedirectUriInvalid, nameof(RedirectUri))
            : SecretTransformAttribute.IsRefused(CodeVerifier) ? AzTokenException.InCall(MessageId.CodeVerifierInvalid, nameof(CodeVerifier))
            : SecretTransformAttribute.IsRefused(RefreshToken) ? AzTokenException.InCall(MessageId.RefreshTokenInvalid, nameof(RefreshToken))
            : null;
    }

    private bool IsRefused(string parameter, string? bound) =>
        PipelineTextTransformAttribute.IsRefused(bound, IsOnCommandLine(parameter));

    /// <summary>The parameter set, or the grant that the pipeline object alone stands for.</summary>
    private string Grant => ParameterSetName == ParameterSets.NonInteractive && IsInputToRenew
        ? ParameterSets.RefreshToken
        : ParameterSetName;

    private GrantRequest BuildRequest() => Grant switch
    {
        ParameterSets.Interactive => BuildInteractive(),
        ParameterSets.AuthorizationCode => BuildAuthorizationCode(),
        ParameterSets.AuthorizationResponse => BuildAuthorizationResponse(),
        ParameterSets.Implicit => BuildImplicit(),
        ParameterSets.DeviceCode => BuildDeviceCode(),
        ParameterSets.OnBehalfOf => BuildOnBehalfOf(),
        ParameterSets.Password => BuildPassword(),
        ParameterSets.RefreshToken => BuildRefreshToken(),
        ParameterSets.ClientCredential or ParameterSets.ClientSecret or ParameterSets.ClientCertificate
            or ParameterSets.ClientCertificatePath or ParameterSets.ClientAssertion => BuildClientCredentials(),
        ParameterSets.NonInteractive => throw AzTokenException.InCall(MessageId.GrantMissing, null),
        _ => throw new InvalidOperationException($"No grant belongs to the parameter set '{ParameterSetName}'."),
    };
}
