//! Requests that the service refuses, with its own words.

use serde_json::{Value, json};

use crate::common::{CLIENT, DEVICE_CODE_PATH, DEVICE_GRANT, GRAPH_DEFAULT, TOKEN_PATH, start};

#[tokio::test]
async fn unknown_tenants_and_clients() {
    let fixture = start().await;
    let fields = [("client_id", CLIENT), ("scope", GRAPH_DEFAULT), ("grant_type", DEVICE_GRANT)];
    for endpoint in ["devicecode", "token"] {
        let answer = fixture.post_form(&format!("/unknown.example/oauth2/v2.0/{endpoint}"), &fields).await;
        answer.assert_error(400, "invalid_request", 90002);
        let unknown = [("client_id", "00000000-1111-4222-8333-444444444444"), fields[1], fields[2]];
        let answer = fixture.post_form(&format!("/common/oauth2/v2.0/{endpoint}"), &unknown).await;
        let body = answer.assert_error(400, "unauthorized_client", 700_038);
        assert_eq!(body.get("error_uri"), None);
    }
}

#[tokio::test]
async fn missing_parameters_are_named() {
    let fixture = start().await;
    for (path, fields, missing) in [
        (DEVICE_CODE_PATH, &[("scope", GRAPH_DEFAULT)][..], "client_id"),
        (DEVICE_CODE_PATH, &[("client_id", CLIENT)], "scope"),
        (DEVICE_CODE_PATH, &[("client_id", CLIENT), ("scope", "")], "scope"),
        (TOKEN_PATH, &[("client_id", CLIENT)], "grant_type"),
        (TOKEN_PATH, &[("grant_type", DEVICE_GRANT)], "client_id"),
        (TOKEN_PATH, &[("grant_type", DEVICE_GRANT), ("client_id", CLIENT)], "device_code"),
        (TOKEN_PATH, &[("grant_type", "refresh_token"), ("client_id", CLIENT)], "refresh_token"),
    ] {
        let body = fixture.post_form(path, fields).await.assert_error(400, "invalid_request", 900_144);
        let named = format!("'{missing}'");
        assert!(body["error_description"].as_str().is_some_and(|text| text.contains(&named)), "{body}");
    }
}

#[tokio::test]
async fn unknown_grants_are_refused_without_a_uri() {
    let fixture = start().await;
    let answer = fixture.post_form(TOKEN_PATH, &[("grant_type", "magic"), ("client_id", CLIENT)]).await;
    let body = answer.assert_error(400, "unsupported_grant_type", 70003);
    assert_eq!(body.get("error_uri"), None);
}

#[tokio::test]
async fn scopes_are_of_one_known_resource() {
    let fixture = start().await;
    for (scope, error, number) in [
        ("User.Read https://vault.azure.net/.default", "invalid_request", 28000),
        (
            "https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read",
            "invalid_scope",
            70011,
        ),
        ("https://unknown.example/.default", "invalid_resource", 500_011),
    ] {
        let answer = fixture.post_form(DEVICE_CODE_PATH, &[("client_id", CLIENT), ("scope", scope)]).await;
        answer.assert_error(400, error, number);
    }
}

#[tokio::test]
async fn only_forms_are_posted() {
    let fixture = start().await;
    fixture.get(TOKEN_PATH).await.assert_error(400, "invalid_request", 900_561);
    fixture.get(DEVICE_CODE_PATH).await.assert_error(400, "invalid_request", 900_561);
    let json = [("Content-Type", "application/json")];
    let answer = fixture.send("POST", TOKEN_PATH, &json, r#"{"grant_type":"x"}"#).await.expect("an answer");
    answer.assert_error(400, "invalid_request", 900_144);
    let form = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];
    for (body, number) in [
        ("grant_type=%zz", 9_002_313),
        ("grant_type=%ff", 9_002_313),
        ("grant_type=a&grant_type=b", 9_000_411),
        ("grant_type=a&client_id=b", 70003),
    ] {
        let answer = fixture.send("POST", TOKEN_PATH, &form, body).await.expect("an answer");
        assert_eq!(answer.json()["error_codes"], json!([number]), "{body}");
    }
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let fixture = start().await;
    let body = format!("grant_type={}", "x".repeat(300_000));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = fixture.send("POST", TOKEN_PATH, &form, &body).await.expect("an answer");
    answer.assert_error(413, "invalid_request", 9_002_313);
}

#[tokio::test]
async fn correlation_ids_come_back() {
    let fixture = start().await;
    let id = "6a1f2b3c-4d5e-4f60-8a7b-9c0d1e2f3a4b";
    let in_header = fixture.post_form_with(TOKEN_PATH, &[("client-request-id", id)], &[]).await;
    let in_form = fixture.post_form(TOKEN_PATH, &[("client-request-id", id)]).await;
    let in_query = fixture.post_form(&format!("{TOKEN_PATH}?client-request-id={id}"), &[]).await;
    for answer in [in_header, in_form, in_query] {
        assert_eq!(answer.assert_error(400, "invalid_request", 900_144)["correlation_id"], id);
        assert_eq!(answer.header("client-request-id"), None);
    }
    let made_up = fixture.post_form_with(TOKEN_PATH, &[("client-request-id", "not a GUID")], &[]).await;
    assert_ne!(made_up.assert_error(400, "invalid_request", 900_144)["correlation_id"], "not a GUID");
}

#[tokio::test]
async fn error_headers_are_the_services() {
    let fixture = start().await;
    let answer = fixture.post_form(TOKEN_PATH, &[]).await;
    for (name, value) in [
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("content-type", "application/json; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-ms-clitelem", "1,900144,0,,"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(answer.header("x-ms-ests-server").is_some() && answer.header("p3p").is_some());
}

#[tokio::test]
async fn other_paths_and_methods_are_json_too() {
    let fixture = start().await;
    let missing = fixture.get("/nothing/here").await;
    assert_eq!((missing.status, &missing.json()["error"]), (404, &Value::from("not_found")));
    let posted = fixture.post_form("/v1.0/me", &[]).await;
    assert_eq!((posted.status, &posted.json()["error"]), (405, &Value::from("method_not_allowed")));
}
