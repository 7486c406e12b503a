//! The refresh token grant.

use entra_emulator::seed::{AZURE_CLI_CLIENT_ID, CONTOSO_DOMAIN, FABRIKAM_DOMAIN, SAMPLE_PUBLIC_CLIENT_ID};

use crate::common::{Answer, CLIENT, Fixture, claims, start, text};

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
