//! Every error shape that the service or something before it answers with, read leniently.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::response::unreadable;
use crate::error::{Error, ErrorKind, Result};
use crate::hints;
use crate::http::Answer;
use crate::jwt;
use crate::params::error_code;
use crate::text::printable;

const THROTTLED: &str =
    "Too many requests were sent. Wait, then run the command again; send fewer requests, or cache tokens.";

/// Fails if an answer is an error: by its status, or by an `error` member on 200, as `/devicecode` is known to send.
pub(crate) fn check(answer: &Answer) -> Result<()> {
    read(answer).map(drop)
}

/// The members of an answer that is no error. What it says of its type doesn't matter, only what it is.
pub(crate) fn read(answer: &Answer) -> Result<Map<String, Value>> {
    let success = (200..300).contains(&answer.status);
    let parsed = serde_json::from_slice(&answer.body).or_else(|error| {
        // Half of a surrogate pair or an odd escape, in a description say, costs only its own text.
        let mended = std::str::from_utf8(&answer.body).map(|text| Zeroizing::new(jwt::mended(text)));
        mended.ok().and_then(|text| serde_json::from_str(&text).ok()).ok_or(error)
    });
    let body: Option<Map<String, Value>> = match parsed {
        Ok(body) => Some(body),
        Err(error) if success => return Err(unreadable(answer, &error)),
        Err(_) => None,
    };
    match body {
        // Null, as some gateways add it to a good answer, is no error.
        Some(body) if body.get("error").is_some_and(|error| !error.is_null()) => {
            Err(from_body(answer, &body))
        }
        Some(body) if success => Ok(body),
        _ => Err(from_status(answer)),
    }
}

/// RFC 6749 section 5.2 with Entra's fields.
fn from_body(answer: &Answer, body: &Map<String, Value>) -> Error {
    let mut error = from_members(body, &format!("HTTP {}", answer.status)).with_status(answer.status);
    error.retryable = is_retryable(answer.status, &error.error);
    if answer.status == 429 && error.error_description.is_none() {
        error.message = status_message(answer);
        error.hint = Some(THROTTLED);
    }
    error.trace_id = error.trace_id.take().or_else(|| answer.request_id.clone());
    error.retry_after = answer.retry_after;
    error
}

/// An error by its members, wherever they came from; `by_what` names that where they say nothing to people.
pub(crate) fn from_members(body: &Map<String, Value>, by_what: &str) -> Error {
    let text = |name| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = match body.get("error") {
        Some(Value::String(name)) => name.clone(),
        // {"error":{"code":…,"message":…}} of gateways and of managed identity endpoints
        Some(Value::Object(inner)) => {
            inner.get("code").and_then(Value::as_str).unwrap_or("unknown_error").to_owned()
        }
        _ => "unknown_error".to_owned(),
    };
    let inner_message = body.get("error").and_then(|e| e.get("message")).and_then(Value::as_str);
    let description = text("error_description").or_else(|| inner_message.map(str::to_owned));
    let codes = error_codes(body, description.as_deref());
    let summary = description.as_deref().map(first_sentence).filter(|summary| !summary.is_empty());
    let message =
        summary.map_or_else(|| format!("The service answered {by_what} with {name}."), str::to_owned);
    let mut error = Error::new(ErrorKind::Server, &printable(&name), printable(&message));
    let is_b2c = description.as_deref().is_some_and(|text| text.trim_start().starts_with(B2C));
    error.hint = hints::for_server(&name, &codes, is_b2c);
    error.retryable = name == error_code::TEMPORARILY_UNAVAILABLE;
    error.error_description = description;
    error.error_codes = codes;
    error.suberror = text("suberror");
    error.claims = text("claims");
    error.error_uri = text("error_uri");
    error.correlation_id = text("correlation_id");
    error.trace_id = text("trace_id");
    error.timestamp = text("timestamp");
    error
}

/// An error status without a body that says more: a gateway, a proxy, a wrong address.
fn from_status(answer: &Answer) -> Error {
    let name = match answer.status {
        429 => error_code::TEMPORARILY_UNAVAILABLE,
        500.. => error_code::SERVER_ERROR,
        404 => "not_found",
        407 => "proxy_authentication_required",
        _ => "http_error",
    };
    let mut error = Error::new(ErrorKind::Server, name, status_message(answer)).with_status(answer.status);
    error.hint = match answer.status {
        429 => Some(
            "Too many requests were sent. Wait, then run the command again; send fewer requests, or cache tokens.",
        ),
        404 => Some("No token service is at this URL. Check `authority`."),
        407 => Some("The proxy requires a user name and password."),
        _ => hints::for_server(name, &[], false),
    };
    error.retryable = is_retryable(answer.status, name);
    error.trace_id.clone_from(&answer.request_id);
    error.retry_after = answer.retry_after;
    error
}

fn status_message(answer: &Answer) -> String {
    if answer.status == 429 {
        return match answer.retry_after {
            Some(seconds) => format!("The service throttles requests (HTTP 429). Try again in {seconds} s."),
            None => "The service throttles requests (HTTP 429).".to_owned(),
        };
    }
    let body = match printable(&answer.content_type) {
        none if none.is_empty() => "without a Content-Type".to_owned(),
        content_type => format!("with {content_type}"),
    };
    let wait = answer.retry_after.map(|seconds| format!(" Try again in {seconds} s.")).unwrap_or_default();
    format!("The service answered HTTP {} {body}.{wait}", answer.status)
}

fn is_retryable(status: u16, name: &str) -> bool {
    status >= 500 || matches!(status, 408 | 429) || name == error_code::TEMPORARILY_UNAVAILABLE
}

/// What the number of an error stands behind in its description.
const PREFIXES: [&str; 2] = ["AADSTS", B2C];
const B2C: &str = "AADB2C";

/// `error_codes`, or the number that the description starts with.
fn error_codes(body: &Map<String, Value>, description: Option<&str>) -> Vec<u64> {
    let listed = body.get("error_codes").and_then(Value::as_array);
    let mut codes: Vec<u64> = listed.into_iter().flatten().filter_map(as_number).collect();
    if codes.is_empty() {
        // Azure AD B2C writes its own numbers likewise, and often nowhere else: "AADB2C90225: …".
        let digits = description
            .and_then(|text| {
                let text = text.trim_start();
                PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix))
            })
            .map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
        codes.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    }
    codes
}

fn as_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// The description without the IDs and the time that Entra appends to it.
fn first_sentence(description: &str) -> &str {
    let line = description.lines().next().unwrap_or_default();
    line.split_once(" Trace ID:").map_or(line, |(before, _)| before).trim()
}

#[cfg(test)]
#[path = "server_error_tests.rs"]
pub(crate) mod tests;
