using System.Management.Automation;
using System.Security;
using AzTokenRs.Errors;
using AzTokenRs.Native;
using AzTokenRs.Operations;
using AzTokenRs.Parameters;

namespace AzTokenRs.Cmdlets;

/// <summary>Makes a verifier and its challenge (RFC 7636 section 4), for an authorization request made by hand. Sends nothing.</summary>
[Cmdlet(VerbsCommon.New, "AzPkceChallenge")]
[OutputType(typeof(AzPkceChallenge))]
public sealed class NewAzPkceChallenge : PSCmdlet
{
    /// <summary>The verifier to make the challenge of.</summary>
    [Parameter(Position = 0)]
    [SecretTransform]
    public SecureString? CodeVerifier { get; set; }

    /// <summary>How the challenge is made.</summary>
    [Parameter]
    [ValidateSet("S256", "plain")]
    [NoTokenTransform]
    public string? Method { get; set; }

    /// <summary>How long a new verifier is.</summary>
    [Parameter]
    [ValidateRange(43, 128)]
    [NoTokenTransform]
    public int Length { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            using var request = BuildRequest();
            WriteObject(AzPkceChallenge.Read(request.Ask()));
        }
        catch (AzTokenException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception, null, MyInvocation));
        }
        catch (NativeLibraryException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }
    }

    internal GrantRequest BuildRequest()
    {
        var request = new GrantRequest(NativeMethods.aztoken_pkce_new);
        request.Parameters.Add("method", Method);
        request.Parameters.Add("code_verifier", CodeVerifier);
        request.Parameters.Add("length", Length);
        return request;
    }
}
