using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The refresh token grant (RFC 6749 section 6). A refresh token is bound to its client, so an AzToken brings its client
/// and authority along; explicit parameters override them.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>The refresh token, or an AzToken that has one; chooses this grant.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.RefreshToken)]
    [AllowNull]
    [SecretTransform(TakesToken = true, FromPipeline = true)]
    public object? RefreshToken { get; set; }

    /// <summary>The token to renew, or any object with properties for other parameters.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [TokenTransform]
    public object? InputObject { get; set; }

    /// <summary>The token that is renewed, where more than its refresh token is known.</summary>
    private AzToken? Renewed => ParameterSetName == ParameterSets.RefreshToken
        ? RefreshToken as AzToken ?? (InputObject is PSObject wrapper ? wrapper.BaseObject : InputObject) as AzToken
        : null;

    internal GrantRequest BuildRefreshToken()
    {
        var secret = RefreshToken as SecureString;
        var text = (RefreshToken as AzToken)?.RefreshToken;
        if (secret is null && text is null)
        {
            throw AzTokenException.InCall(
                Renewed is null ? MessageId.RefreshTokenMissing : MessageId.RefreshTokenNotIssued, nameof(RefreshToken));
        }

        var request = new GrantRequest(NativeMethods.aztoken_refresh_token);
        request.Parameters.Add("refresh_token", secret);
        request.Parameters.Add("refresh_token", text);
        return WithProof(request);
    }
}
