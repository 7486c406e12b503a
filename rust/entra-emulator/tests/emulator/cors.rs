//! What pages of other origins may do.

use entra_emulator::seed::{CONTOSO_DOMAIN, PASSWORD, SAMPLE_SPA_CLIENT_ID as SPA};
use serde_json::Value;

use crate::common::{Answer, CLIENT, Fixture, start, text};

const ORIGIN: &str = "https://spa.contoso.example";
const METADATA: &str = "/common/v2.0/.well-known/openid-configuration";

async fn post(fixture: &Fixture, origin: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let headers: Vec<(&str, &str)> = origin.map(|origin| ("Origin", origin)).into_iter().collect();
    fixture.post_form_with(&format!("/{CONTOSO_DOMAIN}/oauth2/v2.0/token"), &headers, fields).await
}

async fn sign_in(fixture: &Fixture, client: &str, origin: Option<&str>) -> Answer {
    let fields = [
        ("grant_type", "password"),
        ("client_id", client),
        ("username", "user@contoso.onmicrosoft.com"),
        ("password", PASSWORD),
        ("scope", "User.Read offline_access"),
    ];
    post(fixture, origin, &fields).await
}

async fn refresh(fixture: &Fixture, origin: Option<&str>, token: &str) -> Answer {
    post(fixture, origin, &[("grant_type", "refresh_token"), ("client_id", SPA), ("refresh_token", token)])
        .await
}

#[tokio::test]
async fn documents_are_open_to_all() {
    let fixture = start().await;
    let instance = "/common/discovery/instance?authorization_endpoint=https://localhost/common";
    for path in [METADATA, "/common/discovery/v2.0/keys", instance] {
        let headers =
            [("Origin", "https://any.example"), ("Access-Control-Request-Headers", "x-client-SKU, x-other")];
        let preflight = fixture.send("OPTIONS", path, &headers, "").await.expect("an answer");
        assert_eq!(preflight.status, 200, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, OPTIONS"));
        assert_eq!(preflight.header("access-control-allow-headers"), Some("x-client-SKU"));
        assert_eq!(preflight.header("access-control-max-age"), Some("86400"));
        assert_eq!(fixture.get(path).await.header("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test]
async fn tokens_are_for_pages_of_single_page_apps() {
    let fixture = start().await;
    for origin in [ORIGIN, "http://localhost:5173"] {
        let preflight = preflight(&fixture, origin).await;
        assert_eq!(preflight.header("access-control-allow-origin"), Some(origin));
        assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
        let answer = sign_in(&fixture, SPA, Some(origin)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("client-request-id, x-ms-request-id")
        );
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    for origin in ["https://other.example", "https://spa.contoso.example:8443", "https://localhost", "null"] {
        let preflight = preflight(&fixture, origin).await;
        assert_eq!(preflight.header("access-control-allow-origin"), None, "{origin}");
        let answer = sign_in(&fixture, SPA, Some(origin)).await;
        answer.assert_error(400, "invalid_request", 9_002_326);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    // Its origin is good, but this app has no page.
    sign_in(&fixture, CLIENT, Some(ORIGIN)).await.assert_error(400, "invalid_request", 9_002_326);
}

async fn preflight(fixture: &Fixture, origin: &str) -> Answer {
    let path = format!("/{CONTOSO_DOMAIN}/oauth2/v2.0/token");
    fixture.send("OPTIONS", &path, &[("Origin", origin)], "").await.expect("an answer")
}

#[tokio::test]
async fn a_pages_refresh_token_is_a_pages_and_lasts_a_day() {
    let fixture = start().await;
    let token = text(&sign_in(&fixture, SPA, Some(ORIGIN)).await.json(), "refresh_token");
    refresh(&fixture, None, &token).await.assert_error(400, "invalid_request", 9_002_327);
    fixture.clock.advance(20 * 3600);
    let rotated = refresh(&fixture, Some(ORIGIN), &token).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    fixture.clock.advance(4 * 3600);
    // The new one ends with the old one.
    for token in [token, text(&rotated.json(), "refresh_token")] {
        refresh(&fixture, Some(ORIGIN), &token).await.assert_error(400, "invalid_grant", 700_084);
    }
}

#[tokio::test]
async fn without_an_origin_the_app_is_like_any_other() {
    let fixture = start().await;
    let answer = sign_in(&fixture, SPA, None).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let token = text(&answer.json(), "refresh_token");
    let refreshed: Value = refresh(&fixture, None, &token).await.json();
    assert!(refreshed["access_token"].is_string(), "{refreshed}");
}
