using System.Management.Automation;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>The parameters of the grants that open a browser: what is asked for at the authorization endpoint, and how.</summary>
public sealed partial class GetAzToken
{
    /// <summary>
    /// Where the browser brings the answer, as registered for the app. A code can't be redeemed without it, which the native
    /// library says: were it mandatory, PowerShell could no longer tell from an object's refresh token which set is meant.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.Implicit)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ParameterSets.AuthorizationCode)]
    [AllowNull]
    [AllowEmptyString]
    [PipelineTextTransform]
    public string? RedirectUri { get; set; }

    /// <summary>What the browser brings.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ResponseTypeCompleter))]
    public string? ResponseType { get; set; }

    /// <summary>How the browser brings it.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [ValidateSet("query", "fragment", "form_post")]
    [NoTokenTransform]
    public string? ResponseMode { get; set; }

    /// <summary>Which pages the service has to show, or that it must show none.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [ValidateSet("login", "none", "consent", "select_account", "create")]
    [NoTokenTransform]
    public string? Prompt { get; set; }

    /// <summary>Who is expected to sign in.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? LoginHint { get; set; }

    /// <summary>Whose sign-in page is expected.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(DomainHintCompleter))]
    public string? DomainHint { get; set; }

    /// <summary>Shows the address, and leaves it to the user to open it.</summary>
    [Parameter(ParameterSetName = ParameterSets.Interactive)]
    [Parameter(ParameterSetName = ParameterSets.Implicit)]
    public SwitchParameter NoBrowser { get; set; }

    /// <summary>One person signs in at one page after the other.</summary>
    private protected override int AtOnce =>
        ParameterSetName is ParameterSets.Interactive or ParameterSets.Implicit ? 1 : base.AtOnce;

    /// <summary>A request of a grant that opens a browser.</summary>
    private GrantRequest WithBrowser(GrantRequest request)
    {
        request.Parameters.Add("redirect_uri", PipelineTextTransformAttribute.Value(RedirectUri));
        request.Parameters.Add("response_type", ResponseType?.ToLowerInvariant());
        request.Parameters.Add("response_mode", ResponseMode?.ToLowerInvariant());
        request.Parameters.Add("prompt", Prompt?.ToLowerInvariant());
        request.Parameters.Add("login_hint", LoginHint);
        request.Parameters.Add("domain_hint", DomainHint);
        if (NoBrowser)
        {
            request.Parameters.Add("open_browser", false);
        }

        return WithProof(request);
    }
}
