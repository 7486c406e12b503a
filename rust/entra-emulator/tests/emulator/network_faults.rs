//! Faults of services, proxies and networks, for some requests only.

use std::io;

use entra_emulator::seed::{CONTOSO_DOMAIN, CONTOSO_TENANT_ID, SAMPLE_PUBLIC_CLIENT_ID};
use serde_json::{Value, json};

use crate::common::{CLIENT, Fixture, start};

const METADATA: &str = "/common/v2.0/.well-known/openid-configuration";

async fn add(fixture: &Fixture, fault: Value) {
    fixture.control("/faults", fault).await;
}

#[tokio::test]
async fn presets_are_what_services_and_proxies_send() {
    let fixture = start().await;
    for (preset, status, start) in [
        ("throttled", 429, ""),
        ("request_loop", 400, "{\"error\":\"invalid_grant\""),
        ("unavailable", 503, "{\"error\":\"temporarily_unavailable\""),
        ("proxy_page", 502, "<!DOCTYPE html>"),
        ("proxy_sign_in", 200, "<!DOCTYPE html>"),
        ("wrong_type", 200, "{\"token_endpoint\""),
    ] {
        add(&fixture, json!({ "path": METADATA, "preset": preset })).await;
        let answer = fixture.get(METADATA).await;
        assert_eq!(answer.status, status, "{preset}");
        assert!(answer.body.starts_with(start), "{preset}: {}", answer.body);
        let is_html = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert_eq!(is_html, matches!(preset, "proxy_page" | "proxy_sign_in" | "wrong_type"), "{preset}");
        let waits = answer.header("retry-after");
        assert_eq!(
            waits,
            match preset {
                "throttled" => Some("30"),
                "unavailable" => Some("5"),
                _ => None,
            }
        );
        if preset == "request_loop" {
            answer.assert_error(400, "invalid_grant", 50196);
        }
    }
    assert_eq!(fixture.get(METADATA).await.status, 200, "each was for one request");
}

#[tokio::test]
async fn retry_after_alone_throttles() {
    let fixture = start().await;
    add(&fixture, json!({ "path": METADATA, "retry_after": 7 })).await;
    let answer = fixture.get(METADATA).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
}

#[tokio::test]
async fn a_response_can_end_too_early() {
    let fixture = start().await;
    let whole = fixture.get(METADATA).await.body;
    for (fault, length) in [
        (json!({ "path": METADATA, "truncate": 10 }), 10),
        (json!({ "path": METADATA, "preset": "truncated" }), whole.len() / 2),
    ] {
        add(&fixture, fault).await;
        let answer = fixture.get(METADATA).await;
        assert_eq!(answer.body, whole[..length], "what was sent before the end");
        let announced: usize =
            answer.header("content-length").and_then(|n| n.parse().ok()).expect("a length");
        assert_eq!(announced, whole.len());
    }
}

#[tokio::test]
async fn a_connection_can_be_reset() {
    let fixture = start().await;
    add(&fixture, json!({ "path": METADATA, "reset": true })).await;
    let error = fixture.send("GET", METADATA, &[], "").await.expect_err("no answer");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error:?}");
}

#[tokio::test]
async fn a_fault_is_for_one_client_or_one_tenant() {
    let fixture = start().await;
    add(&fixture, json!({ "client_id": SAMPLE_PUBLIC_CLIENT_ID, "times": 0, "status": 500 })).await;
    add(&fixture, json!({ "tenant": CONTOSO_DOMAIN, "path": "/devicecode", "times": 0, "status": 503 }))
        .await;
    let ask = async |tenant: &str, client: &str| {
        let fields = [("client_id", client), ("scope", "User.Read")];
        fixture.post_form(&format!("/{tenant}/oauth2/v2.0/devicecode"), &fields).await.status
    };
    assert_eq!(ask("organizations", CLIENT).await, 200);
    assert_eq!(ask(CONTOSO_TENANT_ID, CLIENT).await, 503);
    assert_eq!(ask(CONTOSO_TENANT_ID, SAMPLE_PUBLIC_CLIENT_ID).await, 500);
}

#[tokio::test]
async fn faults_are_listed_and_removed_one_by_one() {
    let fixture = start().await;
    let first =
        fixture.control("/faults", json!({ "path": METADATA, "preset": "throttled" })).await["id"].clone();
    add(&fixture, json!({ "path": METADATA, "status": 500 })).await;
    let list = fixture.get("/_control/faults").await.json();
    assert_eq!((&list[0]["id"], &list[0]["status"], &list[1]["status"]), (&first, &json!(429), &json!(500)));
    assert_eq!(fixture.delete(&format!("/_control/faults/{first}")).await.status, 200);
    assert_eq!(fixture.delete(&format!("/_control/faults/{first}")).await.status, 404);
    assert_eq!(fixture.get(METADATA).await.status, 500);
}
