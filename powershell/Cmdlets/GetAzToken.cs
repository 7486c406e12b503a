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
public sealed partial class GetAzToken : OperationCmdlet
{
    private const string NoGrant =
        "no grant is named. Give -Interactive or -DeviceCode to sign in, -ClientSecret, a certificate or -ClientAssertion for "
        + "an app's own token, or -OnBehalfOf, -Credential, -RefreshToken, -AuthorizationCode or -Implicit.";

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        _tenantIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Tenant));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Tenant == TenantTransformAttribute.Unknown && Place().Tenant is not null)
        {
            WriteError(ErrorRecords.TokenWithoutTenant());
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
            WriteError(ErrorRecords.From(exception, Tenant));
        }
    }

    private GrantRequest BuildRequest() => ParameterSetName switch
    {
        ParameterSets.Interactive => BuildInteractive(),
        ParameterSets.AuthorizationCode => BuildAuthorizationCode(),
        ParameterSets.Implicit => BuildImplicit(),
        ParameterSets.DeviceCode => BuildDeviceCode(),
        ParameterSets.OnBehalfOf => BuildOnBehalfOf(),
        ParameterSets.Password => BuildPassword(),
        ParameterSets.RefreshToken => BuildRefreshToken(),
        ParameterSets.ClientSecret or ParameterSets.PromptForSecret or ParameterSets.ClientCertificate
            or ParameterSets.ClientCertificatePath or ParameterSets.CertificateThumbprint
            or ParameterSets.ClientAssertion => BuildClientCredentials(),
        ParameterSets.NonInteractive => throw AzTokenException.InvalidParameter("grant", NoGrant),
        _ => throw new InvalidOperationException($"No grant belongs to the parameter set '{ParameterSetName}'."),
    };
}
