//! The catalogue of AADSTS errors: every one that this emulator gives, with its OAuth code, status and text.
//!
//! Numbers and codes are those of Microsoft's reference of Entra error codes and of recorded replies.

use axum::http::StatusCode;

/// An error of the Entra endpoints, before IDs and time are put to it.
#[derive(Debug)]
pub struct AadError {
    /// OAuth 2.0 error code.
    pub error: &'static str,
    /// The number behind `AADSTS`.
    pub number: u32,
    /// HTTP status.
    pub status: StatusCode,
    /// What follows `AADSTSn: ` in the description.
    pub text: String,
    /// Entra's finer classification.
    pub suberror: Option<&'static str>,
    /// JSON that the client replays as the `claims` parameter.
    pub claims: Option<String>,
    /// Whether the body has an `error_uri`: some codes come without.
    pub error_uri: bool,
    /// Correlation ID of an earlier request that this error belongs to.
    pub correlation_id: Option<String>,
}

impl AadError {
    /// An error with status 400, an `error_uri`, and nothing optional.
    pub fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self {
            error,
            number,
            status: StatusCode::BAD_REQUEST,
            text: text.into(),
            suberror: None,
            claims: None,
            error_uri: true,
            correlation_id: None,
        }
    }

    /// `invalid_client` comes with 401, as captured for wrong secrets.
    fn unauthorized(number: u32, text: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::new("invalid_client", number, text) }
    }

    fn without_uri(self) -> Self {
        Self { error_uri: false, ..self }
    }

    /// Answers under the correlation ID of the request that began the flow.
    #[must_use]
    pub fn correlated(self, correlation_id: &str) -> Self {
        Self { correlation_id: Some(correlation_id.to_owned()), ..self }
    }

    /// No such tenant. The same number has another OAuth code on metadata than elsewhere.
    pub fn unknown_tenant(error: &'static str, tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into \
             the correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::new(error, 90002, text)
    }

    /// The tenant segment can be neither a GUID nor a domain name.
    pub fn malformed_tenant(error: &'static str, tenant: &str) -> Self {
        let text = format!(
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
        );
        Self::new(error, 900_023, text)
    }

    /// A host that instance discovery doesn't know.
    pub fn unknown_instance() -> Self {
        Self::new("invalid_instance", 50049, "Unknown or invalid instance.")
    }

    /// A parameter of the body is missing.
    pub fn missing_parameter(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, text)
    }

    /// A parameter is given more than once.
    pub fn duplicate_parameter(name: &str) -> Self {
        let text = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
        Self::new("invalid_request", 9_000_411, text)
    }

    /// The body can't be read as a form.
    pub fn malformed() -> Self {
        Self::new("invalid_request", 9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    /// The body is larger than the service takes.
    pub fn too_large() -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, ..Self::malformed() }
    }

    /// Another method than POST.
    pub fn post_only(method: &str) -> Self {
        let text = format!("The endpoint only accepts POST, OPTIONS requests. Received a {method} request.");
        Self::new("invalid_request", 900_561, text)
    }

    /// A `grant_type` that isn't served.
    pub fn unsupported_grant(grant_type: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        Self::new("unsupported_grant_type", 70003, text).without_uri()
    }

    /// No app with this client ID in the directory.
    pub fn unknown_client(client_id: &str, directory: &str) -> Self {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any \
             user in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, text)
    }

    /// A single-tenant app at `common` or `organizations`.
    pub fn not_multi_tenant(client_id: &str, name: &str) -> Self {
        let text = format!(
            "Application '{client_id}'({name}) is not configured as a multi-tenant application. Usage of the /common \
             endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or \
             configure the application to be multi-tenant."
        );
        Self::new("invalid_request", 50194, text)
    }

    /// A confidential client without proof of who it is.
    pub fn missing_credential() -> Self {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::unauthorized(7_000_218, text)
    }

    /// A public client with a secret.
    pub fn unwanted_credential() -> Self {
        let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        Self::unauthorized(700_025, text)
    }

    /// A wrong client secret.
    pub fn wrong_secret(client_id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::unauthorized(7_000_215, text)
    }

    /// An assertion of a client that has no certificate registered.
    pub fn unregistered_assertion() -> Self {
        let text = "The certificate with identifier used to sign the client assertion is not registered on \
                    application.";
        Self::unauthorized(700_027, text)
    }

    /// Scopes of more than one resource.
    pub fn several_resources(scopes: &str) -> Self {
        let text = format!(
            "Provided value for the input parameter scope is not valid because it contains more than one resource. \
             Scope {scopes} is not valid."
        );
        Self::new("invalid_request", 28000, text)
    }

    /// A scope that can't be granted as it is written.
    pub fn invalid_scope(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        Self::new("invalid_scope", 70011, text).without_uri()
    }

    /// A resource that isn't in the directory.
    pub fn unknown_resource(resource: &str, directory: &str) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named {directory}. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any \
             user in the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::new("invalid_resource", 500_011, text)
    }

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

    /// Device code: used before. No capture of the number was found; 54005 is the one of authorization codes.
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
}
