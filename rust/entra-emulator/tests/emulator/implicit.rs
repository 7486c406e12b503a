//! The tokens that /authorize itself gives: implicit and hybrid.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::common::{NOW, claims, start, text};
use crate::sign_in::{AS_WEB, USER, WEB, fields, fields_at, path, path_at, redeem, visit};

fn half_hash(token: &str) -> Value {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, token.as_bytes()).as_ref()[..16]).into()
}

#[tokio::test]
async fn each_response_type_gives_its_own() {
    let fixture = start().await;
    for response_type in
        ["id_token", "token", "id_token token", "token id_token", "code id_token", "code id_token token"]
    {
        let params = [("client_id", WEB), ("response_type", response_type), ("nonce", "n-1")];
        let answer = visit(&fixture, &path(&params), json!({})).await.json();
        assert!(text(&answer, "uri").starts_with("http://localhost:5000/#"), "{answer}");
        let fields = fields(&fixture, &params).await;
        let asked = |part: &str| response_type.split(' ').any(|asked| asked == part);
        assert_eq!(fields.contains_key("code"), asked("code"), "{response_type}");
        assert_eq!(fields.contains_key("id_token"), asked("id_token"), "{response_type}");
        for name in ["access_token", "token_type", "expires_in", "scope"] {
            assert_eq!(fields.contains_key(name), asked("token"), "{response_type} {name}");
        }
        assert!(!fields.contains_key("refresh_token"));
        if let Some(id_token) = fields.get("id_token") {
            let id = claims(id_token);
            assert_eq!(
                (&id["nonce"], &id["aud"], &id["auth_time"]),
                (&json!("n-1"), &json!(WEB), &json!(NOW))
            );
            assert_eq!(id["sid"], fields["session_state"].as_str());
            assert_eq!(id.get("c_hash").cloned(), fields.get("code").map(|code| half_hash(code)));
            assert_eq!(id.get("at_hash").cloned(), fields.get("access_token").map(|token| half_hash(token)));
        }
    }
}

#[tokio::test]
async fn the_access_token_is_a_public_clients() {
    let fixture = start().await;
    let params = [("client_id", WEB), ("response_type", "token"), ("client_info", "1"), ("nonce", "n")];
    let fields = fields(&fixture, &params).await;
    let access = claims(&fields["access_token"]);
    assert_eq!((&access["upn"], &access["appid"]), (&json!(USER), &json!(WEB)));
    assert_eq!(
        (&access["appidacr"], &access["scp"]),
        (&json!("0"), &json!("User.Read openid profile email"))
    );
    let lifetime: u64 = fields["expires_in"].parse().expect("a number as text");
    assert_eq!(access["exp"], NOW + lifetime);
    assert_eq!(
        (fields["token_type"].as_str(), fields["scope"].as_str()),
        ("Bearer", "email openid profile User.Read")
    );
    let info = URL_SAFE_NO_PAD.decode(&fields["client_info"]).expect("base64url");
    let info: Value = serde_json::from_slice(&info).expect("JSON");
    assert_eq!((&info["uid"], &info["utid"]), (&access["oid"], &access["tid"]));
}

#[tokio::test]
async fn a_hybrids_code_is_redeemed() {
    let fixture = start().await;
    let params = [
        ("client_id", WEB),
        ("response_type", "code id_token"),
        ("nonce", "n-2"),
        ("response_mode", "form_post"),
    ];
    let fields = fields(&fixture, &params).await;
    let body = redeem(&fixture, &fields["code"], AS_WEB).await.json();
    let (front, back) = (claims(&fields["id_token"]), claims(&text(&body, "id_token")));
    for name in ["iss", "sub", "oid", "nonce", "sid", "auth_time"] {
        assert_eq!(front[name], back[name], "{name}");
    }
}

#[tokio::test]
async fn a_client_that_can_be_challenged_gets_a_day() {
    let fixture = start().await;
    let capability = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let params = [("client_id", WEB), ("response_type", "token"), ("claims", capability)];
    assert_eq!(fields(&fixture, &params).await["expires_in"], "86399");
}

#[tokio::test]
async fn v1_has_its_own_id_tokens() {
    let fixture = start().await;
    let params = [("client_id", WEB), ("response_type", "id_token"), ("nonce", "n"), ("scope", "")];
    let path = path_at("contoso.onmicrosoft.com/oauth2", &params);
    let id = claims(&fields_at(&fixture, &path, json!({})).await["id_token"]);
    assert_eq!((&id["ver"], &id["upn"], &id["nonce"]), (&json!("1.0"), &json!(USER), &json!("n")));
}
