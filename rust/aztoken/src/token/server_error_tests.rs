use zeroize::Zeroizing;

use super::*;

pub(crate) fn answer(status: u16, body: &[u8]) -> Answer {
    Answer {
        status,
        body: Zeroizing::new(body.to_vec()),
        retry_after: None,
        request_id: Some("request-id".into()),
        content_type: if status < 300 { "application/json" } else { "text/html" }.into(),
    }
}

fn error(status: u16, body: &str) -> Error {
    check(&answer(status, body.as_bytes())).expect_err(body)
}

#[test]
fn entras_fields_are_kept() {
    let error = error(
        400,
        r#"{"error":"invalid_grant","error_description":"AADSTS50076: Due to a change. Trace ID: t Correlation ID: c Timestamp: x",
        "error_codes":[50076],"timestamp":"2026-01-01 00:00:00Z","trace_id":"t","correlation_id":"c",
        "error_uri":"https://login/error?code=50076","suberror":"basic_action","claims":"{\"access_token\":{}}"}"#,
    );
    assert_eq!(error.kind, ErrorKind::Server);
    assert_eq!(error.error, "invalid_grant");
    assert_eq!(error.message, "AADSTS50076: Due to a change.");
    assert_eq!(error.error_codes, [50076]);
    assert_eq!(error.suberror.as_deref(), Some("basic_action"));
    assert_eq!(error.claims.as_deref(), Some("{\"access_token\":{}}"));
    assert_eq!(error.correlation_id.as_deref(), Some("c"));
    assert_eq!(error.trace_id.as_deref(), Some("t"));
    assert_eq!(error.http_status, Some(400));
    assert!(error.hint.expect("a hint").contains("Multi-factor"));
    assert!(!error.retryable);
}

#[test]
fn older_shapes_are_read_too() {
    let old = error(
        400,
        "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS70008: Expired.\\r\\nTrace ID: t\"}",
    );
    assert_eq!(old.error_codes, [70008]);
    assert_eq!(old.message, "AADSTS70008: Expired.");
    assert_eq!(old.trace_id.as_deref(), Some("request-id"));
    let strings = error(400, "{\"error\":\"x\",\"error_codes\":[\"90002\",null]}");
    assert_eq!(strings.error_codes, [90002]);
    assert_eq!(strings.message, "The service answered HTTP 400 with x.");
    let nested = error(404, "{\"error\":{\"code\":\"NotFound\",\"message\":\"No such identity\"}}");
    assert_eq!((nested.error.as_str(), nested.message.as_str()), ("NotFound", "No such identity"));
    assert_eq!(error(400, "{\"error\":7}").error, "unknown_error");
}

#[test]
fn numbers_of_azure_ad_b2c_are_codes_with_their_own_hints() {
    for (description, code, words) in [
        (
            "AADB2C90225: The username or password provided in the request are invalid.\\r\\nCorrelation ID: c\\r\\nTimestamp: t",
            90225,
            "password",
        ),
        ("AADB2C90080: The provided grant has expired.", 90080, "expired"),
        ("AADB2C90006: The redirect URI is not registered.", 90006, "redirect URI"),
    ] {
        let body = format!("{{\"error\":\"access_denied\",\"error_description\":\"{description}\"}}");
        let error = error(400, &body);
        assert_eq!(error.error_codes, [code]);
        assert!(error.hint.expect("a hint").contains(words), "{:?}", error.hint);
        assert!(error.message.starts_with("AADB2C9") && !error.message.contains("Correlation"), "{error}");
    }
}

#[test]
fn an_error_on_200_is_an_error() {
    assert_eq!(error(200, "{\"error\":\"invalid_client\"}").error, "invalid_client");
}

#[test]
fn what_is_not_json_keeps_its_status() {
    for (status, body, name, retryable) in [
        (500, "<html>", "server_error", true),
        (503, "", "server_error", true),
        (429, "slow", "temporarily_unavailable", true),
        (404, "<html>", "not_found", false),
        (400, "[1]", "http_error", false),
        (400, "{}", "http_error", false),
    ] {
        let error = error(status, body);
        assert_eq!((error.error.as_str(), error.retryable), (name, retryable), "{status} {body}");
        assert_eq!(error.http_status, Some(status));
    }
}

#[test]
fn throttling_is_named_and_the_wait_is_told() {
    for (status, content_type, retry_after, message) in [
        (429, "", Some(7), "The service throttles requests (HTTP 429). Try again in 7 s."),
        (429, "text/html", None, "The service throttles requests (HTTP 429)."),
        (503, "", Some(30), "The service answered HTTP 503 without a Content-Type. Try again in 30 s."),
        (500, "", None, "The service answered HTTP 500 without a Content-Type."),
        (500, "text/html", None, "The service answered HTTP 500 with text/html."),
    ] {
        let answer = Answer { retry_after, content_type: content_type.into(), ..answer(status, b"") };
        let error = check(&answer).expect_err(message);
        assert_eq!((error.message.as_str(), error.retry_after), (message, retry_after));
        assert_eq!(error.hint.is_some_and(|hint| hint.contains("Too many requests")), status == 429);
    }
}

#[test]
fn a_hostile_description_reaches_no_terminal_whole() {
    let body = format!(
        "{{\"error\":\"x\\u001b[2J\",\"error_description\":\"\\u001b]0;evil\\u0007{}\"}}",
        "a".repeat(9000)
    );
    let error = error(400, &body);
    assert!(!error.error.contains('\u{1b}') && !error.message.contains('\u{1b}'));
    assert!(error.message.len() <= 2048);
}
