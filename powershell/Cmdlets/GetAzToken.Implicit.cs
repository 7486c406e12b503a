using System.Management.Automation;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The implicit grant (RFC 6749 section 4.2) and the hybrid flow (OpenID Connect Core 1.0 section 3.3): the browser brings
/// tokens. It warns: the authorization code grant does the same without showing tokens to the browser.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>Chooses this grant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.Implicit)]
    public SwitchParameter Implicit { get; set; }

    internal GrantRequest BuildImplicit() => WithBrowser(new GrantRequest(NativeMethods.aztoken_implicit));
}
