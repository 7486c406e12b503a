//! The token endpoint's answer to a [`TokenSet`].

use serde_json::{Map, Value};

use super::members::{Members, seconds_of};
use super::read;
use crate::error::{Error, Result};
use crate::http::Answer;
use crate::jwt;
use crate::params::{claim, field};
use crate::request::ResolvedRequest;
use crate::scope::resource_of;
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

impl Members {
    /// The granted scopes.
    fn scopes(&self) -> Vec<String> {
        self.0.get(field::SCOPE).map(words).unwrap_or_default()
    }

    /// The end of the lifetime: from now on, as a time, or as the token itself has it.
    fn expires_on(&self, now: i64, claims: Option<&Map<String, Value>>) -> Option<i64> {
        let from_now = self.seconds("expires_in").map(|seconds| now.saturating_add(seconds));
        let at = || self.0.get("expires_on").and_then(seconds_of);
        let of_token = || claims?.get(claim::EXPIRES).and_then(seconds_of);
        from_now.or_else(at).or_else(of_token)
    }

    /// `verified`: the claims of the ID token, where they were checked.
    fn into_token(
        mut self,
        resolved: &ResolvedRequest,
        verified: Option<Map<String, Value>>,
        received: Received<'_>,
    ) -> Result<TokenSet> {
        let now = received.at;
        let access_token = self.secret(field::ACCESS_TOKEN);
        let id_token = self.secret(field::ID_TOKEN);
        let claims = match (&access_token, &id_token) {
            (Some(token), _) => jwt::claims_for_display(token.expose()),
            (None, Some(token)) => verified.or_else(|| jwt::claims_for_display(token.expose())),
            (None, None) => return Err(Error::invalid_response(self.without_token())),
        };
        if access_token.is_none() {
            // That would be the access token's.
            self.0.remove("expires_in");
        }
        let expires_on = self.expires_on(now, claims.as_ref());
        let later = |name| self.seconds(name).map(|seconds| now.saturating_add(seconds));
        let (extended_expires_on, refresh_on) = (later("ext_expires_in"), later("refresh_in"));
        let scopes = permissions(claims.as_ref(), &self.scopes(), &resolved.scopes);
        let resource =
            access_token.as_ref().and_then(|_| resolved.scopes.iter().find_map(|s| resource_of(s)));
        let token_type = match self.text("token_type") {
            _ if access_token.is_none() => String::new(),
            Some(other) if !other.eq_ignore_ascii_case(BEARER) => other,
            _ => BEARER.to_owned(),
        };
        Ok(TokenSet {
            resource: resource.map(str::to_owned),
            identity: claims.as_ref().and_then(identity),
            tenant_id: claims.as_ref().and_then(|claims| text(claims, claim::TENANT_ID)),
            claims,
            access_token: access_token.unwrap_or_else(|| Secret::new(String::new())),
            token_type,
            expires_on,
            extended_expires_on,
            refresh_on,
            scopes,
            refresh_token: self.secret(field::REFRESH_TOKEN),
            id_token,
            family_id: self.text("foci"),
            client_info: self.text("client_info"),
            session_state: self.text(field::SESSION_STATE),
            client_id: resolved.client_id.clone(),
            authority: resolved.authority.to_string(),
            correlation_id: received.correlation_id.to_owned(),
        })
    }

    /// Names what came instead of a token, by the members' names alone: a value may be a secret.
    fn without_token(&self) -> String {
        let names: Vec<String> = self.0.keys().take(12).map(|name| printable(name)).collect();
        let has = if names.is_empty() {
            "it is an empty object".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        format!("The service's answer can't be used: it has no access_token as text; {has}.")
    }
}

/// RFC 6750: the type is compared without regard to case (RFC 6749 section 5.1), and some services send it in lower case.
const BEARER: &str = "Bearer";

/// Reads an answer of the token endpoint. An error body is an error whatever its status.
pub(crate) fn parse(resolved: &ResolvedRequest, answer: &Answer, received: Received<'_>) -> Result<TokenSet> {
    let members = Members(read(answer)?);
    members.into_token(resolved, None, received).map_err(|error| error.with_status(answer.status))
}

/// Reads an answer of the authorization endpoint: an access token, or an ID token alone, whose claims are in `verified`
/// (RFC 6749 section 4.2.2, `OpenID` Connect Core section 3.2.2.5).
pub(crate) fn parse_authorization(
    resolved: &ResolvedRequest,
    members: Map<String, Value>,
    verified: Option<Map<String, Value>>,
    received: Received<'_>,
) -> Result<TokenSet> {
    let is_announced = members.contains_key(field::ACCESS_TOKEN);
    let token = Members(members).into_token(resolved, verified, received)?;
    if is_announced && token.access_token.is_empty() {
        return Err(Error::invalid_response("The response to the sign-in contains an empty access token."));
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

/// The delegated permissions by their own names, as `scp` has them (`User.Read`). An app's token has none. If the token
/// can't be read: the granted or else the requested scopes, without their resource.
fn permissions(claims: Option<&Map<String, Value>>, granted: &[String], requested: &[String]) -> Vec<String> {
    if let Some(claims) = claims {
        return claims.get("scp").map(words).unwrap_or_default();
    }
    let name = |scope: &String| match resource_of(scope) {
        Some(resource) => scope[resource.len() + 1..].to_owned(),
        None => scope.clone(),
    };
    if granted.is_empty() { requested } else { granted }.iter().map(name).collect()
}

/// Names divided by blanks, or in a list.
fn words(value: &Value) -> Vec<String> {
    let split = |value: &Value| -> Vec<String> {
        value.as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    match value {
        Value::Array(several) => several.iter().flat_map(split).collect(),
        one => split(one),
    }
}

/// User principal name, mail, other names of the user, object ID, application: `AzAuth`, which scripts know, has the same order.
fn identity(claims: &Map<String, Value>) -> Option<String> {
    ["upn", "email", "preferred_username", "unique_name", "oid", "appid", "azp"]
        .iter()
        .find_map(|name| text(claims, name))
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
