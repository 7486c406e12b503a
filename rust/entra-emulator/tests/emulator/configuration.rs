//! A configuration of one's own: from a file, and changed while the emulator runs.

use std::process::Stdio;

use entra_emulator::{Emulator, Options, START_CONFIGURATION, seed};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::common::{Answer, CLIENT, Fixture, GRAPH_DEFAULT, claims, start, start_with, text};

const DAEMON: &str = "22222222-2222-4222-8222-222222222222";
const SCRIPT: &str = "11111111-1111-4111-8111-111111111111";
const USER: &str = "user@mycompany.onmicrosoft.com";

async fn send(fixture: &Fixture, method: &str, path: &str, body: Value) -> Answer {
    let path = format!("/_control{path}");
    fixture.send(method, &path, &[], &body.to_string()).await.expect("an answer")
}

async fn own() -> Fixture {
    start_with(Options { configuration: Some(START_CONFIGURATION.to_owned()), ..Options::default() }).await
}

async fn password_of(fixture: &Fixture, client: &str, upn: &str, scope: &str) -> Answer {
    let fields = [
        ("grant_type", "password"),
        ("client_id", client),
        ("username", upn),
        ("password", seed::PASSWORD),
        ("scope", scope),
    ];
    fixture.redeem("organizations", &fields).await
}

#[tokio::test]
async fn a_file_has_its_own_tenants_users_apps_and_apis() {
    let fixture = own().await;
    let answer = password_of(&fixture, SCRIPT, USER, "api://my-api/Orders.Read").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = claims(&text(&answer.json(), "access_token"));
    assert_eq!(
        (&token["scp"], &token["aud"]),
        (&json!("Orders.Read"), &json!("33333333-3333-4333-8333-333333333333"))
    );
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", DAEMON),
        ("client_secret", "emulator-only-secret"),
        ("scope", "api://my-api/.default"),
    ];
    let answer = fixture.redeem("mycompany.onmicrosoft.com", &fields).await;
    assert_eq!(claims(&text(&answer.json(), "access_token"))["roles"], json!(["Orders.Read"]));
    // Of the default configuration there is nothing; Microsoft's own apps and APIs are everywhere.
    let answer = password_of(&fixture, CLIENT, "user@contoso.onmicrosoft.com", GRAPH_DEFAULT).await;
    answer.assert_error(400, "invalid_grant", 50034);
    assert_eq!(password_of(&fixture, CLIENT, USER, GRAPH_DEFAULT).await.status, 200);
}

#[tokio::test]
async fn an_export_can_be_loaded() {
    let fixture = start().await;
    let exported = fixture.get("/_control/configuration").await.json();
    assert_eq!(exported["default_user"], seed::DEFAULT_USERNAME);
    let again = start_with(Options { configuration: Some(exported.to_string()), ..Options::default() }).await;
    assert_eq!(again.get("/_control/configuration").await.json(), exported);
    let own = own().await;
    assert_eq!(send(&own, "PUT", "/configuration", exported.clone()).await.status, 200);
    assert_eq!(own.password(seed::DEFAULT_USERNAME, GRAPH_DEFAULT).await.status, 200);
}

#[tokio::test]
async fn objects_are_added_changed_and_removed() {
    let fixture = start().await;
    let added =
        fixture.control("/users", json!({ "user_principal_name": "new@contoso.onmicrosoft.com" })).await;
    assert_eq!((&added["name"], &added["tenant"]), (&json!("new"), &json!(seed::CONTOSO_TENANT_ID)));
    uuid::Uuid::parse_str(&text(&added, "id")).expect("a GUID");
    let token = fixture.password("new@contoso.onmicrosoft.com", "User.Read offline_access").await.json();
    let token = text(&token, "refresh_token");
    let path = "/users/NEW@contoso.onmicrosoft.com";
    let refresh = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token.as_str())];
    for (fields, number) in [
        (json!({ "status": "disabled" }), 50057),
        (json!({ "status": null, "mfa": "required" }), 50076),
        (json!({ "mfa": "none", "blocked_by_policy": true }), 53003),
    ] {
        assert_eq!(send(&fixture, "PATCH", path, fields).await.status, 200);
        let answer = fixture.redeem("organizations", &refresh).await;
        assert_eq!(answer.json()["error_codes"], json!([number]), "{}", answer.body);
    }
    assert_eq!(send(&fixture, "DELETE", path, json!({})).await.status, 200);
    fixture.redeem("organizations", &refresh).await.assert_error(400, "invalid_grant", 50034);
    assert_eq!(send(&fixture, "DELETE", path, json!({})).await.status, 404);
}

#[tokio::test]
async fn apps_and_apis_of_microsoft_can_be_changed_too() {
    let fixture = start().await;
    let path = "/apis/https%3A%2F%2Fvault.azure.net";
    assert_eq!(send(&fixture, "PATCH", path, json!({ "policy": "blocked" })).await.status, 200);
    let answer = fixture.password(seed::DEFAULT_USERNAME, "https://vault.azure.net/.default").await;
    answer.assert_error(400, "invalid_grant", 53003);
    let app = json!({ "client_id": CLIENT, "disabled": true, "first_party": true });
    fixture.control("/apps", app).await;
    let answer = fixture.password(seed::DEFAULT_USERNAME, GRAPH_DEFAULT).await;
    answer.assert_error(400, "unauthorized_client", 7_000_112);
}

#[tokio::test]
async fn mistakes_name_the_field() {
    let fixture = start().await;
    for (method, path, body, status, named) in [
        ("POST", "/users", json!({ "user_principal_name": "a@unknown.example" }), 400, "user_principal_name"),
        (
            "POST",
            "/users",
            json!({ "user_principal_name": "a@contoso.onmicrosoft.com", "mfa": 1 }),
            400,
            "mfa",
        ),
        ("POST", "/apps", json!({ "client_id": "x" }), 400, "client_id: must be a GUID"),
        ("PATCH", "/users/nobody@contoso.onmicrosoft.com", json!({}), 404, "nobody@"),
        ("PATCH", "/things/x", json!({}), 404, "'things'"),
        ("PUT", "/configuration", json!({ "tenants": [] }), 400, "line 1, tenants: at least one"),
    ] {
        let answer = send(&fixture, method, path, body).await;
        let error = text(&answer.json(), "error");
        assert_eq!(answer.status, status, "{path}: {error}");
        assert!(error.contains(named), "{path}: {error}");
    }
    // Nothing of it has changed anything.
    assert_eq!(fixture.password(seed::DEFAULT_USERNAME, GRAPH_DEFAULT).await.status, 200);
}

#[tokio::test]
async fn lifetimes_are_configured() {
    let mut configuration: Value = serde_json::from_str(START_CONFIGURATION).expect("JSON");
    configuration["lifetimes"] = json!({ "access_token": 120, "id_token": 60, "refresh_token_unused": 30 });
    let fixture =
        start_with(Options { configuration: Some(configuration.to_string()), ..Options::default() }).await;
    let answer = password_of(&fixture, SCRIPT, USER, "openid offline_access User.Read").await.json();
    assert_eq!(answer["expires_in"], 120);
    let id_token = claims(&text(&answer, "id_token"));
    assert_eq!(id_token["exp"].as_u64(), Some(crate::common::NOW + 60));
    fixture.clock.advance(30);
    let token = text(&answer, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("client_id", SCRIPT), ("refresh_token", token.as_str())];
    fixture.redeem("organizations", &fields).await.assert_error(400, "invalid_grant", 700_082);
}

#[tokio::test]
async fn optional_claims_and_groups_are_in_tokens_on_request() {
    let fixture = start().await;
    let api = format!("/apis/{}", seed::SAMPLE_API_APP_ID);
    let wanted = json!({ "optional_claims": ["groups", "email", "family_name", "upn", "acct"] });
    assert_eq!(send(&fixture, "PATCH", &api, wanted).await.status, 200);
    let scope = format!("api://{}/access_as_user", seed::SAMPLE_API_APP_ID);
    let answer = fixture.password(seed::DEFAULT_USERNAME, &scope).await.json();
    let claims = claims(&text(&answer, "access_token"));
    assert_eq!(claims["groups"], json!(["3c9d5e18-74a2-4b6f-8e01-d2f7a9b4c610"]));
    assert_eq!((&claims["email"], &claims["acct"]), (&json!(seed::DEFAULT_USERNAME), &json!(0)));
    assert_eq!(claims["idtyp"], Value::Null);
}

#[tokio::test]
async fn a_pre_authorized_client_needs_no_consent() {
    let fixture = start().await;
    let scope = format!("api://{}/access_as_user", seed::SAMPLE_UNCONSENTED_API_APP_ID);
    let ask = || fixture.password(seed::DEFAULT_USERNAME, &scope);
    ask().await.assert_error(400, "invalid_grant", 65001);
    let api = format!("/apis/{}", seed::SAMPLE_UNCONSENTED_API_APP_ID);
    send(&fixture, "PATCH", &api, json!({ "pre_authorized_clients": [CLIENT] })).await;
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn a_guest_signs_in_away_from_home() {
    let fixture = start().await;
    let answer = fixture.password("guest@fabrikam.onmicrosoft.com", GRAPH_DEFAULT).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let claims = claims(&text(&answer.json(), "access_token"));
    assert_eq!(claims["tid"], seed::CONTOSO_TENANT_ID);
    assert!(text(&claims, "idp").contains(seed::FABRIKAM_TENANT_ID), "{claims}");
    let stranger = fixture.password("user@fabrikam.onmicrosoft.com", GRAPH_DEFAULT).await;
    stranger.assert_error(400, "invalid_grant", 50020);
}

/// The program's answer to arguments: its exit code, what it wrote, and its error.
async fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_entra-emulator"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn the_program_writes_and_checks_configurations() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("emulator.json");
    let file = file.to_str().expect("UTF-8");
    let (code, written, error) = run(&["init", file]).await;
    assert!(code == Some(0) && written.contains("--config"), "{written} {error}");
    assert_eq!(std::fs::read_to_string(file).expect("a file"), START_CONFIGURATION);
    let (code, _, error) = run(&["init", file]).await;
    assert!(code == Some(1) && error.contains(file), "a file that is there stays: {error}");
    std::fs::write(file, "{\n\"tenants\": [{ \"domain\": \"a.example\" }],\n\"users\": [{}]\n}")
        .expect("written");
    let (code, _, error) = run(&["--config", file]).await;
    assert_eq!(code, Some(1));
    assert!(error.contains("line 3, users[0]: missing field `user_principal_name`"), "{error}");
    let (code, _, error) = run(&["--config", "/no/such/file.json"]).await;
    assert!(code == Some(2) && error.contains("/no/such/file.json"), "{error}");
    let (code, schema, _) = run(&["schema"]).await;
    assert_eq!((code, schema), (Some(0), entra_emulator::configuration_schema()));
}

#[tokio::test]
async fn a_wrong_configuration_doesnt_start() {
    let options = Options { configuration: Some("{}".to_owned()), test_keys: true, ..Options::default() };
    let error = Emulator::start(options).await.expect_err("refused").to_string();
    assert!(error.contains("tenants"), "{error}");
}
