//! The device code grant, from the code to its end.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, FABRIKAM_DOMAIN, SAMPLE_CONFIDENTIAL_CLIENT_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_SECRET, SAMPLE_PUBLIC_CLIENT_ID,
};
use serde_json::{Value, json};

use crate::common::{CLIENT, DEVICE_CODE_PATH, DEVICE_GRANT, GRAPH_DEFAULT, TOKEN_PATH, start, text};

#[tokio::test]
async fn the_code_has_every_field() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let user_code = text(&code, "user_code");
    assert_eq!(user_code.len(), 9);
    assert!(user_code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{user_code}");
    assert!(text(&code, "device_code").len() > 100);
    let uri = format!("{}/devicelogin", fixture.emulator.url());
    assert_eq!(code["verification_uri"], uri);
    assert_eq!((&code["expires_in"], &code["interval"]), (&json!(900), &json!(5)));
    let message = format!(
        "To sign in, use a web browser to open the page {uri} and enter the code {user_code} to authenticate."
    );
    assert_eq!(code["message"], message);
    assert_eq!(code.as_object().expect("an object").len(), 6);
    let swedish = fixture
        .post_form(
            &format!("{DEVICE_CODE_PATH}?mkt=sv-SE"),
            &[("client_id", CLIENT), ("scope", GRAPH_DEFAULT)],
        )
        .await;
    assert!(text(&swedish.json(), "message").starts_with("Logga in"));
}

#[tokio::test]
async fn a_code_is_pending_until_approved_and_redeemed_once() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let pending = fixture.poll(&code).await;
    pending.assert_error(400, "authorization_pending", 70016);
    assert_eq!(pending.header("x-ms-clitelem"), Some("1,70016,0,,"));
    let flow = fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    assert_eq!((&flow["state"], &flow["polls"]), (&json!("approved"), &json!(1)));
    let answer = fixture.poll(&code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store, no-cache"));
    assert_eq!(answer.header("x-ms-clitelem"), Some("1,0,0,,"));
    fixture.poll(&code).await.assert_error(400, "invalid_grant", 54005);
}

#[tokio::test]
async fn of_two_polls_at_once_one_gets_the_token() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    let (first, second) = tokio::join!(fixture.poll(&code), fixture.poll(&code));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn a_declined_code_stays_declined() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.control("/device/decline", json!({ "user_code": code["user_code"] })).await;
    for _ in 0..2 {
        fixture.poll(&code).await.assert_error(400, "authorization_declined", 65004);
    }
}

#[tokio::test]
async fn an_approval_by_someone_who_may_not_sign_in_gives_no_token() {
    let fixture = start().await;
    for (user, error, number) in [
        ("blocked@contoso.onmicrosoft.com", "invalid_grant", 50057),
        ("policy@contoso.onmicrosoft.com", "invalid_grant", 53003),
    ] {
        let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
        let approval = json!({ "user_code": code["user_code"], "username": user });
        fixture.control("/device/approve", approval).await;
        fixture.poll(&code).await.assert_error(400, error, number);
    }
}

#[tokio::test]
async fn a_code_expires_by_time_and_by_command() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let expired = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.control("/device/expire", json!({ "user_code": expired["user_code"] })).await;
    fixture.poll(&expired).await.assert_error(400, "expired_token", 70020);
    fixture.clock.advance(899);
    fixture.poll(&code).await.assert_error(400, "authorization_pending", 70016);
    fixture.clock.advance(1);
    fixture.poll(&code).await.assert_error(400, "expired_token", 70020);
}

#[tokio::test]
async fn polls_are_answered_under_the_correlation_id_of_the_first_call() {
    let fixture = start().await;
    let id = "6a1f2b3c-4d5e-4f60-8a7b-9c0d1e2f3a4b";
    let headers = [("client-request-id", id), ("return-client-request-id", "true")];
    let answer = fixture
        .post_form_with(DEVICE_CODE_PATH, &headers, &[("client_id", CLIENT), ("scope", GRAPH_DEFAULT)])
        .await;
    assert_eq!(answer.header("client-request-id"), Some(id));
    let poll = fixture.poll(&answer.json()).await;
    assert_eq!(poll.assert_error(400, "authorization_pending", 70016)["correlation_id"], id);
    assert_eq!(poll.header("client-request-id"), None);
}

async fn redeem(
    fixture: &crate::common::Fixture,
    tenant: &str,
    fields: &[(&str, &str)],
) -> crate::common::Answer {
    let fields = [&[("grant_type", DEVICE_GRANT)], fields].concat();
    fixture.post_form(&format!("/{tenant}/oauth2/v2.0/token"), &fields).await
}

#[tokio::test]
async fn a_code_belongs_to_its_client_and_tenant() {
    let fixture = start().await;
    let code = fixture.device_code(CONTOSO_DOMAIN, CLIENT, GRAPH_DEFAULT).await;
    let device_code = text(&code, "device_code");
    let with = |client| [("client_id", client), ("device_code", device_code.as_str())];
    let other_client = redeem(&fixture, CONTOSO_DOMAIN, &with(SAMPLE_PUBLIC_CLIENT_ID)).await;
    other_client.assert_error(400, "bad_verification_code", 70018);
    for tenant in ["organizations", FABRIKAM_DOMAIN] {
        redeem(&fixture, tenant, &with(CLIENT)).await.assert_error(400, "bad_verification_code", 70018);
    }
    let by_id = redeem(&fixture, CONTOSO_TENANT_ID, &with(CLIENT)).await;
    by_id.assert_error(400, "authorization_pending", 70016);
    let unknown = redeem(&fixture, "common", &[("client_id", CLIENT), ("device_code", "unknown")]).await;
    unknown.assert_error(400, "bad_verification_code", 70018);
}

#[tokio::test]
async fn a_code_of_organizations_can_be_redeemed_at_common_under_the_short_grant_name() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let device_code = text(&code, "device_code");
    let fields =
        [("grant_type", "device_code"), ("client_id", CLIENT), ("device_code", device_code.as_str())];
    let answer = fixture.post_form("/common/oauth2/v2.0/token", &fields).await;
    answer.assert_error(400, "authorization_pending", 70016);
}

#[tokio::test]
async fn a_confidential_client_proves_itself() {
    let fixture = start().await;
    let client = SAMPLE_CONFIDENTIAL_CLIENT_ID;
    let code = fixture.device_code("organizations", client, GRAPH_DEFAULT).await;
    let device_code = text(&code, "device_code");
    let base = [("client_id", client), ("device_code", device_code.as_str())];
    let with = |field: (&'static str, &'static str)| [&base[..], &[field]].concat();
    redeem(&fixture, "common", &base).await.assert_error(401, "invalid_client", 7_000_218);
    let wrong = redeem(&fixture, "common", &with(("client_secret", "wrong"))).await;
    wrong.assert_error(401, "invalid_client", 7_000_215);
    assert!(!wrong.body.contains("wrong"), "{}", wrong.body);
    let assertion = redeem(&fixture, "common", &with(("client_assertion", "a.b.c"))).await;
    assertion.assert_error(400, "invalid_request", 900_144);
    let right = redeem(&fixture, "common", &with(("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET))).await;
    right.assert_error(400, "authorization_pending", 70016);
    let public = [("client_id", CLIENT), ("device_code", "x"), ("client_secret", "unwanted")];
    redeem(&fixture, "common", &public).await.assert_error(401, "invalid_client", 700_025);
}

#[tokio::test]
async fn http_basic_proves_a_client_too() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let fixture = start().await;
    let code = fixture.device_code("organizations", SAMPLE_CONFIDENTIAL_CLIENT_ID, GRAPH_DEFAULT).await;
    let device_code = text(&code, "device_code");
    // RFC 6749 section 2.3.1: both parts are form-encoded; here the hyphens are, to see that they are decoded.
    let secret = SAMPLE_CONFIDENTIAL_CLIENT_SECRET.replace('-', "%2D");
    let basic = format!("Basic {}", STANDARD.encode(format!("{SAMPLE_CONFIDENTIAL_CLIENT_ID}:{secret}")));
    let headers = [("Authorization", basic.as_str())];
    let fields = [("grant_type", DEVICE_GRANT), ("device_code", device_code.as_str())];
    let answer = fixture.post_form_with(TOKEN_PATH, &headers, &fields).await;
    answer.assert_error(400, "authorization_pending", 70016);
    let twice = [&fields[..], &[("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET)]].concat();
    let answer = fixture.post_form_with(TOKEN_PATH, &headers, &twice).await;
    answer.assert_error(400, "invalid_request", 9_002_313);
}

#[tokio::test]
async fn a_single_tenant_app_stays_in_its_tenant() {
    let fixture = start().await;
    let client = SAMPLE_PUBLIC_CLIENT_ID;
    let fields = [("client_id", client), ("scope", GRAPH_DEFAULT)];
    let at = |tenant: &str| format!("/{tenant}/oauth2/v2.0/devicecode");
    fixture.post_form(&at("common"), &fields).await.assert_error(400, "invalid_request", 50059);
    fixture.post_form(&at(FABRIKAM_DOMAIN), &fields).await.assert_error(400, "unauthorized_client", 700_016);
    assert_eq!(fixture.device_code(CONTOSO_DOMAIN, client, "User.Read").await["interval"], Value::from(5));
}
