//! What a grant ends with.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::secret::Secret;

/// A successful answer (RFC 6749 section 5.1), with what the access token says of itself.
#[derive(Debug, Clone, Serialize)]
pub struct TokenSet {
    /// The access token. Empty, and null in the event, where only an ID token was asked for.
    #[serde(serialize_with = "secret_or_null")]
    pub access_token: Secret,
    /// How to use it, `Bearer`; likewise.
    #[serde(serialize_with = "text_or_null")]
    pub token_type: String,
    /// End of its lifetime, or of the ID token's where that is all there is, seconds since 1970-01-01T00:00:00Z. `None` if
    /// neither the service nor the token says.
    pub expires_on: Option<i64>,
    /// End of its lifetime while the service is down, likewise.
    pub extended_expires_on: Option<i64>,
    /// When to renew it, likewise.
    pub refresh_on: Option<i64>,
    /// The requested resource; `None` if only an ID token was requested.
    pub resource: Option<String>,
    /// The delegated permissions, without their resource: `User.Read`.
    pub scopes: Vec<String>,
    /// The refresh token, if one was given.
    pub refresh_token: Option<Secret>,
    /// The ID token, if one was given.
    pub id_token: Option<Secret>,
    /// Family of clients whose members may use the refresh token (`foci`).
    pub family_id: Option<String>,
    /// Microsoft's `client_info`, base64url.
    pub client_info: Option<String>,
    /// Session of the user at the service.
    pub session_state: Option<String>,
    /// Who the token is for: user name, otherwise object or application ID.
    pub identity: Option<String>,
    /// GUID of the tenant that issued it.
    pub tenant_id: Option<String>,
    /// The access token's claims, in its order; `None` where it can't be read.
    pub claims: Option<Map<String, Value>>,
    /// The client that asked.
    pub client_id: String,
    /// The authority that was asked.
    pub authority: String,
    /// GUID of the request.
    pub correlation_id: String,
}

fn secret_or_null<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    Some(secret).filter(|secret| !secret.is_empty()).serialize(serializer)
}

fn text_or_null<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Some(text).filter(|text| !text.is_empty()).serialize(serializer)
}
