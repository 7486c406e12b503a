//! The v1.0 endpoints: `resource`, and numbers as strings.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, PASSWORD, SAMPLE_CONFIDENTIAL_CLIENT_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_SECRET,
};
use serde_json::{Value, json};

use crate::common::{Answer, CLIENT, Fixture, NOW, claims, start, text};

const ARM: (&str, &str) = ("resource", "https://management.azure.com/");

async fn redeem(fixture: &Fixture, tenant: &str, fields: &[(&str, &str)]) -> Answer {
    fixture.post_form(&format!("/{tenant}/oauth2/token"), fields).await
}

fn password(upn: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "password"), ("client_id", CLIENT), ("username", upn), ("password", PASSWORD), ARM]
}

fn number(body: &Value, field: &str) -> u64 {
    text(body, field).parse().expect("a number in a string")
}

#[tokio::test]
async fn an_app_gets_strings() {
    let fixture = start().await;
    let app = [
        ("grant_type", "client_credentials"),
        ("client_id", SAMPLE_CONFIDENTIAL_CLIENT_ID),
        ("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET),
    ];
    let body = redeem(&fixture, CONTOSO_DOMAIN, &[&app[..], &[ARM]].concat()).await.json();
    let fields: Vec<&String> = body.as_object().expect("an object").keys().collect();
    let expected = [
        "token_type",
        "expires_in",
        "ext_expires_in",
        "expires_on",
        "not_before",
        "resource",
        "access_token",
    ];
    assert_eq!(fields, expected);
    assert_eq!(body["resource"], ARM.1);
    assert_eq!(number(&body, "expires_on"), NOW + number(&body, "expires_in"));
    assert_eq!(number(&body, "not_before"), NOW);
    let claims = claims(&text(&body, "access_token"));
    assert_eq!((&claims["aud"], &claims["idtyp"]), (&json!(ARM.1), &json!("app")));
    redeem(&fixture, CONTOSO_DOMAIN, &app).await.assert_error(400, "invalid_request", 900_144);
    let unknown = [&app[..], &[("resource", "https://unknown.example")]].concat();
    redeem(&fixture, CONTOSO_DOMAIN, &unknown).await.assert_error(400, "invalid_resource", 500_011);
}

#[tokio::test]
async fn a_user_always_gets_a_refresh_token() {
    let fixture = start().await;
    let body = redeem(&fixture, CONTOSO_DOMAIN, &password("user@contoso.onmicrosoft.com")).await.json();
    assert_eq!((&body["scope"], &body["foci"]), (&json!("user_impersonation"), &json!("1")));
    assert_eq!(body.get("id_token"), None);
    let token = text(&body, "refresh_token");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("refresh_token", token.as_str()),
        ("resource", "https://graph.microsoft.com"),
        ("scope", "openid"),
    ];
    let body = redeem(&fixture, "common", &refresh).await.json();
    assert_eq!(body["resource"], "https://graph.microsoft.com");
    let id = claims(&text(&body, "id_token"));
    assert_eq!((&id["ver"], &id["upn"]), (&json!("1.0"), &json!("user@contoso.onmicrosoft.com")));
    let same = redeem(&fixture, "common", &refresh[..3]).await.json();
    assert_eq!(same["resource"], ARM.1, "without a resource it is the first one");
}

#[tokio::test]
async fn refusals_have_the_names_of_v1() {
    let fixture = start().await;
    let mfa = redeem(&fixture, CONTOSO_DOMAIN, &password("mfa@contoso.onmicrosoft.com")).await;
    mfa.assert_error(400, "interaction_required", 50076);
    let common = redeem(&fixture, "common", &password("user@contoso.onmicrosoft.com")).await;
    common.assert_error(400, "invalid_request", 90010);
    let personal = redeem(&fixture, "consumers", &password("user@contoso.onmicrosoft.com")).await;
    personal.assert_error(400, "invalid_request", 90027);
    fixture.get("/common/oauth2/token").await.assert_error(400, "invalid_request", 900_561);
}

#[tokio::test]
async fn device_codes_are_strings_too() {
    let fixture = start().await;
    let ask = [("client_id", CLIENT), ARM];
    let code = fixture.post_form("/common/oauth2/devicecode", &ask).await.json();
    assert_eq!((&code["expires_in"], &code["interval"]), (&json!("900"), &json!("5")));
    assert_eq!(code["verification_url"], format!("{}/devicelogin", fixture.emulator.url()));
    let device_code = text(&code, "device_code");
    let poll = [("grant_type", "device_code"), ("client_id", CLIENT), ("code", device_code.as_str()), ARM];
    redeem(&fixture, "common", &poll).await.assert_error(400, "authorization_pending", 70016);
    fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    let body = redeem(&fixture, "common", &poll).await.json();
    assert_eq!(claims(&text(&body, "access_token"))["tid"], CONTOSO_TENANT_ID);
    let late = fixture.post_form("/common/oauth2/devicecode", &ask).await.json();
    fixture.control("/device/expire", json!({ "user_code": late["user_code"] })).await;
    let device_code = text(&late, "device_code");
    let poll = [("grant_type", "device_code"), ("client_id", CLIENT), ("code", device_code.as_str())];
    redeem(&fixture, "common", &poll).await.assert_error(400, "code_expired", 70020);
    let missing =
        fixture.post_form("/common/oauth2/devicecode", &[("client_id", CLIENT), ("scope", "openid")]);
    missing.await.assert_error(400, "invalid_request", 900_144);
}
