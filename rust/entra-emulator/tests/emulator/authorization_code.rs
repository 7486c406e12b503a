//! The authorization code grant, from the code to its end.

use std::sync::Arc;

use entra_emulator::seed::{
    CONTOSO_TENANT_ID, SAMPLE_CONFIDENTIAL_CLIENT_ID, SAMPLE_CONFIDENTIAL_CLIENT_SECRET,
    SAMPLE_MFA_API_APP_ID, SAMPLE_SPA_CLIENT_ID as SPA, SAMPLE_UNCONSENTED_API_APP_ID,
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::common::{CLIENT, NOW, api, claims, start, text};
use crate::sign_in::{AS_WEB, PUBLIC, Pairs, REDIRECT_URI, USER, WEB, code, fields_at, path_at, redeem};

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const S256: Pairs<'_> =
    &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
const PAGE: &str = "https://spa.contoso.example";
const VAULT: &str = "https://vault.azure.net/user_impersonation";

#[tokio::test]
async fn a_code_gives_what_the_sign_in_was_for() {
    let fixture = start().await;
    let code = code(&fixture, &[("nonce", "n-1")]).await;
    let body = redeem(&fixture, &code, &[("client_info", "1")]).await.json();
    assert_eq!(body["scope"], "email openid profile User.Read");
    for field in ["refresh_token", "client_info"] {
        text(&body, field);
    }
    let access = claims(&text(&body, "access_token"));
    assert_eq!((&access["upn"], &access["scp"]), (&json!(USER), &json!("User.Read openid profile email")));
    let id = claims(&text(&body, "id_token"));
    assert_eq!((&id["nonce"], &id["aud"], &id["ver"]), (&json!("n-1"), &json!(PUBLIC), &json!("2.0")));
    assert_eq!((&id["auth_time"], &id["tid"]), (&json!(NOW), &json!(CONTOSO_TENANT_ID)));
    uuid::Uuid::parse_str(&text(&id, "sid")).expect("a GUID");
    // These belong to what /authorize itself gives.
    assert!(id.get("c_hash").is_none() && id.get("at_hash").is_none(), "{id}");
    let refresh_token = text(&body, "refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &refresh_token), ("code", "")];
    let refreshed = redeem(&fixture, "", &refresh).await.json();
    assert!(claims(&text(&refreshed, "id_token")).get("nonce").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_is_redeemed_once_even_at_once() {
    let fixture = Arc::new(start().await);
    let code = code(&fixture, &[]).await;
    let mut tries = JoinSet::new();
    for _ in 0..16 {
        let (fixture, code) = (Arc::clone(&fixture), code.clone());
        tries.spawn(async move { redeem(&fixture, &code, &[]).await });
    }
    let answers = tries.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 15));
    for answer in lost {
        answer.assert_error(400, "invalid_grant", 54005);
    }
    // Not even after its time.
    fixture.clock.advance(700);
    redeem(&fixture, &code, &[]).await.assert_error(400, "invalid_grant", 54005);
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let fixture = start().await;
    let (last, late) = (code(&fixture, &[]).await, code(&fixture, &[]).await);
    fixture.clock.advance(599);
    assert_eq!(redeem(&fixture, &last, &[]).await.status, 200);
    fixture.clock.advance(1);
    redeem(&fixture, &late, &[]).await.assert_error(400, "invalid_grant", 70008);
}

#[tokio::test]
async fn what_is_no_code_is_refused_before_the_client_is() {
    let fixture = start().await;
    let good = code(&fixture, AS_WEB).await;
    let wrong_secret = [("client_id", WEB), ("client_secret", "wrong")];
    for bad in [
        "nonsense",
        "1.short",
        &format!("{good}A"),
        &good.replace("1.", "2."),
        &good.replacen("1.", "1.=", 1)[..258],
    ] {
        redeem(&fixture, bad, &wrong_secret).await.assert_error(400, "invalid_grant", 9_002_313);
    }
    redeem(&fixture, "", &wrong_secret).await.assert_error(400, "invalid_request", 900_144);
    redeem(&fixture, &good, &wrong_secret).await.assert_error(401, "invalid_client", 7_000_215);
    let unknown = format!("1.{}", "A".repeat(256));
    redeem(&fixture, &unknown, AS_WEB).await.assert_error(400, "invalid_grant", 70000);
    assert_eq!(redeem(&fixture, &good, AS_WEB).await.status, 200);
}

#[tokio::test]
async fn a_code_is_its_clients_its_tenants_and_its_redirect_uris() {
    let fixture = start().await;
    let code = code(&fixture, &[]).await;
    redeem(&fixture, &code, AS_WEB).await.assert_error(400, "invalid_grant", 70000);
    redeem(&fixture, &code, &[("client_id", CLIENT)]).await.assert_error(400, "invalid_grant", 70000);
    redeem(&fixture, &code, &[("redirect_uri", "")]).await.assert_error(400, "invalid_request", 900_144);
    for uri in ["http://localhost:5001", "http://localhost:5000/", "http://LOCALHOST:5000"] {
        let answer = redeem(&fixture, &code, &[("redirect_uri", uri)]).await;
        answer.assert_error(400, "invalid_client", 50011);
    }
    assert_eq!(redeem(&fixture, &code, &[]).await.status, 200);
    // Of the tenant: a code of `organizations` is redeemed there, or at `common`.
    let path = path_at("organizations/oauth2/v2.0", &[("client_id", CLIENT)]);
    let code = fields_at(&fixture, &path, json!({})).await["code"].clone();
    redeem(&fixture, &code, &[("client_id", CLIENT)]).await.assert_error(400, "invalid_grant", 700_005);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("code", code.as_str()),
    ];
    assert_eq!(fixture.redeem("common", &form).await.status, 200);
}

#[tokio::test]
async fn the_verifier_belongs_to_the_challenge() {
    let fixture = start().await;
    let plain = &[("code_challenge", VERIFIER)][..];
    let named = &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    for (challenge, good) in [(S256, VERIFIER), (plain, VERIFIER), (named, VERIFIER), (&[], "")] {
        let code = code(&fixture, challenge).await;
        let wrong = if good.is_empty() { VERIFIER } else { "" };
        for verifier in [wrong, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", &VERIFIER.to_lowercase()] {
            let answer = redeem(&fixture, &code, &[("code_verifier", verifier)]).await;
            answer.assert_error(400, "invalid_grant", 501_481);
        }
        assert_eq!(redeem(&fixture, &code, &[("code_verifier", good)]).await.status, 200);
    }
}

#[tokio::test]
async fn the_client_proves_itself_as_far_as_it_must() {
    let fixture = start().await;
    let web = code(&fixture, &[("client_id", WEB)]).await;
    redeem(&fixture, &web, &[("client_id", WEB)]).await.assert_error(401, "invalid_client", 7_000_218);
    assert_eq!(redeem(&fixture, &web, AS_WEB).await.status, 200);
    let public = code(&fixture, &[]).await;
    let secret = [("client_secret", "any")];
    redeem(&fixture, &public, &secret).await.assert_error(401, "invalid_client", 700_025);
    assert_eq!(redeem(&fixture, &public, &[]).await.status, 200);
    let app =
        [("client_id", SAMPLE_CONFIDENTIAL_CLIENT_ID), ("client_secret", SAMPLE_CONFIDENTIAL_CLIENT_SECRET)];
    let code = code(&fixture, &app[..1]).await;
    let token = redeem(&fixture, &code, &app).await.json();
    assert_eq!(claims(&text(&token, "access_token"))["appidacr"], "1");
}

#[tokio::test]
async fn the_scope_is_one_resources_and_was_asked_for() {
    let fixture = start().await;
    let both = format!("openid offline_access User.Read Mail.Read {VAULT}");
    for (scope, echo) in [
        ("", "email openid profile User.Read Mail.Read"),
        ("User.Read", "email openid profile User.Read"),
        (VAULT, VAULT),
    ] {
        let code = code(&fixture, &[("scope", &both)]).await;
        let body = redeem(&fixture, &code, &[("scope", scope)]).await.json();
        assert_eq!(body["scope"], echo, "{body}");
    }
    let code = code(&fixture, &[("scope", &both)]).await;
    let several = redeem(&fixture, &code, &[("scope", &both)]).await;
    several.assert_error(400, "invalid_request", 28000);
    for scope in
        ["Calendars.Read", "https://graph.microsoft.com/.default", "https://storage.azure.com/.default"]
    {
        redeem(&fixture, &code, &[("scope", scope)]).await.assert_error(400, "invalid_grant", 70000);
    }
    assert_eq!(redeem(&fixture, &code, &[("scope", "user.read")]).await.status, 200);
}

#[tokio::test]
async fn default_covers_what_its_resource_has() {
    let fixture = start().await;
    let code = code(&fixture, &[("scope", "https://graph.microsoft.com/.default")]).await;
    assert_eq!(redeem(&fixture, &code, &[("scope", "User.Read openid")]).await.status, 200);
}

#[tokio::test]
async fn the_page_asked_for_what_the_resources_want() {
    let fixture = start().await;
    let scope = format!(
        "{} {}",
        api(SAMPLE_MFA_API_APP_ID, "Tasks.Read"),
        api(SAMPLE_UNCONSENTED_API_APP_ID, "Tasks.Read")
    );
    for resource in scope.split(' ') {
        let code = code(&fixture, &[("scope", &scope)]).await;
        let body = redeem(&fixture, &code, &[("scope", resource)]).await.json();
        assert_eq!(body["scope"], resource, "{body}");
    }
}

#[tokio::test]
async fn a_pages_code_is_a_pages() {
    let fixture = start().await;
    let uri = ("redirect_uri", "https://spa.contoso.example/");
    let app = [&[("client_id", SPA), uri], S256].concat();
    let code = code(&fixture, &app).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", SPA),
        uri,
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let endpoint = format!("/{CONTOSO_TENANT_ID}/oauth2/v2.0/token");
    fixture.post_form(&endpoint, &form).await.assert_error(400, "invalid_request", 9_002_327);
    let elsewhere = fixture.post_form_with(&endpoint, &[("Origin", "https://evil.example")], &form).await;
    elsewhere.assert_error(400, "invalid_request", 9_002_326);
    let answer = fixture.post_form_with(&endpoint, &[("Origin", PAGE)], &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
}

#[tokio::test]
async fn a_programs_code_is_not_a_pages() {
    let fixture = start().await;
    let uri = ("redirect_uri", "https://login.microsoftonline.com/common/oauth2/nativeclient");
    let app = [("client_id", SPA), uri];
    let code = code(&fixture, &app).await;
    let form = [&app[..], &[("grant_type", "authorization_code"), ("code", code.as_str())]].concat();
    let endpoint = format!("/{CONTOSO_TENANT_ID}/oauth2/v2.0/token");
    let page = fixture.post_form_with(&endpoint, &[("Origin", PAGE)], &form).await;
    page.assert_error(400, "invalid_request", 9_002_326);
    assert_eq!(fixture.post_form(&endpoint, &form).await.status, 200);
}

#[tokio::test]
async fn v1_has_resources() {
    let fixture = start().await;
    let endpoint = "contoso.onmicrosoft.com/oauth2";
    let vault = ("resource", "https://vault.azure.net");
    for (asked, at_token) in [(&[vault][..], &[][..]), (&[vault], &[vault]), (&[], &[vault])] {
        let path = path_at(endpoint, &[&[("scope", "openid")], asked].concat());
        let code = fields_at(&fixture, &path, json!({})).await["code"].clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", PUBLIC),
            ("redirect_uri", REDIRECT_URI),
            ("code", code.as_str()),
        ];
        let answer = fixture.post_form(&format!("/{endpoint}/token"), &[&form[..], at_token].concat()).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["resource"]), (200, &json!("https://vault.azure.net")), "{body}");
        text(&body, "refresh_token");
    }
    // The page asked for nothing that a resource named only now wants.
    let mfa = api(SAMPLE_MFA_API_APP_ID, "");
    for (resource, error, number) in
        [("", "invalid_request", 900_144), (mfa.trim_end_matches('/'), "interaction_required", 50076)]
    {
        let code = fields_at(&fixture, &path_at(endpoint, &[]), json!({})).await["code"].clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", PUBLIC),
            ("redirect_uri", REDIRECT_URI),
            ("code", code.as_str()),
            ("resource", resource),
        ];
        let answer = fixture.post_form(&format!("/{endpoint}/token"), &form).await;
        answer.assert_error(400, error, number);
    }
}
