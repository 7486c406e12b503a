//! Answers in the form of the Entra endpoints: bodies, error envelopes, and the headers that come with both.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::clock::entra_timestamp;
use crate::errors::AadError;
use crate::received::{CLIENT_REQUEST_ID, Received};

/// Headers that never differ.
const FIXED_HEADERS: [(&str, &str); 5] = [
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-xss-protection", "0"),
    ("p3p", "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
    ("x-ms-ests-server", "2.1.0.0 - EMULATOR ProdSlices"),
];

/// How long an answer may be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Never: tokens, codes, and errors about them.
    NoStore,
    /// A day: metadata and keys.
    Day,
}

/// Answers with the body, or with the error in Entra's envelope. `now` is for its timestamp.
pub(crate) fn entra(
    now: u64,
    request: &Received,
    caching: Caching,
    result: Result<Value, AadError>,
) -> Response {
    match result {
        Ok(body) => {
            let mut response = json_response(StatusCode::OK, &body);
            set_headers(&mut response, request, caching, &request.correlation_id, None);
            response
        }
        Err(error) => {
            let correlation_id = error.correlation_id.as_deref().unwrap_or(&request.correlation_id);
            let mut response = json_response(error.status, &envelope(now, request, &error, correlation_id));
            set_headers(&mut response, request, caching, correlation_id, Some(error.number));
            if caching == Caching::Day {
                set(&mut response, header::CACHE_CONTROL.as_str(), "private");
            }
            response
        }
    }
}

/// A JSON answer without Entra's headers.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE.as_str(), "application/json; charset=utf-8");
    response
}

/// Sets a header, if its value can be one.
pub(crate) fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// The `error_description`, with what finds the request again.
pub(crate) fn describe(error: &AadError, trace_id: &str, correlation_id: &str, timestamp: &str) -> String {
    format!(
        "AADSTS{}: {} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}",
        error.number, error.text
    )
}

/// The `error_uri`.
pub(crate) fn error_uri(base: &str, error: &AadError) -> String {
    format!("{base}/error?code={}", error.number)
}

fn envelope(now: u64, request: &Received, error: &AadError, correlation_id: &str) -> Value {
    let timestamp = entra_timestamp(now);
    let trace_id = &request.trace_id;
    let mut body = Map::new();
    body.insert("error".into(), error.error.into());
    let description = describe(error, trace_id, correlation_id, &timestamp);
    body.insert("error_description".into(), description.into());
    body.insert("error_codes".into(), json!([error.number]));
    body.insert("timestamp".into(), timestamp.into());
    body.insert("trace_id".into(), trace_id.as_str().into());
    body.insert("correlation_id".into(), correlation_id.into());
    if error.error_uri {
        body.insert("error_uri".into(), error_uri(&request.base, error).into());
    }
    if let Some(suberror) = error.suberror {
        body.insert("suberror".into(), suberror.into());
    }
    if let Some(url) = error.password_change_url() {
        body.insert("password_change_url".into(), url.into());
    }
    if let Some(claims) = &error.claims {
        body.insert("claims".into(), claims.as_str().into());
    }
    Value::Object(body)
}

fn set_headers(
    response: &mut Response,
    request: &Received,
    caching: Caching,
    correlation_id: &str,
    number: Option<u32>,
) {
    for (name, value) in FIXED_HEADERS {
        set(response, name, value);
    }
    set(response, "x-ms-request-id", &request.trace_id);
    match caching {
        Caching::NoStore => {
            set(response, header::CACHE_CONTROL.as_str(), "no-store, no-cache");
            set(response, header::PRAGMA.as_str(), "no-cache");
            set(response, header::EXPIRES.as_str(), "-1");
        }
        Caching::Day => {
            set(response, header::CACHE_CONTROL.as_str(), "max-age=86400, private");
            set(response, "access-control-allow-origin", "*");
            set(response, "access-control-allow-methods", "GET, OPTIONS");
        }
    }
    if request.path.ends_with("/token") {
        set(response, "x-ms-clitelem", &format!("1,{},0,,", number.unwrap_or(0)));
    }
    if request.wants_request_id() {
        set(response, CLIENT_REQUEST_ID, correlation_id);
    }
}
