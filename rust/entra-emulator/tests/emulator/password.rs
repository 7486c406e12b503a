//! The password grant.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, PASSWORD, SAMPLE_BLOCKED_API_APP_ID, SAMPLE_CONFIDENTIAL_CLIENT_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_SECRET, SAMPLE_MFA_API_APP_ID, SAMPLE_PUBLIC_CLIENT_ID,
    SAMPLE_RESTRICTED_API_APP_ID, SAMPLE_UNCONSENTED_API_APP_ID, SAMPLE_UNCONSENTED_CLIENT_ID,
};
use serde_json::{Value, json};

use crate::common::{CLIENT, GRAPH_DEFAULT, api, claims, start, text};

const USER: &str = "user@contoso.onmicrosoft.com";

fn fields<'a>(client: &'a str, upn: &'a str, password: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "password"),
        ("client_id", client),
        ("username", upn),
        ("password", password),
        ("scope", scope),
    ]
}

#[tokio::test]
async fn name_and_password_give_tokens() {
    let fixture = start().await;
    let scope = "User.Read openid profile offline_access";
    for tenant in [CONTOSO_DOMAIN, CONTOSO_TENANT_ID, "organizations"] {
        let mut fields = fields(CLIENT, USER, PASSWORD, scope);
        fields.push(("client_info", "1"));
        let answer = fixture.redeem(tenant, &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        for field in ["refresh_token", "id_token", "client_info"] {
            assert!(!text(&body, field).is_empty(), "{field}");
        }
        let claims = claims(&text(&body, "access_token"));
        assert_eq!((&claims["upn"], &claims["amr"]), (&json!(USER), &json!(["pwd"])));
    }
    let mut confidential = fields(SAMPLE_CONFIDENTIAL_CLIENT_ID, USER, PASSWORD, scope);
    fixture.redeem(CONTOSO_DOMAIN, &confidential).await.assert_error(401, "invalid_client", 7_000_218);
    confidential.push(("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET));
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &confidential).await.status, 200);
}

#[tokio::test]
async fn people_who_cannot_sign_in_are_told_why() {
    let fixture = start().await;
    for (upn, password, number, suberror) in [
        ("nobody@contoso.onmicrosoft.com", PASSWORD, 50034, Some("bad_token")),
        (USER, "wrong", 50126, None),
        ("locked@contoso.onmicrosoft.com", PASSWORD, 50053, None),
        ("locked@contoso.onmicrosoft.com", "wrong", 50053, None),
        ("blocked@contoso.onmicrosoft.com", PASSWORD, 50057, None),
        ("blocked@contoso.onmicrosoft.com", "wrong", 50126, None),
        ("expired@contoso.onmicrosoft.com", PASSWORD, 50055, Some("user_password_expired")),
        ("user@fabrikam.onmicrosoft.com", PASSWORD, 50020, None),
        ("user@federated.example", PASSWORD, 50126, None),
        ("mfa@contoso.onmicrosoft.com", PASSWORD, 50076, Some("basic_action")),
        ("newmfa@contoso.onmicrosoft.com", PASSWORD, 50079, Some("basic_action")),
        ("policy@contoso.onmicrosoft.com", PASSWORD, 53003, Some("message_only")),
    ] {
        let answer = fixture.redeem(CONTOSO_DOMAIN, &fields(CLIENT, upn, password, GRAPH_DEFAULT)).await;
        let body = answer.assert_error(400, "invalid_grant", number);
        assert_eq!(body.get("suberror").and_then(Value::as_str), suberror, "{body}");
        assert!(!answer.body.contains(password), "{body}");
        assert_eq!(body.get("password_change_url").is_some(), number == 50055, "{body}");
        let challenged = [50076, 50079, 53003].contains(&number);
        assert_eq!(body.get("claims").is_some(), challenged, "{body}");
        if challenged {
            let claims: Value = serde_json::from_str(&text(&body, "claims")).expect("JSON");
            assert_eq!(claims["access_token"]["capolids"]["essential"], true);
            assert!(claims["access_token"]["capolids"]["values"][0].is_string(), "{claims}");
        }
    }
}

#[tokio::test]
async fn resources_ask_for_more() {
    let fixture = start().await;
    for (app, error, number, suberror) in [
        (SAMPLE_MFA_API_APP_ID, "invalid_grant", 50076, Some("basic_action")),
        (SAMPLE_BLOCKED_API_APP_ID, "invalid_grant", 53003, Some("message_only")),
        (SAMPLE_RESTRICTED_API_APP_ID, "invalid_grant", 50105, None),
        (SAMPLE_UNCONSENTED_API_APP_ID, "invalid_grant", 65001, Some("consent_required")),
    ] {
        let body = fixture.password(USER, &api(app, ".default")).await.assert_error(400, error, number);
        assert_eq!(body.get("suberror").and_then(Value::as_str), suberror, "{body}");
        assert_eq!(body.get("error_uri").is_none(), number == 65001, "{body}");
    }
    let unconsented = fields(SAMPLE_UNCONSENTED_CLIENT_ID, USER, PASSWORD, GRAPH_DEFAULT);
    fixture.redeem(CONTOSO_DOMAIN, &unconsented).await.assert_error(400, "invalid_grant", 65001);
}

#[tokio::test]
async fn consent_at_the_page_lasts() {
    let fixture = start().await;
    let client = SAMPLE_UNCONSENTED_CLIENT_ID;
    let code = fixture.device_code(CONTOSO_DOMAIN, client, GRAPH_DEFAULT).await;
    fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    let device_code = text(&code, "device_code");
    let poll = [("grant_type", "device_code"), ("client_id", client), ("device_code", device_code.as_str())];
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &poll).await.status, 200);
    let asked = fields(client, USER, PASSWORD, GRAPH_DEFAULT);
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &asked).await.status, 200);
    // It is this user's, and for this resource.
    let other = fields(client, "admin@contoso.onmicrosoft.com", PASSWORD, GRAPH_DEFAULT);
    fixture.redeem(CONTOSO_DOMAIN, &other).await.assert_error(400, "invalid_grant", 65001);
    let elsewhere = fields(client, USER, PASSWORD, "https://vault.azure.net/.default");
    fixture.redeem(CONTOSO_DOMAIN, &elsewhere).await.assert_error(400, "invalid_grant", 65001);
}

#[tokio::test]
async fn scopes_that_do_not_exist_are_refused() {
    let fixture = start().await;
    for (scope, status, error, number) in [
        ("https://vault.azure.net/Keys.Read", 400, "invalid_client", 650_053),
        ("mailread", 400, "invalid_client", 650_053),
        ("https://graph.microsoft.com", 400, "invalid_scope", 70011),
        ("User.Read https://vault.azure.net/.default", 400, "invalid_request", 28000),
        ("https://unknown.example/.default", 400, "invalid_resource", 500_011),
    ] {
        fixture.password(USER, scope).await.assert_error(status, error, number);
    }
    assert_eq!(fixture.password(USER, "Mail.Read").await.status, 200);
}

#[tokio::test]
async fn the_request_is_complete_and_names_a_tenant() {
    let fixture = start().await;
    for tenant in ["common", "consumers"] {
        let answer = fixture.redeem(tenant, &fields(CLIENT, USER, PASSWORD, GRAPH_DEFAULT)).await;
        answer.assert_error(400, "invalid_request", 9_001_023);
    }
    for missing in ["username", "password", "scope"] {
        let mut fields = fields(SAMPLE_PUBLIC_CLIENT_ID, USER, PASSWORD, GRAPH_DEFAULT);
        fields.retain(|(name, _)| *name != missing);
        let body =
            fixture.redeem(CONTOSO_DOMAIN, &fields).await.assert_error(400, "invalid_request", 900_144);
        assert!(text(&body, "error_description").contains(&format!("'{missing}'")), "{body}");
    }
}
