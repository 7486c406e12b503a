//! The on-behalf-of grant.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, FABRIKAM_DOMAIN, SAMPLE_API_APP_ID as API, SAMPLE_API_SECRET, SAMPLE_BLOCKED_API_APP_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_ID, SAMPLE_CONFIDENTIAL_CLIENT_SECRET, SAMPLE_DAEMON_CLIENT_ID,
    SAMPLE_DAEMON_CLIENT_SECRET, SAMPLE_MFA_API_APP_ID, SAMPLE_UNCONSENTED_API_APP_ID,
};
use serde_json::{Value, json};

use crate::common::{Answer, CLIENT, Fixture, GRAPH_DEFAULT, api, claims, jwt_header, start, text};
use crate::signing::TestKey;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const USER: &str = "user@contoso.onmicrosoft.com";

/// A user's token for the sample API.
async fn assertion(fixture: &Fixture) -> String {
    let answer = fixture.password(USER, &api(API, "access_as_user")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    text(&answer.json(), "access_token")
}

fn fields<'a>(assertion: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", GRANT),
        ("client_id", API),
        ("client_secret", SAMPLE_API_SECRET),
        ("requested_token_use", "on_behalf_of"),
        ("assertion", assertion),
        ("scope", scope),
    ]
}

async fn exchange(fixture: &Fixture, assertion: &str, scope: &str) -> Answer {
    fixture.redeem(CONTOSO_DOMAIN, &fields(assertion, scope)).await
}

#[tokio::test]
async fn an_api_gets_the_users_token_for_another() {
    let fixture = start().await;
    let assertion = assertion(&fixture).await;
    let body = exchange(&fixture, &assertion, GRAPH_DEFAULT).await.json();
    assert_eq!(body.get("refresh_token"), None);
    let claims = claims(&text(&body, "access_token"));
    assert_eq!(
        (&claims["upn"], &claims["appid"], &claims["appidacr"]),
        (&json!(USER), &json!(API), &json!("1"))
    );
    let with_refresh = exchange(&fixture, &assertion, "User.Read offline_access openid").await.json();
    assert!(text(&with_refresh, "refresh_token").starts_with("1."));
    assert!(with_refresh["id_token"].is_string());
    let mut typed = fields(&assertion, GRAPH_DEFAULT);
    typed.push(("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"));
    // The sample API is registered in one tenant, which organizations finds and common doesn't.
    assert_eq!(fixture.redeem("organizations", &typed[..]).await.status, 200);
    let answer = fixture.redeem("common", &typed[..]).await;
    answer.assert_error(400, "invalid_request", 50194);
}

#[tokio::test]
async fn v1_tokens_are_assertions_too() {
    let fixture = start().await;
    let client = SAMPLE_CONFIDENTIAL_CLIENT_ID;
    let token = fixture.password(USER, &api(client, ".default")).await.json();
    let assertion = text(&token, "access_token");
    assert_eq!(claims(&assertion)["aud"], format!("api://{client}"));
    let fields = [
        ("grant_type", GRANT),
        ("client_id", client),
        ("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET),
        ("requested_token_use", "on_behalf_of"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("assertion", &assertion),
        ("scope", GRAPH_DEFAULT),
    ];
    let body = fixture.redeem("organizations", &fields).await.json();
    assert_eq!(body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
}

#[tokio::test]
async fn other_tokens_are_no_assertions() {
    let fixture = start().await;
    let good = assertion(&fixture).await;
    let (head, tail) = good.rsplit_once('.').expect("a JWT");
    let changed = format!("{head}.{}", tail.replacen(&tail[..4], "AAAA", 1));
    let foreign = TestKey::client().sign(&jwt_header(&good), &claims(&good));
    let graph = text(&fixture.password(USER, GRAPH_DEFAULT).await.json(), "access_token");
    let openid = fixture.password(USER, &format!("{} openid", api(API, ".default"))).await.json();
    let id_token = text(&openid, "id_token");
    let app_only = [
        ("grant_type", "client_credentials"),
        ("client_id", SAMPLE_CONFIDENTIAL_CLIENT_ID),
        ("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET),
        ("scope", &api(API, ".default")),
    ];
    let app_only = text(&fixture.redeem(CONTOSO_DOMAIN, &app_only).await.json(), "access_token");
    for (assertion, error, number) in [
        (changed.as_str(), "invalid_grant", 50013),
        (&foreign, "invalid_grant", 50013),
        (&graph, "invalid_grant", 500_131),
        (&id_token, "invalid_grant", 240_002),
        (&app_only, "invalid_grant", 7_000_113),
        ("opaque", "invalid_request", 50027),
    ] {
        exchange(&fixture, assertion, GRAPH_DEFAULT).await.assert_error(400, error, number);
    }
}

#[tokio::test]
async fn an_assertion_has_its_time() {
    let fixture = start().await;
    let assertion = assertion(&fixture).await;
    let from = claims(&assertion)["nbf"].as_i64().expect("a time");
    fixture.control("/clock", json!({ "offset_seconds": -301 })).await;
    exchange(&fixture, &assertion, GRAPH_DEFAULT).await.assert_error(400, "invalid_grant", 500_133);
    let until = claims(&assertion)["exp"].as_i64().expect("a time");
    fixture.control("/clock", json!({ "offset_seconds": until - from - 301 })).await;
    assert_eq!(exchange(&fixture, &assertion, GRAPH_DEFAULT).await.status, 200);
    fixture.control("/clock", json!({ "offset_seconds": until - from - 300 })).await;
    let body =
        exchange(&fixture, &assertion, GRAPH_DEFAULT).await.assert_error(400, "invalid_grant", 500_133);
    assert!(body["error_uri"].is_string(), "{body}");
}

#[tokio::test]
async fn downstream_apis_ask_for_more() {
    let fixture = start().await;
    let assertion = assertion(&fixture).await;
    for (app, error, number, suberror) in [
        (SAMPLE_UNCONSENTED_API_APP_ID, "invalid_grant", 65001, "consent_required"),
        (SAMPLE_MFA_API_APP_ID, "interaction_required", 50076, "basic_action"),
        (SAMPLE_BLOCKED_API_APP_ID, "interaction_required", 53003, "message_only"),
    ] {
        let answer = exchange(&fixture, &assertion, &api(app, ".default")).await;
        let body = answer.assert_error(400, error, number);
        assert_eq!(body["suberror"], suberror);
        let claims = body.get("claims").and_then(Value::as_str);
        assert_eq!(claims.is_some_and(|claims| claims.contains("capolids")), number != 65001, "{body}");
    }
    let unknown = exchange(&fixture, &assertion, "https://unknown.example/.default").await;
    unknown.assert_error(400, "invalid_resource", 500_011);
}

#[tokio::test]
async fn a_second_factor_is_remembered() {
    let fixture = start().await;
    let code = fixture.device_code(CONTOSO_DOMAIN, CLIENT, &api(API, "access_as_user")).await;
    let approval = json!({ "user_code": code["user_code"], "username": "mfa@contoso.onmicrosoft.com" });
    fixture.control("/device/approve", approval).await;
    let device_code = text(&code, "device_code");
    let poll = [("grant_type", "device_code"), ("client_id", CLIENT), ("device_code", device_code.as_str())];
    let assertion = text(&fixture.redeem(CONTOSO_DOMAIN, &poll).await.json(), "access_token");
    let answer = exchange(&fixture, &assertion, &api(SAMPLE_MFA_API_APP_ID, ".default")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let graph = exchange(&fixture, &assertion, GRAPH_DEFAULT).await.json();
    assert_eq!(claims(&text(&graph, "access_token"))["amr"], json!(["pwd", "mfa"]));
}

#[tokio::test]
async fn the_request_is_complete() {
    let fixture = start().await;
    let assertion = assertion(&fixture).await;
    for missing in ["requested_token_use", "assertion", "scope"] {
        let mut fields = fields(&assertion, GRAPH_DEFAULT);
        fields.retain(|(name, _)| *name != missing);
        let body =
            fixture.redeem(CONTOSO_DOMAIN, &fields).await.assert_error(400, "invalid_request", 900_144);
        assert!(text(&body, "error_description").contains(&format!("'{missing}'")), "{body}");
    }
    let mut no_secret = fields(&assertion, GRAPH_DEFAULT);
    no_secret.retain(|(name, _)| *name != "client_secret");
    fixture.redeem(CONTOSO_DOMAIN, &no_secret).await.assert_error(401, "invalid_client", 7_000_218);
    let mut public = no_secret.clone();
    public[1].1 = CLIENT;
    fixture.redeem(CONTOSO_DOMAIN, &public).await.assert_error(401, "invalid_client", 7_000_218);
    let mut other_use = fields(&assertion, GRAPH_DEFAULT);
    other_use[3].1 = "other";
    fixture.redeem(CONTOSO_DOMAIN, &other_use).await.assert_error(400, "invalid_request", 90100);
    let mut saml = fields(&assertion, GRAPH_DEFAULT);
    saml.push(("requested_token_type", "urn:ietf:params:oauth:token-type:saml2"));
    let body = fixture.redeem(CONTOSO_DOMAIN, &saml).await.assert_error(400, "invalid_request", 90100);
    assert!(text(&body, "error_description").contains("SAML"), "{body}");
}

#[tokio::test]
async fn not_every_app_and_tenant_may() {
    let fixture = start().await;
    let assertion = assertion(&fixture).await;
    let mut daemon = fields(&assertion, GRAPH_DEFAULT);
    daemon[1].1 = SAMPLE_DAEMON_CLIENT_ID;
    daemon[2].1 = SAMPLE_DAEMON_CLIENT_SECRET;
    fixture.redeem(CONTOSO_DOMAIN, &daemon).await.assert_error(400, "unauthorized_client", 7_000_114);
    let client = SAMPLE_CONFIDENTIAL_CLIENT_ID;
    let own = fixture.password(USER, &api(client, ".default")).await.json();
    let own = text(&own, "access_token");
    let mut abroad = fields(&own, GRAPH_DEFAULT);
    abroad[1].1 = client;
    abroad[2].1 = SAMPLE_CONFIDENTIAL_CLIENT_SECRET;
    fixture.redeem(FABRIKAM_DOMAIN, &abroad).await.assert_error(400, "invalid_grant", 50020);
}
