using System.Management.Automation;
using System.Security;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The refresh token grant (RFC 6749 section 6). A refresh token is bound to its client, so an AzToken brings its client
/// and authority along; what is given wins.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>The refresh token, or an AzToken that has one; chooses this grant.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.RefreshToken)]
    [AllowNull]
    [SecretTransform(TakesToken = true)]
    public object? RefreshToken { get; set; }

    /// <summary>The token to renew.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ParameterSets.RefreshToken)]
    [TokenTransform]
    public AzToken? InputObject { get; set; }

    /// <summary>The token that is renewed, where more than its refresh token is known.</summary>
    private AzToken? Renewed => RefreshToken as AzToken ?? InputObject;

    internal GrantRequest BuildRefreshToken()
    {
        var secret = RefreshToken as SecureString;
        var text = secret is null ? Renewed?.RefreshTokenText : null;
        if (secret is null && text is null)
        {
            throw AzTokenException.InvalidParameter(
                "refresh_token", "this AzToken has no refresh token: only grants of a user give one, and an app's own token is got anew.");
        }

        var request = new GrantRequest(NativeMethods.aztoken_refresh_token);
        request.Parameters.Add("refresh_token", secret);
        request.Parameters.Add("refresh_token", text);
        return WithProof(request);
    }
}
