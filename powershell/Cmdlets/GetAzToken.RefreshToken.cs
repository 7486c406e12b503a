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
    private AzToken? Renewed => Grant == ParameterSets.RefreshToken ? RefreshToken as AzToken ?? Input as AzToken : null;

    private object? Input => InputObject is PSObject wrapper and not { BaseObject: PSCustomObject } ? wrapper.BaseObject : InputObject;

    /// <summary>
    /// Whether the pipeline object alone says that a refresh token is meant. PowerShell prefers the default set, where it can
    /// bind no refresh token.
    /// </summary>
    private bool IsInputToRenew => Input is { } input and not string
        && (input is AzToken || PSObject.AsPSObject(input).Properties[nameof(RefreshToken)] is not null);

    internal GrantRequest BuildRefreshToken()
    {
        var given = RefreshToken ?? SecretOf(Input);
        var secret = given as SecureString;
        var text = (given as AzToken)?.RefreshTokenText;
        if (SecretTransformAttribute.IsRefused(given))
        {
            throw AzTokenException.InCall(MessageId.RefreshTokenInvalid, nameof(RefreshToken));
        }

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

    private static object? SecretOf(object? input) => input is null or AzToken
        ? input
        : SecretTransformAttribute.FromObject(PSObject.AsPSObject(input).Properties[nameof(RefreshToken)]?.Value);
}
