using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// The authorization code grant (RFC 6749 section 4.1) with PKCE (RFC 7636): in the user's own browser, or with a code that
/// another program received.
/// </summary>
public sealed partial class GetAzToken
{
    /// <summary>Chooses this grant, with a browser.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.Interactive)]
    public SwitchParameter Interactive { get; set; }

    /// <summary>A code to redeem; chooses this grant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    [ValidateNotNull]
    [SecretTransform]
    public SecureString? AuthorizationCode { get; set; }

    /// <summary>What the code's challenge was made of.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    [SecretTransform(FromPipeline = true)]
    public SecureString? CodeVerifier { get; set; }

    /// <summary>
    /// The URL that the browser was sent back to, with the code; chooses this grant. Its state must be that of
    /// <see cref="AuthorizationUri"/>.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ParameterSets.AuthorizationResponse)]
    [ValidateNotNull]
    [SecretTransform]
    public SecureString? AuthorizationResponse { get; set; }

    /// <summary>The URL that the code was requested with, which knows the client and the authority too.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    // Not mandatory, although it is required: a set with a mandatory parameter for piped objects would be PowerShell's choice for
    // every piped tenant.
    [Parameter(ValueFromPipeline = true, ParameterSetName = ParameterSets.AuthorizationResponse)]
    [ValidateNotNull]
    [NoTokenTransform(FromPipeline = true)]
    public AzAuthorizationUri? AuthorizationUri { get; set; }

    internal GrantRequest BuildInteractive() => WithBrowser(new GrantRequest(NativeMethods.aztoken_authorization_code));

    internal GrantRequest BuildAuthorizationCode()
    {
        var request = new GrantRequest(NativeMethods.aztoken_authorization_code);
        request.Parameters.Add("code", AuthorizationCode);
        request.Parameters.Add("redirect_uri", PipelineTextTransformAttribute.Value(RedirectUri));
        request.Parameters.Add("code_verifier", CodeVerifier);
        return WithProof(request);
    }

    internal GrantRequest BuildAuthorizationResponse()
    {
        if (AuthorizationUri is null)
        {
            throw AzTokenException.InCall(MessageId.AuthorizationUriMissing, nameof(AuthorizationUri));
        }

        var code = new RedirectResponse(AuthorizationResponse!).CodeFor(AuthorizationUri);
        var request = new GrantRequest(NativeMethods.aztoken_authorization_code);
        request.Parameters.Add("code", code);
        request.Parameters.Add("redirect_uri", AuthorizationUri.RedirectUri);
        request.Parameters.Add("code_verifier", AuthorizationUri.CodeVerifier);
        return WithProof(request);
    }
}
