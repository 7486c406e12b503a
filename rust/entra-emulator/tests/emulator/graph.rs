//! `/v1.0/me`: which tokens it takes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::common::{Answer, Fixture, GRAPH_DEFAULT, claims, start, text};

async fn me(fixture: &Fixture, authorization: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> =
        authorization.map(|value| ("Authorization", value)).into_iter().collect();
    fixture.send("GET", "/v1.0/me", &headers, "").await.expect("an answer")
}

fn assert_refused(answer: &Answer, message: &str) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "InvalidAuthenticationToken");
    assert!(text(error, "message").contains(message), "{error}");
    assert_eq!(error["innerError"]["date"].as_str().map(str::len), Some(19));
    assert_eq!(answer.header("request-id"), error["innerError"]["request-id"].as_str());
    assert!(answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer ")));
}

#[tokio::test]
async fn a_token_for_graph_shows_its_user() {
    let fixture = start().await;
    for scope in [GRAPH_DEFAULT, "User.Read"] {
        let token = text(&fixture.token(scope).await, "access_token");
        let answer = me(&fixture, Some(&format!("Bearer {token}"))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let expected = json!({
            "@odata.context": format!("{}/v1.0/$metadata#users/$entity", fixture.emulator.url()),
            "businessPhones": [],
            "displayName": "Sample User",
            "givenName": "Sample",
            "jobTitle": null,
            "mail": "user@contoso.onmicrosoft.com",
            "mobilePhone": null,
            "officeLocation": null,
            "preferredLanguage": null,
            "surname": "User",
            "userPrincipalName": "user@contoso.onmicrosoft.com",
            "id": "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b01",
        });
        assert_eq!(answer.json(), expected);
    }
}

#[tokio::test]
async fn no_token_and_no_jwt_are_refused() {
    let fixture = start().await;
    assert_refused(&me(&fixture, None).await, "empty");
    assert_refused(&me(&fixture, Some("Basic dXNlcjpwYXNz")).await, "empty");
    assert_refused(&me(&fixture, Some("Bearer opaque")).await, "IDX14100");
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let fixture = start().await;
    let body = fixture.token(GRAPH_DEFAULT).await;
    let bearer = format!("Bearer {}", text(&body, "access_token"));
    let lifetime = body["expires_in"].as_u64().expect("a number");
    fixture.clock.advance(lifetime - 1);
    assert_eq!(me(&fixture, Some(&bearer)).await.status, 200);
    fixture.clock.advance(1);
    assert_refused(&me(&fixture, Some(&bearer)).await, "expired");
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    let fixture = start().await;
    let body = fixture.token("https://vault.azure.net/.default openid").await;
    for field in ["access_token", "id_token"] {
        assert_refused(&me(&fixture, Some(&format!("Bearer {}", text(&body, field)))).await, "audience");
    }
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let fixture = start().await;
    let token = text(&fixture.token(GRAPH_DEFAULT).await, "access_token");
    let parts: Vec<&str> = token.split('.').collect();
    let mut changed: Value = claims(&token);
    changed["oid"] = "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b02".into();
    let payload = URL_SAFE_NO_PAD.encode(changed.to_string());
    let forged = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_refused(&me(&fixture, Some(&format!("Bearer {forged}"))).await, "signature");
    let unsigned = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#));
    assert_refused(&me(&fixture, Some(&format!("Bearer {unsigned}"))).await, "signature");
}
