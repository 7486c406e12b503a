use serde_json::Value;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::testing::Server;

const CODE: &str = r#"{"device_code":"DEVICE","user_code":"USER1","verification_uri":"https://microsoft.com/devicelogin",
    "expires_in":900,"interval":5,"message":"Open the page and enter USER1."}"#;
const TOKEN: &str =
    r#"{"access_token":"ACCESS","token_type":"Bearer","expires_in":3600,"refresh_token":"REFRESH"}"#;
const PENDING: &str = r#"{"error":"authorization_pending","error_codes":[70016]}"#;
const SLOW_DOWN_BODY: &str = r#"{"error":"slow_down"}"#;

async fn run(server: &Server) -> (Result<TokenSet>, Vec<Value>) {
    run_with(server, DeviceCode::default(), RequestOptions::default()).await
}

async fn run_with(
    server: &Server,
    grant: DeviceCode,
    common: RequestOptions,
) -> (Result<TokenSet>, Vec<Value>) {
    let (caller, events) = server.caller();
    let common =
        RequestOptions { authority: Some(server.url.clone()), tenant: Some("contoso.com".into()), ..common };
    let outcome = caller.run(common, grant).await;
    let events = events.lock().expect("not poisoned").clone();
    (outcome, events)
}

fn polls_at(server: &Server) -> Vec<u64> {
    server.seen().iter().skip(1).map(|seen| seen.at.as_secs()).collect()
}

#[tokio::test]
async fn asks_shows_polls_and_returns() {
    let server = Server::start([(200, CODE), (400, PENDING), (200, TOKEN)]).await;
    let common = RequestOptions {
        scopes: vec!["User.Read".into()],
        claims: Some("{}".into()),
        ..RequestOptions::default()
    };
    let grant = DeviceCode { culture: Some("sv-SE".into()), ..DeviceCode::default() };
    let (outcome, events) = run_with(&server, grant, common).await;
    assert_eq!(outcome.expect("a token").access_token.expose(), "ACCESS");
    let seen = server.seen();
    assert_eq!(seen[0].path, "/contoso.com/oauth2/v2.0/devicecode?mkt=sv-SE");
    assert_eq!(
        seen[0].body,
        "client_id=1950a258-227b-4e31-a9cf-717495945fc2&scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read+openid+profile+offline_access&claims=%7B%7D"
    );
    assert_eq!(seen[1].path, "/contoso.com/oauth2/v2.0/token");
    assert_eq!(
        seen[1].body,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DEVICE&client_id=1950a258-227b-4e31-a9cf-717495945fc2&claims=%7B%7D"
    );
    assert!(seen[1].headers.contains("client-request-id: ") && !seen[1].headers.contains("origin:"));
    assert_eq!(polls_at(&server), [5, 10]);
    let message = events.iter().find(|event| event["event"] == "message").expect("a message");
    assert_eq!(message["text"], "Open the page and enter USER1.");
    assert_eq!(message["kind"], "device_code");
    assert_eq!(message["user_code"], "USER1");
    let progress: Vec<_> = events.iter().filter(|event| event["event"] == "progress").collect();
    assert_eq!(progress[0]["seconds_left"], 900);
    assert!(progress.len() >= 10, "about one a second");
    assert!(!serde_json::to_string(&events).expect("JSON").contains("DEVICE"), "the device code is a secret");
}

#[tokio::test]
async fn the_callers_own_fields_go_to_both_endpoints() {
    let server = Server::start([(200, CODE), (200, TOKEN)]).await;
    let extra_parameters = [("dc".to_owned(), "ESTS".to_owned())].into();
    let options = RequestOptions { extra_parameters, ..RequestOptions::default() };
    run_with(&server, DeviceCode::default(), options).await.0.expect("a token");
    assert!(server.seen().iter().all(|seen| seen.body.ends_with("&dc=ESTS")), "{:?}", server.seen());
    // The culture is sent as mkt, which is sent once.
    let extra_parameters = [("mkt".to_owned(), "sv-SE".to_owned())].into();
    let options = RequestOptions { extra_parameters, ..RequestOptions::default() };
    let grant = DeviceCode { culture: Some("sv-SE".into()), ..DeviceCode::default() };
    let error = run_with(&server, grant, options).await.0.expect_err("twice");
    assert_eq!(error.parameter, Some("extra_parameters"));
}

/// A caller whose key signs anything, and that counts how often it was asked.
#[derive(Default)]
struct SigningCaller(std::sync::Mutex<Vec<Value>>);

impl crate::event::EventSink for SigningCaller {
    fn emit(&self, _: &Event<'_>) {}

    fn ask(&self, question: &Event<'_>) -> crate::event::Reply {
        self.0.lock().expect("not poisoned").push(serde_json::to_value(question).expect("serializable"));
        let answer = format!(r#"{{"answer":"{}"}}"#, "A".repeat(342));
        Box::pin(std::future::ready(Some(Secret::new(answer))))
    }
}

/// A key on a smart card may need its PIN for each signature.
#[tokio::test]
async fn the_caller_signs_once_for_all_polls_while_the_assertion_is_valid() {
    // With polls every 5 s, the assertion of 600 s is renewed once within 900 s.
    let mut answers = vec![(200, CODE)];
    answers.extend([(400, PENDING); 150]);
    answers.push((200, TOKEN));
    let raw = answers.iter().map(|(status, body)| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    });
    let server = Server::start_raw(raw.collect()).await;
    let caller = std::sync::Arc::new(SigningCaller::default());
    let grant = DeviceCode {
        client_auth: serde_json::from_str(r#"{"kind":"external_certificate","certificates":["AAAA"]}"#)
            .expect("valid"),
        ..DeviceCode::default()
    };
    let options = RequestOptions {
        authority: Some(server.url.clone()),
        tenant: Some("contoso.com".into()),
        ..RequestOptions::default()
    };
    let context = crate::Context { clock: server.clock.clone(), ..crate::Context::default() };
    context.run(options, grant, caller.clone()).await.expect("a token");
    assert_eq!(polls_at(&server).len(), 151);
    assert_eq!(caller.0.lock().expect("not poisoned").len(), 2);
}

#[tokio::test]
async fn slow_down_holds_for_all_later_polls() {
    let answers = [(200, CODE), (400, SLOW_DOWN_BODY), (400, PENDING), (400, SLOW_DOWN_BODY), (200, TOKEN)];
    let server = Server::start(answers).await;
    run(&server).await.0.expect("a token");
    assert_eq!(polls_at(&server), [5, 15, 25, 40]);
}

#[tokio::test]
async fn final_answers_end_the_polling_with_their_fields() {
    for (body, name, code) in [
        (r#"{"error":"authorization_declined","error_codes":[70018]}"#, "authorization_declined", 70018),
        (r#"{"error":"access_denied"}"#, "access_denied", 0),
        (r#"{"error":"expired_token","error_codes":[70020]}"#, "expired_token", 70020),
        (r#"{"error":"code_expired","error_codes":[70019]}"#, "code_expired", 70019),
        (r#"{"error":"bad_verification_code","error_codes":[70019]}"#, "bad_verification_code", 70019),
        (r#"{"error":"invalid_grant","error_codes":[50076],"claims":"{}"}"#, "invalid_grant", 50076),
    ] {
        let server = Server::start([(200, CODE), (400, body)]).await;
        let error = run(&server).await.0.expect_err(name);
        assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Server, name));
        assert_eq!(error.error_codes.first().copied().unwrap_or_default(), code);
        assert!(error.hint.is_some(), "{name}");
        assert_eq!(server.seen().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn an_error_on_200_is_an_error() {
    let server = Server::start([(200, r#"{"error":"unauthorized_client","error_codes":[700016]}"#)]).await;
    let (outcome, events) = run(&server).await;
    assert_eq!(outcome.expect_err("refused").error_codes, [700_016]);
    assert!(!events.iter().any(|event| event["event"] == "message"));
}

#[tokio::test]
async fn the_codes_lifetime_ends_the_wait() {
    let code = CODE.replace("900", "12");
    let server = Server::start([(200, code.as_str()), (400, PENDING), (400, PENDING)]).await;
    let error = run(&server).await.0.expect_err("expired");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Timeout, "expired_token"));
    assert_eq!(polls_at(&server), [5, 10]);
    assert_eq!(server.clock.monotonic(), Duration::from_secs(12));
}

#[tokio::test]
async fn lost_connections_are_retried_ever_more_slowly() {
    let ok = |body: &str| format!("HTTP/1.1 200 x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let unavailable = "HTTP/1.1 503 x\r\nContent-Length: 0\r\nRetry-After: 33\r\n\r\n".to_owned();
    let pending = format!("HTTP/1.1 400 x\r\nContent-Length: {}\r\n\r\n{PENDING}", PENDING.len());
    // Not repeated by the transport, as other requests are: only by the interval.
    let failed = "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n".to_owned();
    let script = vec![ok(CODE), String::new(), failed, pending, unavailable, ok(TOKEN)];
    let server = Server::start_raw(script).await;
    let (outcome, events) = run(&server).await;
    outcome.expect("a token");
    assert_eq!(polls_at(&server), [5, 15, 35, 40, 73]);
    assert_eq!(events.iter().filter(|event| event["event"] == "warning").count(), 3);
}

#[tokio::test]
async fn a_back_off_is_never_shorter_than_the_services_interval() {
    let ok = |body: &str| format!("HTTP/1.1 200 x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let code = CODE.replace("\"interval\":5", "\"interval\":100");
    let server = Server::start_raw(vec![ok(&code), String::new(), ok(TOKEN)]).await;
    run(&server).await.0.expect("a token");
    assert_eq!(polls_at(&server), [100, 200]);
}

#[tokio::test]
async fn a_given_time_limit_wins() {
    let server = Server::start([(200, CODE)]).await;
    let (mut caller, _) = server.caller();
    caller.context.clock = std::sync::Arc::new(SystemClock::default());
    let common = RequestOptions {
        authority: Some(server.url.clone()),
        timeout_seconds: Some(0.3),
        ..RequestOptions::default()
    };
    let error = caller.run(common, DeviceCode::default()).await.expect_err("timed out");
    assert_eq!(server.seen().len(), 1, "the interval is longer than the limit");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Timeout, "timeout"));
    assert!(error.correlation_id.is_some());
}

#[tokio::test]
async fn nothing_is_sent_for_a_request_that_is_wrong() {
    let wrong = |common: RequestOptions, culture: Option<&str>| (common, culture.map(str::to_owned));
    for ((common, culture), parameter) in [
        (wrong(RequestOptions::default(), Some("s v")), "culture"),
        (
            wrong(RequestOptions { client_id: Some("a b".into()), ..RequestOptions::default() }, None),
            "client_id",
        ),
        (wrong(RequestOptions { claims: Some("nbf".into()), ..RequestOptions::default() }, None), "claims"),
        (
            wrong(RequestOptions { timeout_seconds: Some(0.0), ..RequestOptions::default() }, None),
            "timeout_seconds",
        ),
        (
            wrong(RequestOptions { correlation_id: Some("x".into()), ..RequestOptions::default() }, None),
            "correlation_id",
        ),
        (wrong(RequestOptions { resource: Some(" ".into()), ..RequestOptions::default() }, None), "resource"),
        (
            wrong(
                RequestOptions {
                    extra_parameters: [("Device_Code".into(), "x".into())].into(),
                    ..RequestOptions::default()
                },
                None,
            ),
            "extra_parameters",
        ),
    ] {
        let server = Server::start([]).await;
        let error = run_with(&server, DeviceCode { culture, ..DeviceCode::default() }, common)
            .await
            .0
            .expect_err(parameter);
        assert_eq!((error.kind, error.parameter), (ErrorKind::InvalidParameter, Some(parameter)));
        assert!(server.seen().is_empty(), "{parameter}");
    }
}

#[tokio::test]
async fn a_refused_connection_and_a_redirect_are_told_apart() {
    let server = Server::start_raw(vec![
        "HTTP/1.1 302 x\r\nLocation: http://localhost/\r\nContent-Length: 0\r\n\r\n".into(),
    ])
    .await;
    assert_eq!(run(&server).await.0.expect_err("redirect").error, "unexpected_redirect");
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let (caller, _) = server.caller();
    let common = RequestOptions { authority: Some(url), ..RequestOptions::default() };
    let error = caller.run(common, DeviceCode::default()).await.expect_err("refused");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Network, "connection_refused"));
    assert!(error.retryable && error.hint.is_some());
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let body = "x".repeat((1 << 20) + 1);
    let announced = format!("HTTP/1.1 200 x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let chunked = format!(
        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    for answer in [announced, chunked] {
        let server = Server::start_raw(vec![answer]).await;
        assert_eq!(run(&server).await.0.expect_err("too large").error, "response_too_large");
    }
}
