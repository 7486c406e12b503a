//! The catalogue of AADSTS errors: every one that this emulator gives, with its OAuth code, status and text.
//!
//! Numbers and codes are those of Microsoft's reference of Entra error codes and of recorded replies.

mod authorize;
mod client;
mod grant;
mod request;
mod user;

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

    /// Some codes come without an `error_uri`.
    fn without_uri(self) -> Self {
        Self { error_uri: false, ..self }
    }

    /// Answers under the correlation ID of the request that began the flow.
    #[must_use]
    pub fn correlated(self, correlation_id: &str) -> Self {
        Self { correlation_id: Some(correlation_id.to_owned()), ..self }
    }
}
