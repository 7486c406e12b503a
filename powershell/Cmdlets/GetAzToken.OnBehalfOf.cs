using System.Management.Automation;
using System.Security;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The on-behalf-of grant (Microsoft, "OAuth 2.0 On-Behalf-Of flow"): an API that a user called gets a token for the next
/// API, as that user.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>Chooses this grant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.OnBehalfOf)]
    public SwitchParameter OnBehalfOf { get; set; }

    /// <summary>The access token that the user sent.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.OnBehalfOf)]
    [ValidateNotNull]
    [SecretTransform(TakesToken = true)]
    public object? UserAssertion { get; set; }

    internal GrantRequest BuildOnBehalfOf()
    {
        if (Proof() is null)
        {
            throw AzTokenException.InvalidParameter(
                "client_auth", "this grant needs what proves the app: -ClientSecret, a certificate or -ClientAssertion.");
        }

        if (UserAssertion is AzToken { Token: null })
        {
            throw AzTokenException.InvalidParameter(
                "user_assertion", "this AzToken holds an ID token alone, and the grant takes the access token that the user sent.");
        }

        var request = new GrantRequest(NativeMethods.aztoken_on_behalf_of);
        request.Parameters.Add("user_assertion", UserAssertion as SecureString ?? (UserAssertion as AzToken)?.SecureToken);
        return WithProof(request);
    }
}
