//! The emulator's own APIs: Graph, Resource Manager, and the one that echoes; claims challenges.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entra_emulator::seed::{
    CONTOSO_TENANT_ID, FABRIKAM_TENANT_ID, SAMPLE_API_APP_ID, SAMPLE_CONFIDENTIAL_CLIENT_ID,
};
use serde_json::{Value, json};

use crate::common::{Answer, Fixture, start, text};

const USER: &str = "user@contoso.onmicrosoft.com";
const ARM: &str = "https://management.azure.com/";

async fn token(fixture: &Fixture, asked: Value) -> String {
    text(&fixture.control("/tokens", asked).await, "token")
}

async fn get(fixture: &Fixture, path: &str, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    fixture.send("GET", path, &[("Authorization", &bearer)], "").await.expect("an answer")
}

#[tokio::test]
async fn graph_lists_the_users_and_groups_of_the_tokens_tenant() {
    let fixture = start().await;
    let token = token(&fixture, json!({ "username": USER })).await;
    let users = get(&fixture, "/v1.0/users", &token).await.json();
    let names: Vec<&str> = users["value"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|user| user["userPrincipalName"].as_str())
        .collect();
    assert!(names.contains(&USER) && names.contains(&"guest@fabrikam.onmicrosoft.com"), "{names:?}");
    assert!(!names.contains(&"user@fabrikam.onmicrosoft.com"), "{names:?}");
    let one = get(&fixture, &format!("/v1.0/users/{}", names[1]), &token).await.json();
    assert_eq!(one["userPrincipalName"], names[1]);
    let groups = get(&fixture, "/v1.0/groups", &token).await.json();
    let id = text(&groups["value"][0], "id");
    let members = get(&fixture, &format!("/v1.0/groups/{id}/members"), &token).await.json();
    assert_eq!(members["value"][0]["userPrincipalName"], USER);
    assert_eq!(get(&fixture, "/v1.0/users/nobody", &token).await.status, 404);
}

#[tokio::test]
async fn graph_asks_for_permissions() {
    let fixture = start().await;
    let poor = token(&fixture, json!({ "username": USER, "scopes": ["User.Read"] })).await;
    let refused = get(&fixture, "/v1.0/users", &poor).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (403, &json!("Authorization_RequestDenied"))
    );
    assert_eq!(get(&fixture, &format!("/v1.0/users/{USER}"), &poor).await.status, 200, "oneself");
    assert_eq!(get(&fixture, "/v1.0/groups", &poor).await.status, 403);
    let app = token(&fixture, json!({ "client_id": SAMPLE_CONFIDENTIAL_CLIENT_ID })).await;
    assert_eq!(get(&fixture, "/v1.0/users", &app).await.status, 200, "User.Read.All is one of its roles");
    let me = get(&fixture, "/v1.0/me", &app).await;
    assert_eq!(me.status, 400, "{}", me.body);
}

#[tokio::test]
async fn graph_is_open_to_pages() {
    let fixture = start().await;
    let token = token(&fixture, json!({ "username": USER })).await;
    let answer = get(&fixture, "/v1.0/me", &token).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let headers = [("Origin", "https://app.example"), ("Access-Control-Request-Headers", "authorization")];
    let preflight = fixture.send("OPTIONS", "/v1.0/me", &headers, "").await.expect("an answer");
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization"));
    assert_eq!(fixture.get("/v1.0/me").await.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn resource_manager_lists_tenants_and_subscriptions() {
    let fixture = start().await;
    let guest = "guest@fabrikam.onmicrosoft.com";
    let token = token(&fixture, json!({ "username": guest, "audience": ARM })).await;
    let tenants = get(&fixture, "/tenants?api-version=2022-12-01", &token).await.json();
    let ids: Vec<&Value> =
        tenants["value"].as_array().expect("a list").iter().map(|t| &t["tenantId"]).collect();
    assert_eq!(ids, [&json!(CONTOSO_TENANT_ID), &json!(FABRIKAM_TENANT_ID)]);
    let list = get(&fixture, "/subscriptions?api-version=2022-12-01", &token).await.json();
    let subscription = &list["value"][0];
    assert_eq!(
        (&subscription["tenantId"], &subscription["state"]),
        (&json!(FABRIKAM_TENANT_ID), &json!("Enabled"))
    );
    let path = format!("{}?api-version=2022-12-01", text(subscription, "id"));
    assert_eq!(&get(&fixture, &path, &token).await.json(), subscription);
    assert_eq!(get(&fixture, "/subscriptions", &token).await.status, 400, "without a version");
    let endpoints = fixture.get("/metadata/endpoints?api-version=2022-09-01").await.json();
    assert_eq!(endpoints["authentication"]["loginEndpoint"], format!("{}/", fixture.emulator.url()));
}

#[tokio::test]
async fn every_api_says_in_its_own_words_what_is_wrong_with_a_token() {
    let fixture = start().await;
    let wrong =
        token(&fixture, json!({ "username": USER, "audience": format!("api://{SAMPLE_API_APP_ID}") })).await;
    let expired = token(&fixture, json!({ "username": USER, "audience": ARM, "defect": "expired" })).await;
    for (path, token, code, challenge) in [
        ("/v1.0/me", wrong.as_str(), "InvalidAuthenticationToken", "realm=\"\""),
        ("/tenants?api-version=2022-12-01", &wrong, "InvalidAuthenticationTokenAudience", "invalid_token"),
        ("/tenants?api-version=2022-12-01", &expired, "ExpiredAuthenticationToken", "invalid_token"),
        ("/tenants?api-version=2022-12-01", "x", "InvalidAuthenticationToken", "invalid_token"),
    ] {
        let answer = get(&fixture, path, token).await;
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (401, &json!(code)), "{path}");
        assert!(answer.header("www-authenticate").is_some_and(|header| header.contains(challenge)), "{path}");
    }
    let echo = format!("/echo/{SAMPLE_API_APP_ID}");
    let answer = get(&fixture, &echo, &expired).await;
    let header = answer.header("www-authenticate").expect("a challenge").to_owned();
    assert!(
        answer.status == 401 && header.contains("The audience 'https://management.azure.com/' is invalid"),
        "{header}"
    );
    assert_eq!(fixture.get(&echo).await.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn the_echo_shows_the_request_and_its_claims() {
    let fixture = start().await;
    let token =
        token(&fixture, json!({ "username": USER, "audience": format!("api://{SAMPLE_API_APP_ID}") })).await;
    let uri = format!("/echo/api%3A%2F%2F{SAMPLE_API_APP_ID}/orders/7?a=b");
    let body = get(&fixture, &uri, &token).await.json();
    assert_eq!((&body["api"], &body["method"]), (&json!(SAMPLE_API_APP_ID), &json!("GET")));
    assert_eq!((&body["query"], &body["claims"]["scp"]), (&json!({ "a": "b" }), &json!("access_as_user")));
    assert_eq!(get(&fixture, "/echo/unknown", &token).await.status, 404);
}

#[tokio::test]
async fn a_challenge_is_answered_by_another_token() {
    let fixture = start().await;
    let make = |audience: &'static str| token(&fixture, json!({ "username": USER, "audience": audience }));
    for (form, audience, path, uri) in [
        ("graph", "https://graph.microsoft.com", "/v1.0/me", "authorization_uri=http://"),
        ("arm", ARM, "/tenants?api-version=2022-12-01", "authorization_uri=\"http://"),
    ] {
        let (first, second) = (make(audience).await, make(audience).await);
        let wanted = json!({ "access_token": { "acrs": { "essential": true, "value": "c1" } } });
        let asked = json!({ "api": audience, "form": form, "claims": wanted });
        fixture.control("/challenges", asked).await;
        for _ in 0..2 {
            let refused = get(&fixture, path, &first).await;
            let header = refused.header("www-authenticate").expect("a challenge").to_owned();
            assert!(refused.status == 401 && header.contains("error=\"insufficient_claims\""), "{header}");
            assert!(header.contains(uri), "{header}");
            let claims =
                header.split_once("claims=\"").and_then(|(_, rest)| rest.split_once('"')).expect("claims").0;
            let claims: Value =
                serde_json::from_slice(&STANDARD.decode(claims).expect("base64")).expect("JSON");
            assert_eq!(claims, wanted);
        }
        assert_eq!(get(&fixture, path, &second).await.status, 200);
    }
    fixture.delete("/_control/challenges").await;
}
