use std::collections::HashMap;
use std::future::Future;

use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::authorize::{ChallengeMethod, Pkce};
use crate::error::ErrorKind;
use crate::testing::{Server, browser_caller, visit};

const TOKEN: &str =
    r#"{"access_token":"ACCESS","token_type":"Bearer","expires_in":3600,"refresh_token":"REFRESH"}"#;

fn grant(json: &Value) -> AuthorizationCode {
    serde_json::from_value(json.clone()).expect("a grant")
}

fn common(server: &Server) -> RequestOptions {
    RequestOptions {
        authority: Some(server.url.clone()),
        tenant: Some("contoso.com".into()),
        ..RequestOptions::default()
    }
}

fn form(body: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

/// Signs in while a person does what `person` does with the parameters of the page's address.
async fn sign_in<F: Future<Output = ()>>(
    server: &Server,
    common: RequestOptions,
    request: Value,
    person: impl FnOnce(HashMap<String, String>) -> F,
) -> (Result<TokenSet>, Vec<Value>) {
    let (caller, mut events) = browser_caller();
    let mut seen = Vec::new();
    let (outcome, ()) = tokio::join!(caller.run(common, grant(&request)), async {
        while let Some(event) = events.recv().await {
            let uri = event["uri"].as_str().map(|uri| Url::parse(uri).expect("a URI"));
            seen.push(event);
            if let Some(uri) = uri {
                assert!(uri.as_str().starts_with(&server.url), "{uri}");
                return person(uri.query_pairs().into_owned().collect()).await;
            }
        }
    });
    while let Ok(event) = events.try_recv() {
        seen.push(event);
    }
    (outcome, seen)
}

#[tokio::test]
async fn signs_in_and_redeems_the_code() {
    for mode in ["query", "form_post"] {
        let server = Server::start([(200, TOKEN)]).await;
        let request = json!({ "open_browser": false, "response_mode": mode, "redirect_uri": "http://localhost:0/myapp/" });
        let scopes = vec!["User.Read".into(), "https://vault.azure.net/user_impersonation".into()];
        let common = RequestOptions { scopes, ..common(&server) };
        let mut asked = HashMap::new();
        let (outcome, events) = sign_in(&server, common, request, async |query| {
            let answer = [("code", "THE-CODE"), ("state", &query["state"]), ("session_state", "session")];
            let page = visit(&query["redirect_uri"], mode == "form_post", &answer).await;
            assert!(page.contains("signed in"), "{page}");
            asked = query;
        })
        .await;
        let token = outcome.expect("a token");
        assert_eq!(
            (token.access_token.expose(), token.session_state.as_deref()),
            ("ACCESS", Some("session"))
        );
        assert_eq!(
            asked["scope"],
            "https://graph.microsoft.com/User.Read https://vault.azure.net/user_impersonation openid profile offline_access"
        );
        let sent = form(&server.seen()[0].body);
        assert_eq!(server.seen()[0].path, "/contoso.com/oauth2/v2.0/token");
        assert_eq!(sent["grant_type"], "authorization_code");
        assert_eq!(sent["code"], "THE-CODE");
        assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
        assert_eq!(sent["scope"], "https://graph.microsoft.com/User.Read openid profile offline_access");
        let verifier = Secret::from(sent["code_verifier"].as_str());
        let pkce = Pkce::with(verifier, ChallengeMethod::S256).expect("a verifier");
        assert_eq!(pkce.challenge(), asked["code_challenge"]);

        let message = events.iter().find(|event| event["event"] == "message").expect("a message");
        assert_eq!(
            (&message["kind"], &message["opens_browser"]),
            (&json!("authorization_uri"), &json!(false))
        );
        let progress = events.iter().find(|event| event["event"] == "progress").expect("progress");
        assert_eq!(progress["seconds_total"], 120);
        let shown = serde_json::to_string(&events).expect("JSON");
        for secret in ["THE-CODE", &sent["code_verifier"], "ACCESS", "REFRESH"] {
            assert!(!shown.contains(secret), "{secret}");
        }
    }
}

#[tokio::test]
async fn an_error_of_the_page_is_the_grants() {
    let server = Server::start([]).await;
    let (outcome, _) = sign_in(&server, common(&server), json!({ "open_browser": false }), async |query| {
        let answer = [
            ("error", "access_denied"),
            ("error_description", "AADSTS65004: User declined to consent."),
            ("error_subcode", "cancel"),
            ("state", &query["state"]),
        ];
        // A stranger's answer changes nothing.
        let stray = visit(&query["redirect_uri"], false, &[("code", "EVIL"), ("state", "guessed")]).await;
        assert!(stray.starts_with("HTTP/1.1 400"), "{stray}");
        let page = visit(&query["redirect_uri"], false, &answer).await;
        assert!(page.contains("The sign-in failed") && !page.contains("65004"), "{page}");
    })
    .await;
    let error = outcome.expect_err("declined");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Server, "access_denied"));
    assert_eq!((error.error_codes.as_slice(), error.suberror.as_deref()), (&[65004][..], Some("cancel")));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_code_that_is_refused_shows_at_the_page_too() {
    let refusal =
        r#"{"error":"invalid_grant","error_description":"AADSTS54005: Used.","error_codes":[54005]}"#;
    let server = Server::start([(400, refusal)]).await;
    let (outcome, _) = sign_in(&server, common(&server), json!({ "open_browser": false }), async |query| {
        let page = visit(&query["redirect_uri"], true, &[("code", "c"), ("state", &query["state"])]).await;
        assert!(page.contains("The sign-in failed"), "{page}");
    })
    .await;
    assert_eq!(outcome.expect_err("used").error_codes, [54005]);
    assert_eq!(server.seen().len(), 1, "a code is never sent twice");
}

#[tokio::test]
async fn nobody_comes() {
    let server = Server::start([]).await;
    let common = RequestOptions { timeout_seconds: Some(0.2), ..common(&server) };
    let mut port = String::new();
    let (outcome, _) = sign_in(&server, common, json!({ "open_browser": false }), async |query| {
        port.clone_from(&query["redirect_uri"]);
    })
    .await;
    assert_eq!(outcome.expect_err("too late").error, "timeout");
    let uri = Url::parse(&port).expect("a URI");
    let address = ("127.0.0.1", uri.port().expect("a port"));
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the listener is closed");
}

#[tokio::test]
async fn a_code_of_elsewhere_is_redeemed() {
    let server = Server::start([(200, TOKEN)]).await;
    let request = json!({ "code": "THE-CODE", "redirect_uri": "https://app.contoso.com/signin", "code_verifier": "v".repeat(43),
        "client_auth": { "kind": "secret", "secret": "s" } });
    let (caller, _events) = browser_caller();
    let token = caller.run(common(&server), grant(&request)).await.expect("a token");
    assert_eq!(token.access_token.expose(), "ACCESS");
    let sent = form(&server.seen()[0].body);
    for (name, value) in [
        ("code", "THE-CODE"),
        ("redirect_uri", "https://app.contoso.com/signin"),
        ("code_verifier", &"v".repeat(43)),
        ("client_secret", "s"),
        ("grant_type", "authorization_code"),
    ] {
        assert_eq!(sent[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_code_for_several_resources_is_redeemed_for_one() {
    let server = Server::start([(200, TOKEN)]).await;
    let scopes = vec!["User.Read".into(), "https://vault.azure.net/user_impersonation".into()];
    let (caller, _events) = browser_caller();
    let request = grant(&json!({ "code": "c", "redirect_uri": "https://app.contoso.com/signin" }));
    caller.run(RequestOptions { scopes, ..common(&server) }, request).await.expect("a token");
    let sent = form(&server.seen()[0].body);
    assert_eq!(sent["scope"], "https://graph.microsoft.com/User.Read openid profile offline_access");
}

#[tokio::test]
async fn what_does_not_fit_is_named_before_anything_is_sent() {
    let server = Server::start([]).await;
    let verifier = "v".repeat(43);
    for (request, parameter) in [
        (json!({ "code": " ", "redirect_uri": "http://localhost" }), "code"),
        (json!({ "code": "c" }), "redirect_uri"),
        (
            json!({ "code": "c", "redirect_uri": "http://localhost", "code_verifier": "short" }),
            "code_verifier",
        ),
        (json!({ "code": "c", "redirect_uri": "http://localhost", "prompt": "login" }), "prompt"),
        (json!({ "code": "c", "redirect_uri": "http://localhost", "open_browser": true }), "open_browser"),
        (json!({ "code_verifier": verifier }), "code_verifier"),
        (json!({ "response_type": "id_token" }), "response_type"),
        (json!({ "response_type": "code token" }), "response_type"),
        (json!({ "response_type": "code id_token", "response_mode": "query" }), "response_mode"),
        (json!({ "redirect_uri": "https://app.contoso.com/signin" }), "redirect_uri"),
        (json!({ "prompt": "maybe" }), "prompt"),
        (json!({ "client_auth": { "kind": "secret", "secret": " " } }), "client_secret"),
    ] {
        let (caller, _events) = browser_caller();
        let error = caller.run(common(&server), grant(&request)).await.expect_err(parameter);
        assert_eq!(
            (error.kind, error.parameter),
            (ErrorKind::InvalidParameter, Some(parameter)),
            "{request}: {error}"
        );
    }
    assert!(
        serde_json::from_value::<AuthorizationCode>(json!({ "verifier": "x" })).is_err(),
        "unknown members are refused"
    );
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn without_a_display_nothing_is_shown_and_waited_for() {
    let (caller, mut events) = browser_caller();
    let error =
        caller.run(RequestOptions::default(), AuthorizationCode::default()).await.expect_err("no display");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Unavailable, "browser_unavailable"));
    assert!(error.message.contains("`device_code`") && error.hint.is_none(), "said once: {error}");
    while let Ok(event) = events.try_recv() {
        assert_ne!(event["event"], "message");
    }
}

/// Options of a session with a browser that is a shell script.
#[cfg(unix)]
fn with_browser(server: &Server, script: &std::path::Path, text: &str) -> RequestOptions {
    std::fs::write(script, text).expect("written");
    let command = format!("sh {}", script.display());
    RequestOptions {
        environment: crate::environment::Environment::from([("BROWSER", command.as_str())]),
        ..common(server)
    }
}

/// A browser that is slow to start is no reason to wait: its page, or one that the user opened, may be answered already.
#[cfg(unix)]
#[tokio::test]
async fn the_response_is_taken_while_the_browser_still_starts() {
    let server = Server::start([(200, TOKEN)]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let gate = folder.path().join("gate");
    assert!(std::process::Command::new("mkfifo").arg(&gate).status().expect("mkfifo").success());
    let script = format!("read line < {}", gate.display());
    let common = with_browser(&server, &folder.path().join("browser"), &script);
    let signing_in = sign_in(&server, common, json!({}), async |query| {
        visit(&query["redirect_uri"], true, &[("code", "c"), ("state", &query["state"])]).await;
    });
    // Less than the time that a browser may take to start.
    let (outcome, _) = tokio::time::timeout(Duration::from_secs(4), signing_in).await.expect("not held up");
    assert_eq!(outcome.expect("a token").access_token.expose(), "ACCESS");
    std::fs::write(&gate, "end\n").expect("the browser ends");
}

#[cfg(unix)]
#[tokio::test]
async fn a_browser_that_fails_ends_the_sign_in_at_once() {
    let server = Server::start([]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let common = with_browser(&server, &folder.path().join("browser"), "exit 1");
    let (outcome, events) = sign_in(&server, common, json!({}), async |_| {}).await;
    let error = outcome.expect_err("no browser");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Unavailable, "browser_unavailable"));
    let message = events.iter().find(|event| event["event"] == "message").expect("a message");
    assert_eq!(message["opens_browser"], true);
    assert!(message["text"].as_str().expect("text").starts_with("Opening your browser"), "{message}");
}

/// A caller that answers announcements, and keeps their texts.
struct Confirming {
    answer: &'static str,
    announced: std::sync::Mutex<Vec<String>>,
}

impl crate::event::EventSink for Confirming {
    fn emit(&self, event: &crate::event::Event<'_>) {
        assert!(!matches!(event, crate::event::Event::Message { .. }), "announced by a question");
    }

    fn ask(&self, question: &crate::event::Event<'_>) -> crate::event::Reply {
        let event = serde_json::to_value(question).expect("serializable");
        assert_eq!(event["confirm"], true);
        self.announced.lock().expect("not poisoned").push(event["event"].to_string());
        Box::pin(std::future::ready(Some(Secret::from(self.answer))))
    }
}

/// Whoever stops the sign-in at its announcement stops it before the browser opens, and whoever confirms opens it.
#[cfg(unix)]
#[tokio::test]
async fn the_browser_waits_for_the_callers_confirmation() {
    for (answer, error) in
        [(r#"{"error":"Stopped."}"#, "callback_failed"), (r#"{"answer":""}"#, "browser_unavailable")]
    {
        let server = Server::start([]).await;
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("browser");
        let options = with_browser(&server, &script, "touch \"$0.opened\"; exit 1");
        let caller = std::sync::Arc::new(Confirming { answer, announced: std::sync::Mutex::default() });
        let options = RequestOptions { confirm: true, ..options };
        let context = crate::Context::default();
        let outcome = context.run(options, AuthorizationCode::default(), caller.clone()).await;
        assert_eq!(outcome.expect_err("stopped").error, error);
        assert_eq!(*caller.announced.lock().expect("not poisoned"), ["\"message\""]);
        assert_eq!(folder.path().join("browser.opened").exists(), error == "browser_unavailable");
    }
}
