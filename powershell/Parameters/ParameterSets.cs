namespace AzTokenRs.Parameters;

/// <summary>
/// Names of the parameter sets. Of Get-AzToken one per grant, and for an app's own token one per credential; of
/// New-AzClientCredential one per source; of ConvertFrom-AzToken one per form of output.
/// </summary>
internal static class ParameterSets
{
    /// <summary>The default: no grant is named.</summary>
    internal const string NonInteractive = "NonInteractive";

    internal const string Interactive = "Interactive";
    internal const string AuthorizationCode = "AuthorizationCode";
    internal const string AuthorizationResponse = "AuthorizationResponse";
    internal const string Implicit = "Implicit";
    internal const string DeviceCode = "DeviceCode";
    internal const string ClientCredential = "ClientCredential";
    internal const string ClientSecret = "ClientSecret";
    internal const string PromptForSecret = "PromptForSecret";
    internal const string ClientCertificate = "ClientCertificate";
    internal const string ClientCertificatePath = "ClientCertificatePath";
    internal const string CertificateThumbprint = "CertificateThumbprint";
    internal const string CertificateSubject = "CertificateSubject";
    internal const string ClientAssertion = "ClientAssertion";
    internal const string OnBehalfOf = "OnBehalfOf";
    internal const string Password = "Password";
    internal const string RefreshToken = "RefreshToken";

    internal const string Object = "Object";

    internal const string Json = "Json";

    internal const string Explain = "Explain";
}
