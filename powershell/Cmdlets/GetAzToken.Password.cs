using System.Management.Automation;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The resource owner password credentials grant (RFC 6749 section 4.3). It warns: it works for few accounts, and shows the
/// password to the client.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>User name and password; chooses this grant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.Password)]
    [ValidateNotNull]
    [NoTokenTransform]
    [Credential]
    public PSCredential? Credential { get; set; }

    internal GrantRequest BuildPassword()
    {
        var request = new GrantRequest(NativeMethods.aztoken_password);
        request.Parameters.Add("username", Credential!.UserName);
        request.Parameters.Add("password", Credential.Password);
        return WithProof(request);
    }
}
