//! What is kept is bounded, and what is too large is said to be.

use serde_json::{Value, json};

use crate::common::{Fixture, TOKEN_PATH, start, text};

#[tokio::test]
async fn long_values_are_cut_and_old_requests_go() {
    let fixture = start().await;
    let long = "x".repeat(200 * 1024);
    fixture.post_form(TOKEN_PATH, &[("assertion", &long), ("client_id", "abc")]).await;
    let kept = fixture.requests().await;
    let value = text(&kept[0]["form"], "assertion");
    assert!(value.len() < 20 * 1024 && value.ends_with(" of 204800 bytes)"), "{} bytes", value.len());
    assert_eq!((&kept[0]["client_id"], &kept[0]["time"]), (&json!("abc"), &json!(crate::common::NOW)));
    // Twelve values of 16 kB each: some 190 kB a request, of which 32 MB are kept.
    let value = "y".repeat(16 * 1024);
    let names: Vec<String> = (0..12).map(|n| format!("n{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
    for _ in 0..180 {
        fixture.post_form(TOKEN_PATH, &fields).await;
    }
    let kept = fixture.requests().await;
    assert!(kept.len() < 180 && kept.len() > 100, "{}", kept.len());
    assert_eq!(kept.last().expect("the newest")["n"], 181);
}

#[tokio::test]
async fn a_large_body_is_refused_in_the_words_of_the_place() {
    let fixture = start().await;
    let long = "x".repeat(300 * 1024);
    let answer = fixture.post_form(TOKEN_PATH, &[("assertion", &long)]).await;
    answer.assert_error(413, "invalid_request", 9_002_313);
    let long = "x".repeat(5 * 1024 * 1024);
    // The connection may end while the body is still being sent.
    if let Ok(answer) = fixture.send("POST", "/_control/faults", &[], &long).await {
        assert_eq!(answer.status, 413);
        assert!(text(&answer.json(), "error").contains("larger than"), "{}", answer.body);
    }
    let fault = json!({ "path": "/x", "body": "y".repeat(1024 * 1024) });
    assert!(fixture.control("/faults", fault).await["id"].is_u64(), "more than a service takes");
}

#[tokio::test]
async fn an_app_has_so_many_certificates_at_most() {
    let fixture = start().await;
    let path = format!("/apps/{}/certificates", entra_emulator::seed::SAMPLE_API_APP_ID);
    let key = crate::signing::TestKey::unregistered();
    for _ in 0..3 {
        fixture.control(&path, json!({ "certificate": key.x5c() })).await;
    }
    let count = async |fixture: &Fixture| {
        let exported = fixture.get("/_control/configuration").await.json();
        let apps = exported["apps"].as_array().cloned().unwrap_or_default();
        let app = apps.iter().find(|app| app["name"] == "Sample API").cloned().unwrap_or(Value::Null);
        app["certificates"].as_array().map(Vec::len)
    };
    assert_eq!(count(&fixture).await, Some(2), "the same one is registered once");
}

#[tokio::test]
async fn sign_ins_can_be_answered_before_they_begin() {
    let fixture = start().await;
    fixture.control("/sign_ins", json!({ "times": 2 })).await;
    fixture.control("/sign_ins", json!({ "decision": "decline" })).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let code = fixture.device_code("organizations", crate::common::CLIENT, "User.Read").await;
        seen.push(fixture.poll(&code).await.json()["error"].clone());
    }
    let declined = json!("authorization_declined");
    assert_eq!(seen, [Value::Null, Value::Null, declined, json!("authorization_pending")]);
    fixture.control("/sign_ins", json!({ "username": "admin@contoso.onmicrosoft.com", "times": 0 })).await;
    let answer = fixture.get(&crate::sign_in::path(&[])).await;
    let location = answer.header("location").expect("a redirect").to_owned();
    assert!(location.contains("code="), "{location}");
    fixture.delete("/_control/sign_ins").await;
    assert_eq!(fixture.get(&crate::sign_in::path(&[])).await.status, 200, "the page is back");
}
