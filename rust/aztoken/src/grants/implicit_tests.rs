use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::jwt::base64url;
use crate::testing::{Server, browser_caller, key_set, sign, visit};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const CLIENT: &str = "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21";
const TOKEN: &str = r#"{"access_token":"REDEEMED","token_type":"Bearer","expires_in":3600}"#;

/// The left half of a SHA-256, as OpenID Connect Core has it.
fn half_hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    base64url::encode(&Sha256::digest(text)[..16])
}

/// A service with keys and metadata, which then answers one token request.
async fn service() -> (Server, Server) {
    let keys = Server::start([(200, key_set("k1").as_str())]).await;
    let metadata = json!({ "issuer": format!("https://login.contoso.com/{TENANT}/v2.0"), "jwks_uri": format!("{}/keys", keys.url) });
    (Server::start([(200, metadata.to_string().as_str()), (200, TOKEN)]).await, keys)
}

/// Asks for `response_type`; the page answers with `answer` and an ID token whose claims `change` has changed.
async fn run(
    response_type: &str,
    answer: &[(&str, &str)],
    change: impl Fn(&mut Value),
) -> (Result<TokenSet>, Vec<Value>) {
    let (service, _keys) = service().await;
    let (caller, mut events) = browser_caller();
    let now = caller.context.clock.unix_now();
    let common = RequestOptions {
        authority: Some(service.url.clone()),
        tenant: Some(TENANT.into()),
        client_id: Some(CLIENT.into()),
        ..RequestOptions::default()
    };
    let grant: Implicit =
        serde_json::from_value(json!({ "open_browser": false, "response_type": response_type }))
            .expect("a grant");
    let mut seen = Vec::new();
    let (outcome, ()) = tokio::join!(caller.run(common, grant), async {
        while let Some(event) = events.recv().await {
            let uri = event["uri"].as_str().map(|uri| Url::parse(uri).expect("a URI"));
            seen.push(event);
            let Some(uri) = uri else { continue };
            let query: std::collections::HashMap<String, String> = uri.query_pairs().into_owned().collect();
            let mut claims = json!({
                "aud": CLIENT, "iss": format!("https://login.contoso.com/{TENANT}/v2.0"), "tid": TENANT, "exp": now + 600, "iat": now,
                "ver": "2.0", "preferred_username": "user@contoso.com", "nonce": query.get("nonce"),
                "c_hash": half_hash("CODE"), "at_hash": half_hash("ACCESS"),
            });
            let untouched = sign("k1", &claims);
            change(&mut claims);
            let mut id_token = sign("k1", &claims);
            if claims["tampered"] == true {
                // What was changed after it was signed.
                let kept = id_token.rfind('.').expect("a JWT");
                id_token.replace_range(kept.., &untouched[untouched.rfind('.').expect("a JWT")..]);
            }
            let mut fields = answer.to_vec();
            fields.push(("state", &query["state"]));
            if response_type.contains("id_token") {
                fields.push(("id_token", &id_token));
            }
            visit(&query["redirect_uri"], true, &fields).await;
            return;
        }
    });
    (outcome, seen)
}

const ACCESS: [(&str, &str); 4] =
    [("access_token", "ACCESS"), ("token_type", "Bearer"), ("expires_in", "3599"), ("scope", "User.Read")];

#[tokio::test]
async fn tokens_come_through_the_browser_with_a_warning() {
    let (outcome, events) = run("id_token token", &ACCESS, |_| {}).await;
    let token = outcome.expect("a token");
    assert_eq!((token.access_token.expose(), token.token_type.as_str()), ("ACCESS", "Bearer"));
    assert_eq!(token.scopes, ["User.Read"]);
    assert!(token.id_token.is_some() && token.refresh_token.is_none());
    let warnings: Vec<_> = events.iter().filter(|event| event["event"] == "warning").collect();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0]["text"].as_str().expect("text").contains("authorization code flow"));
    let shown = serde_json::to_string(&events).expect("JSON");
    assert!(!shown.contains("ACCESS") && !shown.contains(token.id_token.expect("there").expose()));
}

#[tokio::test]
async fn an_access_token_alone_has_nothing_to_prove_it() {
    let token = run("token", &ACCESS, |_| {}).await.0.expect("a token");
    assert_eq!(token.access_token.expose(), "ACCESS");
    assert!(token.id_token.is_none());
}

#[tokio::test]
async fn an_id_token_alone_is_no_access_token() {
    let token = run("id_token", &[], |_| {}).await.0.expect("a token");
    assert!(token.access_token.is_empty() && token.id_token.is_some());
    assert_eq!(token.identity.as_deref(), Some("user@contoso.com"));
    assert_eq!(token.tenant_id.as_deref(), Some(TENANT));
    let claims = token.claims.as_ref().expect("claims");
    assert_eq!(token.expires_on, claims["exp"].as_i64());
    let event = serde_json::to_value(&token).expect("JSON");
    assert!(event["access_token"].is_null() && event["token_type"].is_null());
}

#[tokio::test]
async fn a_code_beside_it_is_redeemed() {
    let (outcome, events) = run("code id_token", &[("code", "CODE")], |_| {}).await;
    assert_eq!(outcome.expect("a token").access_token.expose(), "REDEEMED");
    assert_eq!(events.iter().filter(|event| event["event"] == "warning").count(), 1);
    let all: Vec<_> = [("code", "CODE")].into_iter().chain(ACCESS).collect();
    let (outcome, events) = run("code id_token token", &all, |_| {}).await;
    assert_eq!(outcome.expect("a token").access_token.expose(), "REDEEMED");
    assert_eq!(
        events.iter().filter(|event| event["event"] == "warning").count(),
        2,
        "not verified with the service"
    );
}

#[tokio::test]
async fn an_id_token_of_another_sign_in_app_or_time_is_refused() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 11] = [
        (|claims| claims["nonce"] = json!("other"), "another sign-in"),
        (|claims| claims["aud"] = json!("other"), "The audience is other"),
        (|claims| claims["iss"] = json!("https://evil.example/v2.0"), "The issuer is https://evil.example"),
        (|claims| claims["exp"] = json!(1_000_000_000), "Expired"),
        (|claims| claims["iat"] = json!(9_000_000_000_u64), "in the future"),
        (|claims| claims["at_hash"] = json!(half_hash("OTHER")), "another access token"),
        (|claims| claims["c_hash"] = json!(half_hash("OTHER")), "another code"),
        (|claims| claims["tampered"] = json!(true), "signature doesn't match"),
        (|claims| drop(claims.as_object_mut().expect("claims").remove("nonce")), "another sign-in"),
        (|claims| drop(claims.as_object_mut().expect("claims").remove("c_hash")), "c_hash is missing"),
        (|claims| drop(claims.as_object_mut().expect("claims").remove("at_hash")), "at_hash is missing"),
    ];
    let all: Vec<_> = [("code", "CODE")].into_iter().chain(ACCESS).collect();
    for (change, words) in changes {
        let error = run("code id_token token", &all, change).await.0.expect_err(words);
        assert_eq!(error.error, "invalid_id_token", "{error}");
        assert!(error.message.contains(words), "{words}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_given_is_refused_before_anything_is_sent() {
    for (response_type, words) in [
        ("code", "authorization code grant returns"),
        ("code token", "isn't supported"),
        ("none", "consist of"),
    ] {
        let (caller, _events) = browser_caller();
        let grant: Implicit =
            serde_json::from_value(json!({ "response_type": response_type })).expect("a grant");
        let error = caller.run(RequestOptions::default(), grant).await.expect_err(words);
        assert_eq!(error.parameter, Some("response_type"));
        assert!(error.message.contains(words), "{error}");
    }
}
