//! The client credentials grant by secret: what it gives, and what it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, FABRIKAM_DOMAIN, FABRIKAM_TENANT_ID, SAMPLE_API_APP_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_ID as CLIENT, SAMPLE_CONFIDENTIAL_CLIENT_SECRET as SECRET,
    SAMPLE_DAEMON_CLIENT_ID, SAMPLE_DAEMON_CLIENT_SECRET, SAMPLE_DISABLED_CLIENT_ID,
    SAMPLE_EXPIRED_CLIENT_SECRET, SAMPLE_PUBLIC_CLIENT_ID, SAMPLE_RESTRICTED_API_APP_ID,
};
use serde_json::json;

use crate::common::{Answer, Fixture, GRAPH_DEFAULT, api, claims, start, text};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn token(fixture: &Fixture, scope: &str, more: &[(&str, &str)]) -> Answer {
    let base = [GRANT, ("client_id", CLIENT), ("client_secret", SECRET), ("scope", scope)];
    fixture.redeem(CONTOSO_DOMAIN, &[&base[..], more].concat()).await
}

#[tokio::test]
async fn the_answer_has_a_token_and_nothing_of_a_user() {
    let fixture = start().await;
    // What Microsoft's libraries add changes nothing.
    let more = [("client_info", "2"), ("x-client-SKU", "MSAL.NetCore"), ("x-client-Ver", "4.92.0")];
    let scope = format!("{GRAPH_DEFAULT} openid profile offline_access");
    let body = token(&fixture, &scope, &more).await.json();
    let fields: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["token_type", "expires_in", "ext_expires_in", "access_token"]);
    let claims = claims(&text(&body, "access_token"));
    for (claim, value) in [
        ("aud", json!("https://graph.microsoft.com")),
        ("appid", json!(CLIENT)),
        ("appidacr", json!("1")),
        ("idtyp", json!("app")),
        ("roles", json!(["Application.Read.All", "User.Read.All"])),
        ("tid", json!(CONTOSO_TENANT_ID)),
        ("ver", json!("1.0")),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    assert_eq!(claims["sub"], claims["oid"]);
    for absent in ["scp", "upn", "name", "amr"] {
        assert_eq!(claims.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn each_tenant_has_its_own_service_principal() {
    let fixture = start().await;
    let scope = api(SAMPLE_API_APP_ID, ".default");
    let home = token(&fixture, &scope, &[]).await.json();
    let fields = [GRANT, ("client_id", CLIENT), ("client_secret", SECRET), ("scope", &scope)];
    let away = fixture.redeem(FABRIKAM_DOMAIN, &fields).await.json();
    let (home, away) = (claims(&text(&home, "access_token")), claims(&text(&away, "access_token")));
    assert_eq!((&home["azp"], &home["azpacr"], &home["ver"]), (&json!(CLIENT), &json!("1"), &json!("2.0")));
    assert_eq!((&home["roles"], &home["aud"]), (&json!(["Tasks.Read"]), &json!(SAMPLE_API_APP_ID)));
    assert_eq!(away["tid"], FABRIKAM_TENANT_ID);
    assert_ne!(home["oid"], away["oid"]);
}

#[tokio::test]
async fn a_client_that_takes_challenges_gets_a_day() {
    let fixture = start().await;
    let cp1 = [("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#)];
    let body = token(&fixture, GRAPH_DEFAULT, &cp1).await.json();
    assert_eq!(body["expires_in"], 86_399);
    let claims = claims(&text(&body, "access_token"));
    assert_eq!(claims["xms_cc"], json!(["cp1"]));
    assert_eq!(claims["exp"].as_u64(), claims["iat"].as_u64().map(|iat| iat + 300 + 86_399));
    let other = [("claims", r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#)];
    let body = token(&fixture, GRAPH_DEFAULT, &other).await.json();
    assert!(body["expires_in"].as_u64().is_some_and(|seconds| seconds <= 5400), "{body}");
    for broken in ["{", "[]", "\"x\""] {
        let answer = token(&fixture, GRAPH_DEFAULT, &[("claims", broken)]).await;
        answer.assert_error(400, "invalid_request", 90100);
    }
}

#[tokio::test]
async fn scopes_are_default_of_one_resource() {
    let fixture = start().await;
    let mixed = format!("{GRAPH_DEFAULT} https://graph.microsoft.com/User.Read");
    for (scope, error, number) in [
        ("https://graph.microsoft.com/User.Read", "invalid_scope", 1_002_012),
        ("User.Read", "invalid_scope", 1_002_012),
        ("openid", "invalid_scope", 1_002_012),
        ("https://graph.microsoft.com/.default https://vault.azure.net/.default", "invalid_request", 28000),
        (mixed.as_str(), "invalid_scope", 70011),
        ("https://graph.microsoft.com", "invalid_scope", 70011),
        ("https://unknown.example/.default", "invalid_resource", 500_011),
        ("", "invalid_request", 900_144),
    ] {
        token(&fixture, scope, &[]).await.assert_error(400, error, number);
    }
    let resource = [("resource", "https://graph.microsoft.com")];
    token(&fixture, GRAPH_DEFAULT, &resource).await.assert_error(400, "invalid_request", 901_002);
}

#[tokio::test]
async fn clients_prove_themselves() {
    let fixture = start().await;
    let scope = ("scope", GRAPH_DEFAULT);
    for (client, secret, status, error, number) in [
        (CLIENT, Some("wrong"), 401, "invalid_client", 7_000_215),
        (CLIENT, Some(SAMPLE_EXPIRED_CLIENT_SECRET), 401, "invalid_client", 7_000_222),
        (CLIENT, None, 401, "invalid_client", 7_000_218),
        (SAMPLE_PUBLIC_CLIENT_ID, None, 401, "invalid_client", 7_000_218),
        (SAMPLE_PUBLIC_CLIENT_ID, Some("any"), 401, "invalid_client", 700_025),
        (SAMPLE_DISABLED_CLIENT_ID, Some(SAMPLE_DAEMON_CLIENT_SECRET), 400, "unauthorized_client", 7_000_112),
        ("00000000-1111-4222-8333-444444444444", Some("any"), 400, "unauthorized_client", 700_038),
        ("no-guid", Some("any"), 400, "unauthorized_client", 700_038),
    ] {
        let mut fields = vec![GRANT, ("client_id", client), scope];
        fields.extend(secret.map(|secret| ("client_secret", secret)));
        let answer = fixture.redeem(CONTOSO_DOMAIN, &fields).await;
        answer.assert_error(status, error, number);
        assert!(
            secret.is_none_or(|secret| secret == "any" || !answer.body.contains(secret)),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn basic_is_a_way_and_two_ways_are_none() {
    let fixture = start().await;
    let path = format!("/{CONTOSO_DOMAIN}/oauth2/v2.0/token");
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
    let fields = [GRANT, ("scope", GRAPH_DEFAULT)];
    let encoded = basic(&SECRET.replace('-', "%2D"));
    assert_eq!(fixture.post_form_with(&path, &[("Authorization", &encoded)], &fields).await.status, 200);
    let wrong = fixture.post_form_with(&path, &[("Authorization", &basic("wrong"))], &fields).await;
    wrong.assert_error(401, "invalid_client", 7_000_215);
    for second in
        [("client_secret", SECRET), ("client_assertion", "a.b.c"), ("client_id", SAMPLE_DAEMON_CLIENT_ID)]
    {
        let fields = [&fields[..], &[second]].concat();
        let answer = fixture.post_form_with(&path, &[("Authorization", &encoded)], &fields).await;
        answer.assert_error(400, "invalid_request", 9_002_313);
    }
    for broken in ["Basic !", "Basic bm9jb2xvbg=="] {
        let answer = fixture.post_form_with(&path, &[("Authorization", broken)], &fields).await;
        answer.assert_error(400, "invalid_request", 9_002_313);
    }
}

#[tokio::test]
async fn an_app_has_one_tenant_and_its_roles() {
    let fixture = start().await;
    let fields = [GRANT, ("client_id", CLIENT), ("client_secret", SECRET), ("scope", GRAPH_DEFAULT)];
    for tenant in ["common", "organizations", "consumers"] {
        fixture.redeem(tenant, &fields).await.assert_error(400, "invalid_request", 50059);
    }
    fixture.redeem("unknown.example", &fields).await.assert_error(400, "invalid_request", 90002);
    fixture.redeem("not%20one", &fields).await.assert_error(400, "invalid_request", 900_023);
    let restricted = api(SAMPLE_RESTRICTED_API_APP_ID, ".default");
    token(&fixture, &restricted, &[]).await.assert_error(400, "invalid_grant", 501_051);
    let assigned = [
        GRANT,
        ("client_id", SAMPLE_DAEMON_CLIENT_ID),
        ("client_secret", SAMPLE_DAEMON_CLIENT_SECRET),
        ("scope", &restricted),
    ];
    let body = fixture.redeem(CONTOSO_DOMAIN, &assigned).await.json();
    assert_eq!(claims(&text(&body, "access_token"))["roles"], json!(["Tasks.Read"]));
    fixture.redeem(FABRIKAM_DOMAIN, &assigned).await.assert_error(400, "unauthorized_client", 700_016);
}
