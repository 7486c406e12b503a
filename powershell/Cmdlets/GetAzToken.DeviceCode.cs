using System.Management.Automation;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>The device authorization grant (RFC 8628): the user signs in on any device, with a code shown here.</summary>
public sealed partial class GetAzToken
{
    /// <summary>Chooses this grant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.DeviceCode)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>The language of the message to the user.</summary>
    [Parameter(ParameterSetName = ParameterSets.DeviceCode)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(CultureCompleter))]
    public string? Culture { get; set; }

    internal GrantRequest BuildDeviceCode()
    {
        var request = new GrantRequest(NativeMethods.aztoken_device_code);
        request.Parameters.Add("culture", Culture);
        return WithProof(request);
    }
}
