namespace AzTokenRs.Errors;

/// <summary>
/// The messages of the C# side. The name is the error ID that scripts see, and the key of the text in Messages.resx, so that
/// ID and text can't drift apart.
/// </summary>
internal enum MessageId
{
    // The call.
    ClientIdConflict,
    ClientIdInvalid,
    ClientSecretPromptUnavailable,
    GrantMissing,
    InputObjectInvalid,
    InputObjectUnsupported,
    ProxyMissing,
    RedirectUriInvalid,
    CodeVerifierInvalid,
    RefreshTokenInvalid,
    AuthorizationUriMissing,
    RefreshTokenMissing,
    RefreshTokenNotIssued,
    TenantInvalid,
    TenantIsSecret,
    TenantUnknown,
    UserAssertionInvalid,

    // The client's credential.
    CertificateDisposed,
    CertificateExpired,
    CertificateFileInvalid,
    CertificateFileNotFound,
    CertificateFileTooLarge,
    CertificateFileUnreadable,
    CertificateKeyMissing,
    CertificateKeySizeUnsupported,
    CertificateKeyUnsupported,
    CertificateKeyUnusable,
    CertificateNotFound,
    CertificateNotYetValid,
    CertificatePasswordInvalid,
    CertificatePathInvalid,
    CertificateSubjectNotFound,
    ClientAssertionInvalid,
    ClientSecretInvalid,

    // Replies to the native library's questions, which come back as the operation's error.
    AssertionScriptFailed,
    AssertionScriptOtherRunspace,
    AssertionScriptOutputInvalid,
    CredentialNotAsked,
    SignatureFailed,

    // Arguments that a parameter refuses; PowerShell puts its own words in front.
    AzTokenNotAccepted,
    ClientCredentialDeserialized,
    ClientCredentialUnsupported,
    ExtraParameterNameInvalid,
    ExtraParameterSecretInUrl,
    ExtraParameterValueInvalid,
    SecretIsAzToken,
    SecretUnsupported,
    SecureStringNotAccepted,
    TokenNotAccepted,
}
