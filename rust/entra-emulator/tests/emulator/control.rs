//! The control API: device codes, faults, requests.

use std::io;
use std::time::{Duration, Instant};

use entra_emulator::seed::{FABRIKAM_DOMAIN, FABRIKAM_TENANT_ID};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use crate::common::{CLIENT, Fixture, GRAPH_DEFAULT, TOKEN_PATH, claims, start, text};

const METADATA: &str = "/common/v2.0/.well-known/openid-configuration";

async fn refused(fixture: &Fixture, path: &str, body: Value) -> (u16, String) {
    let answer =
        fixture.send("POST", &format!("/_control{path}"), &[], &body.to_string()).await.expect("an answer");
    (answer.status, text(&answer.json(), "error"))
}

#[tokio::test]
async fn device_codes_are_listed() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.poll(&code).await;
    let expected = json!([{
        "user_code": code["user_code"], "client_id": CLIENT, "tenant": "organizations", "scope": GRAPH_DEFAULT,
        "state": "pending", "polls": 1,
    }]);
    assert_eq!(fixture.get("/_control/device").await.json(), expected);
    fixture.clock.advance(900);
    assert_eq!(fixture.get("/_control/device").await.json()[0]["state"], "expired");
}

#[tokio::test]
async fn another_user_can_be_named() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, "User.Read").await;
    let typed = text(&code, "user_code").to_lowercase();
    let approval = json!({ "user_code": typed, "username": "ADMIN@contoso.onmicrosoft.com" });
    fixture.control("/device/approve", approval).await;
    let token = text(&fixture.poll(&code).await.json(), "access_token");
    let claims = claims(&token);
    assert_eq!(claims["upn"], "admin@contoso.onmicrosoft.com");
    assert_eq!(claims["wids"], json!(["62e90394-69f5-4237-9190-012177145e10"]));
}

#[tokio::test]
async fn the_default_user_is_one_of_the_codes_tenant() {
    let fixture = start().await;
    let code = fixture.device_code(FABRIKAM_DOMAIN, CLIENT, "User.Read").await;
    let foreigner = json!({ "user_code": code["user_code"], "username": "user@contoso.onmicrosoft.com" });
    let (status, error) = refused(&fixture, "/device/approve", foreigner).await;
    assert!(status == 409 && error.starts_with("AADSTS50020"), "{status} {error}");
    fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    let device_code = text(&code, "device_code");
    let fields =
        [("grant_type", "device_code"), ("client_id", CLIENT), ("device_code", device_code.as_str())];
    let token = fixture.post_form(&format!("/{FABRIKAM_TENANT_ID}/oauth2/v2.0/token"), &fields).await.json();
    assert_eq!(claims(&text(&token, "access_token"))["tid"], FABRIKAM_TENANT_ID);
}

#[tokio::test]
async fn mistakes_are_explained() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, "User.Read").await;
    let user_code = &code["user_code"];
    for (path, body, status, named) in [
        ("/device/approve", json!({ "user_code": "UNKNOWN" }), 404, "'user_code'"),
        ("/device/approve", json!({ "user_code": user_code, "username": "x@y.example" }), 404, "'username'"),
        ("/device/decline", json!({ "code": "x" }), 400, "`code`"),
        ("/faults", json!({ "path": "/token", "stauts": 500 }), 400, "`stauts`"),
        ("/faults", json!({ "path": "/token" }), 400, "'delay_ms'"),
        ("/faults", json!({ "path": "/token", "status": 1000 }), 400, "'status'"),
    ] {
        let (seen, error) = refused(&fixture, path, body).await;
        assert_eq!(seen, status, "{error}");
        assert!(error.contains(named), "{error}");
    }
    fixture.control("/device/decline", json!({ "user_code": user_code })).await;
    let (status, error) = refused(&fixture, "/device/approve", json!({ "user_code": user_code })).await;
    assert!(status == 409 && error.starts_with("AADSTS90120"), "{status} {error}");
}

#[tokio::test]
async fn web_pages_are_kept_out() {
    let fixture = start().await;
    for header in [("Origin", "https://unknown.example"), ("Host", "unknown.example")] {
        let answer = fixture.send("POST", "/_control/faults", &[header], "{}").await.expect("an answer");
        assert_eq!(answer.status, 403, "{header:?}");
    }
}

#[tokio::test]
async fn faults_answer_in_order_and_end() {
    let fixture = start().await;
    let slow_down = json!({ "path": "/token", "skip": 1, "body": { "error": "slow_down" } });
    assert!(fixture.control("/faults", slow_down).await["id"].is_u64());
    let busy = json!({ "path": "/token", "status": 503, "headers": { "Retry-After": "7" }, "body": "busy" });
    fixture.control("/faults", busy).await;
    assert_eq!(fixture.get(METADATA).await.status, 200);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(fixture.post_form(TOKEN_PATH, &[]).await);
    }
    assert_eq!(seen.iter().map(|answer| answer.status).collect::<Vec<_>>(), [400, 400, 503, 400]);
    seen[0].assert_error(400, "invalid_request", 900_144);
    assert_eq!(seen[1].json(), json!({ "error": "slow_down" }));
    assert_eq!(seen[1].header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!((seen[2].body.as_str(), seen[2].header("retry-after")), ("busy", Some("7")));
}

#[tokio::test]
async fn faults_last_until_they_are_removed() {
    let fixture = start().await;
    fixture
        .control("/faults", json!({ "path": "openid-configuration", "times": 0, "status": 200, "body": "" }))
        .await;
    for _ in 0..3 {
        let answer = fixture.get(METADATA).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    }
    fixture.delete("/_control/faults").await;
    assert!(fixture.get(METADATA).await.json().is_object());
}

#[tokio::test]
async fn a_delay_alone_serves_afterwards() {
    let fixture = start().await;
    fixture.control("/faults", json!({ "path": METADATA, "delay_ms": 60 })).await;
    let begun = Instant::now();
    assert!(fixture.get(METADATA).await.json().is_object());
    assert!(begun.elapsed() >= Duration::from_millis(60), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_can_close_without_an_answer() {
    let fixture = start().await;
    fixture.control("/faults", json!({ "path": METADATA, "close": true })).await;
    let error = fixture.send("GET", METADATA, &[], "").await.expect_err("no answer");
    let kinds = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
    assert!(kinds.contains(&error.kind()), "{error:?}");
    assert_eq!(fixture.requests().await[0]["status"], Value::Null);
    assert_eq!(fixture.get(METADATA).await.status, 200);
}

#[tokio::test]
async fn a_request_can_hang_while_others_are_served() {
    let fixture = start().await;
    fixture.control("/faults", json!({ "path": METADATA, "hang": true })).await;
    let mut hanging = fixture.open("GET", METADATA, &[], "").await.expect("sent");
    // The log shows that it has arrived; from then on nothing comes.
    while fixture.requests().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(fixture.get(METADATA).await.status, 200);
    let nothing = tokio::time::timeout(Duration::from_millis(50), hanging.read_u8()).await;
    assert!(nothing.is_err(), "{nothing:?}");
    assert_eq!(fixture.requests().await[0]["status"], Value::Null);
}

#[tokio::test]
async fn requests_are_logged_in_order() {
    let fixture = start().await;
    fixture.get(&format!("{METADATA}?appid=a%20b")).await;
    let headers = [("X-Client-SKU", "test")];
    fixture.post_form_with(TOKEN_PATH, &headers, &[("grant_type", "magic"), ("scope", "a b")]).await;
    let log = fixture.requests().await;
    assert_eq!(log.len(), 2, "the control API is not logged");
    assert_eq!(
        (&log[0]["n"], &log[0]["method"], &log[0]["path"], &log[0]["query"], &log[0]["status"]),
        (&json!(1), &json!("GET"), &json!(METADATA), &json!({ "appid": "a b" }), &json!(200))
    );
    assert_eq!(log[1]["form"], json!({ "grant_type": "magic", "scope": "a b" }));
    assert_eq!((&log[1]["status"], &log[1]["headers"]["x-client-sku"]), (&json!(400), &json!("test")));
    fixture.delete("/_control/requests").await;
    assert!(fixture.requests().await.is_empty());
    fixture.get(METADATA).await;
    assert_eq!(fixture.requests().await[0]["n"], 3);
}
