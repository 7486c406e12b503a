using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>
/// Makes the address of an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2.1), for an app
/// that receives the answer itself. Sends nothing.
/// </summary>
[Cmdlet(VerbsCommon.New, "AzAuthorizationUri")]
[OutputType(typeof(AzAuthorizationUri))]
public sealed class NewAzAuthorizationUri : PSCmdlet
{
    private CallArguments? _arguments;

    /// <summary>What the token is for.</summary>
    [Parameter(Position = 0)]
    [Alias("ResourceId", "ResourceUrl")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ResourceCompleter))]
    public string? Resource { get; set; }

    /// <summary>What the token shall allow.</summary>
    [Parameter(Position = 1)]
    [Alias("Scopes")]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string[]? Scope { get; set; }

    /// <summary>Where to sign in.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("TenantId")]
    [AllowNull]
    [AllowEmptyString]
    [TenantTransform]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    /// <summary>The application that asks.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [PipelineTextTransform]
    [ArgumentCompleter(typeof(ClientIdCompleter))]
    public string? ClientId { get; set; }

    /// <summary>Where the answer goes.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? RedirectUri { get; set; }

    /// <summary>What the answer brings.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(ResponseTypeCompleter))]
    public string? ResponseType { get; set; }

    /// <summary>How the browser brings it.</summary>
    [Parameter]
    [ValidateSet("query", "fragment", "form_post")]
    [NoTokenTransform]
    public string? ResponseMode { get; set; }

    /// <summary>Which pages the service has to show, or that it must show none.</summary>
    [Parameter]
    [ValidateSet("login", "none", "consent", "select_account", "create")]
    [NoTokenTransform]
    public string? Prompt { get; set; }

    /// <summary>Who is expected to sign in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? LoginHint { get; set; }

    /// <summary>Whose sign-in page is expected.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    [ArgumentCompleter(typeof(DomainHintCompleter))]
    public string? DomainHint { get; set; }

    /// <summary>A state of the caller's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? State { get; set; }

    /// <summary>A nonce of the caller's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Nonce { get; set; }

    /// <summary>A verifier of the caller's own.</summary>
    [Parameter]
    [SecretTransform]
    public SecureString? CodeVerifier { get; set; }

    /// <summary>How the challenge is made of the verifier.</summary>
    [Parameter]
    [ValidateSet("S256", "plain")]
    [NoTokenTransform]
    public string? CodeChallengeMethod { get; set; }

    /// <summary>A claims request, such as a claims challenge.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ClaimTransform]
    public string? Claim { get; set; }

    /// <summary>Another host than the cloud's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoTokenTransform]
    public string? Authority { get; set; }

    /// <summary>The national cloud.</summary>
    [Parameter]
    [ValidateSet("public", "usgov", "china", "bleu", "delos", "govsg")]
    [NoTokenTransform]
    public string? Cloud { get; set; }

    /// <summary>Further fields of the query.</summary>
    [Parameter]
    [ValidateNotNull]
    [NoTokenTransform]
    [ValidateExtraParameter(InUrl = true)]
    public Hashtable? ExtraParameter { get; set; }

    /// <summary>Any object with properties for other parameters.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _arguments = new CallArguments(MyInvocation);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            Check();
            using var request = BuildRequest(SessionEnvironment.Read(SessionState.Path));
            var uri = AzAuthorizationUri.Read(request.Ask());
            uri.Resource = Resource;
            uri.Scope = Scope;
            WriteObject(uri);
        }
        catch (AzTokenException exception)
        {
            var record = ErrorRecords.From(exception, null, MyInvocation);
            if (exception.Parameter is not { } parameter || Array.IndexOf(_arguments!.FromPipeline(), parameter) < 0)
            {
                ThrowTerminatingError(record);
            }

            WriteError(record);
        }
        catch (NativeLibraryException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }
    }

    private void Check()
    {
        if (_arguments!.IsInputUnused())
        {
            throw AzTokenException.InCall(MessageId.InputObjectUnsupported, nameof(InputObject));
        }

        if (TenantTransformAttribute.Refusal(Tenant, MyInvocation.BoundParameters.ContainsKey(nameof(Tenant))) is { } refusal)
        {
            throw refusal;
        }

        if (PipelineTextTransformAttribute.IsRefused(ClientId, isArgument: false))
        {
            throw AzTokenException.InCall(MessageId.ClientIdInvalid, nameof(ClientId));
        }
    }

    internal GrantRequest BuildRequest(IReadOnlyDictionary<string, string> environment)
    {
        var request = new GrantRequest(NativeMethods.aztoken_authorization_uri);
        request.Options.Add("authority", Authority);
        request.Options.Add("cloud", Cloud?.ToLowerInvariant());
        request.Options.Add("tenant", Tenant);
        request.Options.Add("client_id", PipelineTextTransformAttribute.Value(ClientId));
        request.Options.Add("resource", Resource);
        request.Options.Add("scopes", Scope);
        request.Options.Add("claims", Claim);
        request.Options.Add("extra_parameters", ExtraParameter);
        request.Parameters.Add("redirect_uri", RedirectUri);
        request.Parameters.Add("response_type", ResponseType?.ToLowerInvariant());
        request.Parameters.Add("response_mode", ResponseMode?.ToLowerInvariant());
        request.Parameters.Add("prompt", Prompt?.ToLowerInvariant());
        request.Parameters.Add("login_hint", LoginHint);
        request.Parameters.Add("domain_hint", DomainHint);
        request.Parameters.Add("state", State);
        request.Parameters.Add("nonce", Nonce);
        request.Parameters.Add("code_verifier", CodeVerifier);
        request.Parameters.Add("code_challenge_method", CodeChallengeMethod);
        request.Options.Add("environment", environment);
        return request;
    }
}
