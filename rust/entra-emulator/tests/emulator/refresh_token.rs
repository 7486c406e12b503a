//! The refresh token grant.

use entra_emulator::seed::{
    AZURE_CLI_CLIENT_ID, CONTOSO_DOMAIN, FABRIKAM_DOMAIN, PASSWORD, SAMPLE_BLOCKED_API_APP_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_ID, SAMPLE_CONFIDENTIAL_CLIENT_SECRET, SAMPLE_MFA_API_APP_ID,
    SAMPLE_PUBLIC_CLIENT_ID, SAMPLE_UNCONSENTED_API_APP_ID,
};
use serde_json::{Value, json};

use crate::common::{Answer, CLIENT, Fixture, api, claims, start, text};

async fn refresh(fixture: &Fixture, tenant: &str, client: &str, token: &str, scope: Option<&str>) -> Answer {
    let mut fields = vec![("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    fields.extend(scope.map(|scope| ("scope", scope)));
    fixture.post_form(&format!("/{tenant}/oauth2/v2.0/token"), &fields).await
}

#[tokio::test]
async fn a_refresh_token_serves_other_resources_and_stays_valid() {
    let fixture = start().await;
    let first = text(&fixture.token("User.Read offline_access").await, "refresh_token");
    let scope = Some("https://management.azure.com/.default");
    let second = refresh(&fixture, "organizations", CLIENT, &first, scope).await.json();
    assert_eq!(claims(&text(&second, "access_token"))["aud"], "https://management.azure.com");
    assert_ne!(text(&second, "refresh_token"), first);
    let again = refresh(&fixture, CONTOSO_DOMAIN, CLIENT, &first, None).await;
    assert_eq!(
        (again.status, text(&again.json(), "scope").as_str()),
        (200, "email openid profile User.Read")
    );
}

#[tokio::test]
async fn the_family_shares_and_others_do_not() {
    let fixture = start().await;
    let token = text(&fixture.token("User.Read offline_access").await, "refresh_token");
    assert_eq!(refresh(&fixture, "organizations", AZURE_CLI_CLIENT_ID, &token, None).await.status, 200);
    let stranger = refresh(&fixture, CONTOSO_DOMAIN, SAMPLE_PUBLIC_CLIENT_ID, &token, None).await;
    let body = stranger.assert_error(400, "invalid_grant", 70000);
    assert_eq!(body["suberror"], "client_mismatch");
    assert_eq!(body.get("error_uri"), None);
    let unknown = refresh(&fixture, "organizations", CLIENT, "1.unknown", None).await;
    unknown.assert_error(400, "invalid_grant", 70000);
    let elsewhere = refresh(&fixture, FABRIKAM_DOMAIN, CLIENT, &token, None).await;
    elsewhere.assert_error(400, "invalid_grant", 70000);
}

const USER: &str = "user@contoso.onmicrosoft.com";

/// A refresh token of Azure PowerShell, from the password grant.
async fn new_token(fixture: &Fixture) -> String {
    text(&fixture.password(USER, "User.Read offline_access").await.json(), "refresh_token")
}

#[tokio::test]
async fn one_token_is_redeemed_three_times() {
    let fixture = start().await;
    let token = new_token(&fixture).await;
    let mut seen = vec![token.clone()];
    for _ in 0..3 {
        let body = refresh(&fixture, "organizations", CLIENT, &token, None).await.json();
        seen.push(text(&body, "refresh_token"));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4, "each answer has a new one");
}

#[tokio::test]
async fn tokens_end_when_a_test_says_so() {
    let fixture = start().await;
    for (ending, number, suberror) in [
        ("expire", 700_082, None),
        ("revoke", 50173, Some("bad_token")),
        ("sign_in_frequency", 70043, None),
        ("expire_old", 70008, None),
    ] {
        let (ended, kept) = (new_token(&fixture).await, new_token(&fixture).await);
        let path = format!("/refresh_tokens/{ending}");
        assert_eq!(fixture.control(&path, json!({ "token": ended })).await["count"], 1);
        let body = refresh(&fixture, "organizations", CLIENT, &ended, None).await;
        let body = body.assert_error(400, "invalid_grant", number);
        assert_eq!(body.get("suberror").and_then(Value::as_str), suberror, "{body}");
        assert_eq!(refresh(&fixture, "organizations", CLIENT, &kept, None).await.status, 200);
        fixture.control(&path, json!({})).await;
        let all = refresh(&fixture, "organizations", CLIENT, &kept, None).await;
        all.assert_error(400, "invalid_grant", number);
    }
}

#[tokio::test]
async fn tokens_end_after_ninety_days_without_use() {
    let fixture = start().await;
    let token = new_token(&fixture).await;
    let day = 24 * 3600;
    fixture.clock.advance(90 * day - 1);
    assert_eq!(refresh(&fixture, "organizations", CLIENT, &token, None).await.status, 200);
    fixture.clock.advance(90 * day - 1);
    assert_eq!(refresh(&fixture, "organizations", CLIENT, &token, None).await.status, 200);
    fixture.clock.advance(90 * day);
    let late = refresh(&fixture, "organizations", CLIENT, &token, None).await;
    late.assert_error(400, "invalid_grant", 700_082);
}

#[tokio::test]
async fn other_resources_have_their_say() {
    let fixture = start().await;
    let token = new_token(&fixture).await;
    for (scope, error, number, suberror) in [
        (api(SAMPLE_UNCONSENTED_API_APP_ID, ".default"), "invalid_grant", 65001, Some("consent_required")),
        (api(SAMPLE_MFA_API_APP_ID, ".default"), "invalid_grant", 50076, Some("basic_action")),
        (api(SAMPLE_BLOCKED_API_APP_ID, ".default"), "interaction_required", 53003, Some("message_only")),
        ("https://unknown.example/.default".to_owned(), "invalid_resource", 500_011, None),
        ("User.Read https://vault.azure.net/.default".to_owned(), "invalid_request", 28000, None),
        ("https://vault.azure.net/none".to_owned(), "invalid_client", 650_053, None),
    ] {
        let answer = refresh(&fixture, "organizations", CLIENT, &token, Some(&scope)).await;
        let body = answer.assert_error(400, error, number);
        assert_eq!(body.get("suberror").and_then(Value::as_str), suberror, "{body}");
    }
}

#[tokio::test]
async fn a_confidential_clients_token_needs_its_proof() {
    let fixture = start().await;
    let (client, secret) = (SAMPLE_CONFIDENTIAL_CLIENT_ID, SAMPLE_CONFIDENTIAL_CLIENT_SECRET);
    let fields = [
        ("grant_type", "password"),
        ("client_id", client),
        ("client_secret", secret),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "User.Read offline_access"),
    ];
    let body = fixture.redeem(CONTOSO_DOMAIN, &fields).await.json();
    assert_eq!(body.get("foci"), None);
    let token = text(&body, "refresh_token");
    let without = refresh(&fixture, CONTOSO_DOMAIN, client, &token, None).await;
    without.assert_error(401, "invalid_client", 7_000_218);
    let with = [
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("client_secret", secret),
        ("refresh_token", token.as_str()),
    ];
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &with).await.status, 200);
}
