//! What goes wrong at /authorize, and with the codes that come from there.

use super::AadError;

impl AadError {
    /// The redirect URI isn't one of the app's.
    pub fn redirect_uri_mismatch(redirect_uri: &str, client_id: &str) -> Self {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured \
             for the application '{client_id}'. Make sure the redirect URI sent in the request matches one added to \
             the application."
        );
        Self::new("invalid_client", 50011, text)
    }

    /// The app has no redirect URI, and the request has none either.
    pub fn no_redirect_uri(client_id: &str) -> Self {
        Self::new("invalid_request", 900_971, format!("No reply address provided for '{client_id}'."))
    }

    /// A response type that isn't served, or not without the scope `openid`.
    pub fn unsupported_response_type(problem: &str) -> Self {
        let text = format!("The app returned an unsupported response type: {problem}.");
        Self::new("unsupported_response_type", 70005, text)
    }

    /// The app gets no ID tokens from /authorize.
    pub fn id_token_disabled() -> Self {
        let text = "response_type 'id_token' is not enabled for the application.";
        Self::new("unsupported_response_type", 700_054, text)
    }

    /// The app gets no access tokens from /authorize.
    pub fn token_disabled() -> Self {
        let text = "response_type 'token' is not enabled for the application.";
        Self::new("unsupported_response_type", 700_051, text)
    }

    /// A response mode that isn't served, or not with this response type.
    pub fn unsupported_response_mode(mode: &str, response_type: &str) -> Self {
        let text = format!(
            "'{mode}' is not a supported value of 'response_mode' when requesting '{response_type}'."
        );
        Self::new("invalid_request", 70007, text)
    }

    /// An ID token was asked for without a nonce.
    pub fn missing_nonce() -> Self {
        let text = "The required field 'nonce' is missing from the request.";
        Self::new("invalid_request", 90014, text)
    }

    /// A parameter has a value that the service doesn't know.
    pub fn unsupported_value(name: &str) -> Self {
        Self::new("invalid_request", 90023, format!("Unsupported '{name}' value."))
    }

    /// `request` or `request_uri`. The OAuth codes are those of `OpenID` Connect Core section 3.1.2.6.
    pub fn unsupported_parameter(error: &'static str, name: &str) -> Self {
        Self::new(error, 90023, format!("The parameter '{name}' is not supported."))
    }

    /// PKCE: the challenge, or its method, is missing or can't be one.
    pub fn invalid_code_challenge(problem: &str) -> Self {
        Self::new("invalid_request", 50147, format!("The code challenge is not valid: {problem}."))
    }

    /// PKCE: the challenge is too short or too long.
    pub fn code_challenge_size() -> Self {
        Self::new("invalid_request", 501_491, "The size of the code_challenge parameter is not valid.")
    }

    /// PKCE: the verifier doesn't belong to the challenge, or is missing.
    pub fn wrong_code_verifier() -> Self {
        let text =
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new("invalid_grant", 501_481, text)
    }

    /// PKCE: a single-page app has to use it.
    pub fn pkce_required() -> Self {
        let text = "Proof Key for Code Exchange is required for cross-origin authorization code redemption.";
        Self::new("invalid_request", 9_002_325, text)
    }

    /// A code that was not issued here.
    pub fn invalid_code() -> Self {
        let text = "The provided value for the input parameter 'code' is not valid.";
        Self::new("invalid_grant", 70000, text).without_uri()
    }

    /// A code that can't be one.
    pub fn malformed_code() -> Self {
        Self { error: "invalid_grant", ..Self::malformed() }
    }

    /// A code of another client.
    pub fn foreign_code() -> Self {
        let text = "Provided grant is invalid: the authorization code was issued to another client.";
        Self::new("invalid_grant", 70000, text).without_uri()
    }

    /// A code of another tenant.
    pub fn code_of_other_tenant() -> Self {
        let text = "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 \
                    Authorization Code must be redeemed against same tenant it was acquired for (/common or \
                    /{tenant-ID} as appropriate).";
        Self::new("invalid_grant", 700_005, text)
    }

    /// A code redeemed for more than was asked for at /authorize.
    pub fn scope_not_granted() -> Self {
        let text = "The request was denied because one or more scopes requested are unauthorized or expired. The user \
                    must first sign in and grant the client application access to the requested scope.";
        Self::new("invalid_grant", 70000, text).without_uri()
    }

    /// `prompt=none`, and nobody is signed in.
    pub fn login_required() -> Self {
        let text = "A silent sign-in request was sent but no user is signed in.";
        Self::new("login_required", 50058, text)
    }

    /// `prompt=none`, and several are signed in.
    pub fn several_accounts() -> Self {
        let text = "Either multiple user identities are available for the current request or selected account is not \
                    supported for the scenario.";
        Self::new("interaction_required", 16000, text)
    }

    /// The person declined to consent.
    pub fn consent_declined() -> Self {
        Self::new("access_denied", 65004, "User declined to consent to access the app.")
    }

    /// The person left the sign-in page by its cancel button. On a redirect the suberror is called `error_subcode`.
    pub fn cancelled() -> Self {
        let text = "The resource owner or authorization server denied the request.";
        Self { suberror: Some("cancel"), ..Self::new("access_denied", 65004, text) }
    }
}
