using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace AzTokenRs.Parameters;

/// <summary>
/// The parameters for the request members that the native library names in its texts (docs/abi.md). One member may belong to
/// several parameters: the one that was used counts.
/// </summary>
internal static class ParameterNames
{
    private static readonly Dictionary<string, string[]> s_names = new(StringComparer.Ordinal)
    {
        ["algorithm"] = ["CertificateAlgorithm"],
        ["algorithms"] = ["Algorithm"],
        ["assertion"] = ["ClientAssertion", "ClientCredential"],
        ["audience"] = ["Audience"],
        ["authority"] = ["Authority"],
        ["certificates"] = ["ClientCertificate", "ClientCredential"],
        ["claims"] = ["Claim"],
        ["client_assertion"] = ["ClientAssertion", "ClientCredential"],
        ["client_auth"] = ["ClientCredential"],
        ["client_certificate"] =
            ["ClientCertificate", "ClientCertificatePath", "CertificateThumbprint", "CertificateSubject", "ClientCredential"],
        ["client_certificate_password"] = ["CertificatePassword", "ClientCredential"],
        ["client_id"] = ["ClientId"],
        ["client_secret"] = ["ClientSecret", "ClientCredential"],
        ["cloud"] = ["Cloud"],
        ["code"] = ["AuthorizationCode"],
        ["code_challenge_method"] = ["CodeChallengeMethod", "Method"],
        ["code_verifier"] = ["CodeVerifier"],
        ["correlation_id"] = ["CorrelationId"],
        ["culture"] = ["Culture"],
        ["domain_hint"] = ["DomainHint"],
        ["extra_parameters"] = ["ExtraParameter"],
        ["jwks"] = ["Jwks"],
        ["length"] = ["Length"],
        ["login_hint"] = ["LoginHint"],
        ["method"] = ["Method"],
        ["nonce"] = ["Nonce"],
        ["password"] = ["Credential", "CertificatePassword", "ProxyCredential"],
        ["pem"] = ["ClientCertificatePath", "ClientCredential"],
        ["prompt"] = ["Prompt"],
        ["proxy"] = ["Proxy"],
        ["redirect_uri"] = ["RedirectUri"],
        ["refresh_token"] = ["RefreshToken"],
        ["resource"] = ["Resource"],
        ["response_mode"] = ["ResponseMode"],
        ["response_type"] = ["ResponseType"],
        ["scopes"] = ["Scope"],
        ["secret"] = ["ClientSecret", "ClientCredential"],
        ["send_chain"] = ["SendCertificateChain"],
        ["skew_seconds"] = ["ClockSkewSeconds"],
        ["state"] = ["State"],
        ["tenant"] = ["Tenant"],
        ["timeout_seconds"] = ["TimeoutSeconds"],
        ["token"] = ["Token"],
        ["user_assertion"] = ["UserAssertion"],
        ["username"] = ["Credential"],
        ["version"] = ["Version"],
    };

    /// <summary>The members that have a parameter.</summary>
    internal static IEnumerable<string> Members => s_names.Keys;

    /// <summary>The parameters that a member may stand for; empty if there is none.</summary>
    internal static IReadOnlyList<string> All(string member) => s_names.TryGetValue(member, out var names) ? names : [];

    /// <summary>The parameter without its dash: the one that was used, else the first that the cmdlet has; null if there is none.</summary>
    /// <param name="member">The name in the request.</param>
    /// <param name="call">The call of the cmdlet, where it is known.</param>
    internal static string? Of(string member, InvocationInfo? call)
    {
        if (!s_names.TryGetValue(member, out var names))
        {
            return null;
        }

        return Array.Find(names, name => call?.BoundParameters.ContainsKey(name) == true)
            ?? Array.Find(names, name => call?.MyCommand?.Parameters?.ContainsKey(name) == true)
            ?? names[0];
    }

    /// <summary>A text of the native library, in which request members stand in backquotes, with parameters in their place.</summary>
    internal static string InText(string text, InvocationInfo? call) => text.IndexOf('`') < 0
        ? text
        : Regex.Replace(
            text, "`([a-z_]+)`", found => Of(found.Groups[1].Value, call) is { } name ? "-" + name : found.Value);
}
