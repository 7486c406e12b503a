using System;
using System.Management.Automation;
using AzTokenRs.Errors;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Gets a Microsoft Entra ID token. One parameter set per grant; each has its own file beside this one.</summary>
[Cmdlet(VerbsCommon.Get, "AzToken", DefaultParameterSetName = ParameterSets.DeviceCode)]
[OutputType(typeof(AzToken))]
public sealed partial class GetAzToken : OperationCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Tenant == TenantTransformAttribute.Unknown)
        {
            WriteError(ErrorRecords.TokenWithoutTenant());
            return;
        }

        using var request = BuildRequest();
        AddCommon(request, SessionEnvironment.Read());
        Submit(request, Tenant);
    }

    private GrantRequest BuildRequest() => ParameterSetName switch
    {
        ParameterSets.DeviceCode => BuildDeviceCode(),
        _ => throw new InvalidOperationException($"No grant belongs to the parameter set '{ParameterSetName}'."),
    };
}
