//! The token endpoint's answer to a [`TokenSet`].

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::check;
use crate::error::{Error, Result};
use crate::http::Answer;
use crate::jwt;
use crate::params::{claim, field};
use crate::request::ResolvedRequest;
use crate::secret::Secret;
use crate::text::printable;
use crate::token_set::TokenSet;

/// When and for which request an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'a> {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) at: i64,
    /// GUID of the request.
    pub(crate) correlation_id: &'a str,
}

#[derive(Deserialize)]
struct Fields {
    access_token: Secret,
    token_type: String,
    #[serde(deserialize_with = "seconds")]
    expires_in: i64,
    #[serde(default, deserialize_with = "optional_seconds")]
    ext_expires_in: Option<i64>,
    #[serde(default, deserialize_with = "optional_seconds")]
    refresh_in: Option<i64>,
    scope: Option<String>,
    refresh_token: Option<Secret>,
    id_token: Option<Secret>,
    #[serde(default, deserialize_with = "text_or_number")]
    foci: Option<String>,
    client_info: Option<String>,
    session_state: Option<String>,
}

impl Fields {
    fn into_token(self, resolved: &ResolvedRequest, received: Received<'_>) -> TokenSet {
        let at = |seconds: i64| received.at.saturating_add(seconds);
        let claims = jwt::claims_for_display(self.access_token.expose());
        let granted = self.scope.as_deref().unwrap_or_default();
        let scopes: Vec<String> = match granted.split_whitespace().map(str::to_owned).collect::<Vec<_>>() {
            none if none.is_empty() => resolved.scopes.clone(),
            granted => granted,
        };
        TokenSet {
            identity: claims.as_ref().and_then(identity),
            tenant_id: claims.as_ref().and_then(|claims| text(claims, "tid")),
            claims,
            token_type: self.token_type,
            expires_on: at(self.expires_in),
            extended_expires_on: self.ext_expires_in.map(at),
            refresh_on: self.refresh_in.map(at),
            scopes,
            refresh_token: self.refresh_token.filter(|token| !token.is_empty()),
            id_token: self.id_token.filter(|token| !token.is_empty()),
            access_token: self.access_token,
            family_id: self.foci,
            client_info: self.client_info,
            session_state: self.session_state,
            client_id: resolved.client_id.clone(),
            authority: resolved.authority.to_string(),
            correlation_id: received.correlation_id.to_owned(),
        }
    }
}

/// Reads an answer of the token endpoint. An error body is an error whatever its status.
pub(crate) fn parse(resolved: &ResolvedRequest, answer: &Answer, received: Received<'_>) -> Result<TokenSet> {
    check(answer)?;
    let fields: Fields = serde_json::from_slice(&answer.body).map_err(|error| unreadable(answer, &error))?;
    if fields.access_token.is_empty() {
        return Err(Error::invalid_response("The answer's access_token is empty.").with_status(answer.status));
    }
    Ok(fields.into_token(resolved, received))
}

/// Reads an answer of the authorization endpoint: an access token, or an ID token alone, which `verified` are the claims
/// of (RFC 6749 section 4.2.2, `OpenID` Connect Core section 3.2.2.5).
pub(crate) fn parse_authorization(
    resolved: &ResolvedRequest,
    mut members: Map<String, Value>,
    verified: Option<Map<String, Value>>,
    received: Received<'_>,
) -> Result<TokenSet> {
    let only_id_token = !members.contains_key(field::ACCESS_TOKEN);
    let lifetime = verified.as_ref().and_then(|claims| claims.get(claim::EXPIRES)?.as_i64());
    if only_id_token {
        for name in [field::ACCESS_TOKEN, "token_type"] {
            members.insert(name.to_owned(), "".into());
        }
        let left = lifetime.unwrap_or_default().saturating_sub(received.at);
        members.insert("expires_in".to_owned(), left.into());
    }
    // Never quotes what is wrong: it may be a token.
    let fields = Fields::deserialize(Value::Object(members)).map_err(|_| {
        Error::invalid_response(
            "The sign-in's answer can't be used: a field is missing or has the wrong type.",
        )
    })?;
    if fields.access_token.is_empty() && !only_id_token {
        return Err(Error::invalid_response("The sign-in's answer holds an empty access token."));
    }
    let mut token = fields.into_token(resolved, received);
    if only_id_token {
        token.identity = verified.as_ref().and_then(identity);
        token.tenant_id = verified.as_ref().and_then(|claims| text(claims, claim::TENANT_ID));
        token.claims = verified;
    }
    Ok(token)
}

/// Says what is wrong with an answer without quoting it: it may hold a token.
pub(crate) fn unreadable(answer: &Answer, error: &serde_json::Error) -> Error {
    let problem = if answer.body.iter().all(u8::is_ascii_whitespace) {
        "it is empty".to_owned()
    } else if std::str::from_utf8(&answer.body).is_err() {
        "it is not UTF-8".to_owned()
    } else if error.is_eof() {
        "it ends too early".to_owned()
    } else if error.is_syntax() {
        match printable(&answer.content_type) {
            none if none.is_empty() => "it is not JSON".to_owned(),
            content_type => format!("it is not JSON but {content_type}"),
        }
    } else {
        // "missing field `x`" names a field; a type error would quote its value.
        let text = error.to_string();
        match text.split_once(" at line") {
            Some((missing, _)) if missing.starts_with("missing field") => missing.to_owned(),
            _ => "a field has the wrong type".to_owned(),
        }
    };
    Error::invalid_response(format!("The service's answer can't be used: {problem}."))
        .with_status(answer.status)
}

/// The order that people of the field expect: user name, mail, object, application.
fn identity(claims: &Map<String, Value>) -> Option<String> {
    ["upn", "preferred_username", "unique_name", "email", "oid", "appid", "azp"]
        .iter()
        .find_map(|name| text(claims, name))
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Seconds as a number or, from v1 endpoints, as a string. Never negative, never beyond 100 years.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(f64),
        Text(String),
    }
    let number = match Seconds::deserialize(deserializer)? {
        Seconds::Number(number) => number,
        Seconds::Text(text) => text.trim().parse().map_err(|_| serde::de::Error::custom("not a number"))?,
    };
    if number.is_nan() {
        return Err(serde::de::Error::custom("not a number"));
    }
    #[allow(clippy::cast_possible_truncation)] // clamped to what fits
    Ok(number.clamp(0.0, 3_153_600_000.0) as i64)
}

fn optional_seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    struct Wrapper(#[serde(deserialize_with = "seconds")] i64);
    Ok(Option::<Wrapper>::deserialize(deserializer)?.map(|Wrapper(seconds)| seconds))
}

fn text_or_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
