//! What is presented for tokens is not, or no longer, good: device codes, refresh tokens, user assertions.

use super::AadError;

impl AadError {
    /// Device code: the person hasn't answered yet.
    pub fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("authorization_pending", 70016, text)
    }

    /// Device code: too late.
    pub fn device_code_expired() -> Self {
        Self::new(
            "expired_token",
            70020,
            "The provided value for the input parameter 'device_code' is not valid. This code has expired.",
        )
    }

    /// Device code: the person said no.
    ///
    /// No capture of the number was found. 65004 is the documented "user declined to consent"; another emulator
    /// uses 70018, which Microsoft's reference lists as a bad verification code.
    pub fn authorization_declined() -> Self {
        Self::new("authorization_declined", 65004, "User declined to consent to access the app.")
    }

    /// Device code: not one that was issued here, or not to this client or tenant.
    ///
    /// No capture of the number was found; 70018 is what Microsoft's reference lists for it.
    pub fn bad_verification_code(text: &str) -> Self {
        Self::new("bad_verification_code", 70018, text)
    }

    /// An authorization code that was used before, or a device code: no capture of that number was found.
    pub fn already_redeemed() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an \
                    existing refresh token.";
        Self::new("invalid_grant", 54005, text)
    }

    /// A refresh token that was not issued here, or not for a user of this tenant.
    pub fn invalid_refresh_token() -> Self {
        Self::new(
            "invalid_grant",
            70000,
            "The provided value for the input parameter 'refresh_token' is not valid.",
        )
        .without_uri()
    }

    /// A refresh token of another client, and not both of Microsoft's family.
    pub fn foreign_refresh_token() -> Self {
        let error =
            Self::new("invalid_grant", 70000, "Provided grant is invalid: it was issued to another client.");
        Self { suberror: Some("client_mismatch"), ..error.without_uri() }
    }

    /// A refresh token that wasn't used for 90 days.
    pub fn inactive_refresh_token() -> Self {
        let text = "The refresh token has expired due to inactivity. It was inactive for 90.00:00:00.";
        Self::new("invalid_grant", 700_082, text)
    }

    /// A refresh token of a single-page app after a day.
    pub fn expired_spa_refresh_token() -> Self {
        let text = "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited \
                    lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request \
                    must be sent by the SPA to the sign in page.";
        Self::new("invalid_grant", 700_084, text)
    }

    /// A refresh token from before the user's password was changed or the sessions were revoked.
    pub fn revoked_refresh_token() -> Self {
        let text = "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user \
                    might have changed or reset their password.";
        Self { suberror: Some("bad_token"), ..Self::new("invalid_grant", 50173, text) }
    }

    /// An authorization code that expired, or a refresh token in the older words.
    pub fn expired_grant() -> Self {
        Self::new("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
    }

    /// A refresh token older than a policy of sign-in frequency allows.
    pub fn sign_in_frequency() -> Self {
        let text = "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.";
        Self::new("invalid_grant", 70043, text)
    }

    /// On-behalf-of: what was sent is no JWT.
    pub fn malformed_user_assertion() -> Self {
        Self::new("invalid_request", 50027, "JWT token is invalid or malformed.")
    }

    /// On-behalf-of: not signed by this service.
    pub fn user_assertion_signature() -> Self {
        Self::new("invalid_grant", 50013, "Assertion failed signature validation.")
    }

    /// On-behalf-of: the token is for another API.
    pub fn user_assertion_audience(audience: &str, client_id: &str, name: &str) -> Self {
        let text = format!(
            "Assertion audience does not match the Client app presenting the assertion. The audience in the \
             assertion was '{audience}' and the expected audience is '{client_id}' or one of the Application Uris of \
             this application with App ID '{client_id}'({name})."
        );
        Self::new("invalid_grant", 500_131, text)
    }

    /// On-behalf-of: the token is too old, or too young.
    pub fn user_assertion_time(now: &str, until: &str) -> Self {
        let text = format!(
            "Assertion is not within its valid time range. Ensure that the access token is not expired before using \
             it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {until}."
        );
        Self::new("invalid_grant", 500_133, text)
    }

    /// On-behalf-of: an app's own token.
    pub fn app_only_user_assertion(name: &str) -> Self {
        let text = format!(
            "Application '{name}' can't act on behalf of a user: the assertion is an app-only token."
        );
        Self::new("invalid_grant", 7_000_113, text)
    }

    /// On-behalf-of: an ID token.
    pub fn id_token_as_assertion() -> Self {
        Self::new(
            "invalid_grant",
            240_002,
            "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
        )
    }
}
