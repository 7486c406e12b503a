using System;
using System.Security;
using AzTokenRs.Json;

namespace AzTokenRs;

/// <summary>A verifier with its challenge (RFC 7636 section 4).</summary>
public sealed class AzPkceChallenge
{
    /// <summary>Without the verifier, which is a secret until the code has been redeemed.</summary>
    internal static readonly DefaultView View = new(nameof(CodeChallenge), nameof(CodeChallengeMethod));

    private readonly string _codeVerifier;

    /// <summary>Makes a challenge of its parts, for tests that replace New-AzPkceChallenge.</summary>
    public AzPkceChallenge(string codeVerifier, string codeChallenge, string codeChallengeMethod)
    {
        _codeVerifier = codeVerifier ?? throw new ArgumentNullException(nameof(codeVerifier));
        CodeChallenge = codeChallenge;
        CodeChallengeMethod = codeChallengeMethod;
        View.ApplyTo(this);
    }

    /// <summary>Goes to the token endpoint, with the code.</summary>
    public string CodeVerifier => Serialization.IsRunning ? null! : _codeVerifier;

    /// <summary>The code verifier as a SecureString, as which it travels through jobs, remoting and Export-Clixml.</summary>
    public SecureString SecureCodeVerifier => SecureText.Secure(_codeVerifier);

    /// <summary>Goes to the authorization endpoint.</summary>
    public string CodeChallenge { get; }

    /// <summary>How the challenge was made of the verifier: <c>S256</c> or <c>plain</c>.</summary>
    public string CodeChallengeMethod { get; }

    internal static AzPkceChallenge Read(JsonObject result) => new(
        result.RequiredText("code_verifier"),
        result.RequiredText("code_challenge"),
        result.RequiredText("code_challenge_method"));
}
