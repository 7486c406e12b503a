using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;
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
        if (UserAssertion is AzToken { Token: null })
        {
            throw AzTokenException.InCall(MessageId.UserAssertionInvalid, nameof(UserAssertion));
        }

        var request = new GrantRequest(NativeMethods.aztoken_on_behalf_of);
        request.Parameters.Add("user_assertion", UserAssertion as SecureString ?? (UserAssertion as AzToken)?.SecureToken);
        return WithProof(request);
    }
}
