//! Tokens without a sign-in, roll-over of the keys.

use entra_emulator::seed::{
    CONTOSO_TENANT_ID, FABRIKAM_DOMAIN, FABRIKAM_TENANT_ID, SAMPLE_API_APP_ID, SAMPLE_DAEMON_CLIENT_ID,
};
use serde_json::{Value, json};

use crate::common::{Fixture, NOW, claims, jwt_header, start, text};
use crate::signing::is_signed_by_jwks;

const USER: &str = "user@contoso.onmicrosoft.com";

async fn make(fixture: &Fixture, asked: Value) -> String {
    text(&fixture.control("/tokens", asked).await, "token")
}

async fn jwks(fixture: &Fixture) -> Value {
    fixture.get("/common/discovery/v2.0/keys").await.json()
}

#[tokio::test]
async fn a_token_has_what_is_asked_for() {
    let fixture = start().await;
    let app = claims(&make(&fixture, json!({})).await);
    assert_eq!((&app["aud"], &app["idtyp"]), (&json!("https://graph.microsoft.com"), &json!("app")));
    assert_eq!(app["tid"], CONTOSO_TENANT_ID);
    let asked = json!({
        "client_id": SAMPLE_DAEMON_CLIENT_ID, "username": USER, "audience": format!("api://{SAMPLE_API_APP_ID}"),
        "scopes": ["Tasks.Read"], "lifetime_seconds": 60, "roles": ["Reader"],
        "claims": { "department": "Sales", "name": null }, "header": { "typ": "at+jwt" },
    });
    let token = make(&fixture, asked).await;
    let user = claims(&token);
    assert_eq!((&user["azp"], &user["aud"]), (&json!(SAMPLE_DAEMON_CLIENT_ID), &json!(SAMPLE_API_APP_ID)));
    assert_eq!((&user["scp"], &user["roles"]), (&json!("Tasks.Read"), &json!(["Reader"])));
    assert_eq!((&user["department"], &user["name"]), (&json!("Sales"), &Value::Null));
    assert_eq!((user["exp"].as_u64(), user["iat"].as_u64()), (Some(NOW + 60), Some(NOW - 300)));
    assert_eq!(jwt_header(&token)["typ"], "at+jwt");
    assert!(is_signed_by_jwks(&token, &jwks(&fixture).await));
    let id_token = claims(&make(&fixture, json!({ "username": USER, "kind": "id_token" })).await);
    assert_eq!(id_token["preferred_username"], USER);
    let elsewhere =
        claims(&make(&fixture, json!({ "tenant": FABRIKAM_DOMAIN, "base": "https://sts.test/" })).await);
    assert_eq!(elsewhere["iss"], format!("https://sts.test/{FABRIKAM_TENANT_ID}/"));
    // It works like any other.
    let token = make(&fixture, json!({ "username": USER })).await;
    let bearer = format!("Bearer {token}");
    let me = fixture.send("GET", "/v1.0/me", &[("Authorization", &bearer)], "").await.expect("an answer");
    assert_eq!(me.json()["userPrincipalName"], USER);
}

#[tokio::test]
async fn a_defect_is_the_only_one() {
    let fixture = start().await;
    let good = claims(&make(&fixture, json!({ "username": USER })).await);
    for (defect, differs) in [
        ("expired", &["exp", "iat", "nbf"][..]),
        ("not_yet_valid", &["exp", "nbf"]),
        ("wrong_audience", &["aud"]),
        ("wrong_issuer", &["iss"]),
        ("bad_signature", &[]),
        ("unknown_key", &[]),
    ] {
        let token = make(&fixture, json!({ "username": USER, "defect": defect })).await;
        let bad = claims(&token);
        let other: Vec<&str> = good
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .filter(|name| !["aio", "rh", "uti", "sid"].contains(name) && good[*name] != bad[*name])
            .collect();
        let mut expected = differs.to_vec();
        let mut seen = other;
        expected.sort_unstable();
        seen.sort_unstable();
        assert_eq!(seen, expected, "{defect}");
        let signed = is_signed_by_jwks(&token, &jwks(&fixture).await);
        assert_eq!(signed, !matches!(defect, "bad_signature" | "unknown_key"), "{defect}");
    }
    let expired = claims(&make(&fixture, json!({ "defect": "expired" })).await);
    assert!(expired["exp"].as_u64() < Some(NOW) && expired["nbf"].as_u64() < expired["exp"].as_u64());
    let negative = claims(&make(&fixture, json!({ "lifetime_seconds": -60 })).await);
    assert_eq!(negative["exp"].as_u64(), Some(NOW - 60));
    assert!(negative["nbf"].as_u64() < Some(NOW - 60));
}

#[tokio::test]
async fn mistakes_name_the_field() {
    let fixture = start().await;
    for (asked, named) in [
        (json!({ "username": "nobody@contoso.onmicrosoft.com" }), "'username'"),
        (json!({ "client_id": "x" }), "'client_id'"),
        (json!({ "audience": "https://unknown.example" }), "'audience'"),
        (json!({ "tenant": "unknown.example" }), "'tenant'"),
        (json!({ "kind": "id_token" }), "'username'"),
        (json!({ "defect": "other" }), "`other`"),
    ] {
        let answer =
            fixture.send("POST", "/_control/tokens", &[], &asked.to_string()).await.expect("an answer");
        let error = text(&answer.json(), "error");
        assert!((400..=404).contains(&answer.status) && error.contains(named), "{error}");
    }
}

#[tokio::test]
async fn a_roll_over_is_seen_in_the_jwks() {
    let fixture = start().await;
    let old = make(&fixture, json!({})).await;
    let kid = text(&fixture.control("/keys/roll", json!({})).await, "kid");
    let new = make(&fixture, json!({})).await;
    assert_eq!(jwt_header(&new)["kid"], kid);
    let both = jwks(&fixture).await;
    assert!(is_signed_by_jwks(&old, &both) && is_signed_by_jwks(&new, &both));
    let keys = fixture.get("/_control/keys").await.json();
    assert_eq!(keys.as_array().map(Vec::len), Some(2));
    assert_eq!(keys[1], json!({ "kid": kid, "signs": true }));
    fixture.control("/keys/roll", json!({ "retire": true })).await;
    let only = jwks(&fixture).await;
    assert_eq!(only["keys"].as_array().map(Vec::len), Some(1));
    assert!(!is_signed_by_jwks(&old, &only) && !is_signed_by_jwks(&new, &only));
}
