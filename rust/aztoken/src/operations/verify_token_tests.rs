use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;
use crate::jwt::base64url;
use crate::testing::{Caller, Server, key_set, sign};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
/// `testing::ManualClock` begins here.
const NOW: i64 = 1_800_000_000;

/// Runs the operation; its result as the members of the event.
async fn verified(caller: &Caller, options: RequestOptions, request: VerifyToken) -> Result<Value> {
    let report = caller.run_without_limit(options, request).await?;
    Ok(serde_json::to_value(report).expect("serializable"))
}

fn token(issuer: &str, version: &str, kid: &str) -> String {
    let claims =
        json!({ "aud": "api://orders", "iss": issuer, "exp": NOW + 60, "tid": TENANT, "ver": version });
    sign(kid, &claims)
}

fn request(token: &str) -> VerifyToken {
    VerifyToken {
        token: token.into(),
        audience: Vec::new(),
        algorithms: Vec::new(),
        jwks: None,
        skew_seconds: None,
        require_pinned: false,
    }
}

fn check<'r>(result: &'r Value, name: &str) -> &'r Value {
    let checks = result["checks"].as_array().expect("checks");
    &checks.iter().find(|check| check["name"] == name).expect(name)["passed"]
}

#[tokio::test]
async fn keys_come_from_the_metadata_of_the_tokens_version() {
    for (version, path) in [("2.0", "/contoso.com/v2.0/"), ("1.0", "/contoso.com/")] {
        let issuer = format!("https://sts.contoso.com/{TENANT}/");
        let keys = Server::start([(200, key_set("k1").as_str()), (200, key_set("k2").as_str())]).await;
        let metadata = json!({ "issuer": issuer, "jwks_uri": format!("{}/keys", keys.url) }).to_string();
        let server = Server::start([(200, metadata.as_str())]).await;
        let (shared, _) = server.caller();
        let verify = async |token: String| {
            let (mut caller, _) = server.caller();
            caller.context.metadata = shared.context.metadata.clone();
            let common = RequestOptions {
                authority: Some(server.url.clone()),
                tenant: Some("contoso.com".into()),
                ..RequestOptions::default()
            };
            verified(&caller, common, request(&token)).await.expect("a result")
        };
        let result = verify(token(&issuer, version, "k1")).await;
        assert_eq!(result["valid"], true, "{result:?}");
        assert_eq!((&result["kid"], &result["algorithm"]), (&json!("k1"), &json!("RS256")));
        assert_eq!(server.seen()[0].path, format!("{path}.well-known/openid-configuration"));
        assert_eq!(result["pinned"], json!({ "tenant": true, "audience": false }));
        // Metadata and keys are known now; another issuer and an unknown key are refused with them.
        let result = verify(token("https://sts.contoso.com/other/", version, "k1")).await;
        assert_eq!((check(&result, "signature"), check(&result, "issuer")), (&json!(true), &json!(false)));
        let result = verify(token(&issuer, version, "k2")).await;
        assert_eq!((&result["valid"], check(&result, "key")), (&json!(false), &json!(false)));
        assert_eq!((server.seen().len(), keys.seen().len()), (1, 1));
        // Later, the unknown key may have been added.
        shared.context.clock.sleep(Duration::from_secs(300)).await;
        assert_eq!(verify(token(&issuer, version, "k2")).await["valid"], true);
        assert_eq!(keys.seen().len(), 2);
    }
}

#[tokio::test]
async fn no_key_is_fetched_for_a_token_that_no_key_can_validate() {
    let unsigned = format!("{}.e30.", base64url::encode(b"{\"alg\":\"none\"}"));
    let encrypted = format!("{}....", base64url::encode(b"{\"alg\":\"dir\"}"));
    for text in ["", "opaque", &unsigned, &encrypted] {
        let server = Server::start([]).await;
        let (caller, _) = server.caller();
        let common = RequestOptions { authority: Some(server.url.clone()), ..RequestOptions::default() };
        let result = verified(&caller, common, request(text)).await.expect("a result");
        assert_eq!((&result["valid"], server.seen().len()), (&json!(false), 0), "{text}");
    }
}

#[tokio::test]
async fn an_authority_that_does_not_answer_is_an_error() {
    let server = Server::start([]).await;
    let (caller, _) = server.caller();
    let common = RequestOptions { authority: Some(server.url.clone()), ..RequestOptions::default() };
    let error = verified(&caller, common, request(&token("x", "2.0", "k1"))).await.expect_err("no answer");
    assert_eq!(error.kind, ErrorKind::Network);
}

async fn offline(common: RequestOptions, token: &str) -> Result<Value> {
    let server = Server::start([]).await;
    let (caller, _) = server.caller();
    let request = VerifyToken { jwks: Some(key_set("k1")), ..request(token) };
    let result = verified(&caller, common, request).await;
    assert!(server.seen().is_empty());
    result
}

#[tokio::test]
async fn offline_the_issuer_is_known_by_cloud_and_tenant() {
    let common = |authority: Option<&str>, cloud: Option<&str>, tenant: Option<&str>| RequestOptions {
        authority: authority.map(str::to_owned),
        cloud: cloud.map(str::to_owned),
        tenant: tenant.map(str::to_owned),
        ..RequestOptions::default()
    };
    let emulator = Some("http://localhost:4711");
    let upper = TENANT.to_uppercase();
    for (authority, cloud, tenant, issuer, passed) in [
        (None, None, Some(TENANT), "https://login.microsoftonline.com/T/v2.0", json!(true)),
        (None, None, Some(upper.as_str()), "https://login.microsoftonline.com/T/v2.0", json!(true)),
        (None, None, Some(TENANT), "https://sts.windows.net/T/", json!(true)),
        (None, None, Some("common"), "https://sts.windows.net/T/", json!(true)),
        (None, None, Some("consumers"), "https://login.microsoftonline.com/T/v2.0", json!(false)),
        (
            None,
            None,
            Some("99999999-2222-3333-4444-555555555555"),
            "https://sts.windows.net/T/",
            json!(false),
        ),
        (None, Some("china"), Some(TENANT), "https://login.partner.microsoftonline.cn/T/v2.0", json!(true)),
        (None, Some("china"), Some(TENANT), "https://sts.chinacloudapi.cn/T/", json!(true)),
        (None, Some("china"), Some(TENANT), "https://sts.windows.net/T/", json!(false)),
        (None, Some("usgov"), None, "https://login.microsoftonline.us/T/v2.0", json!(true)),
        (
            Some("https://login.windows.net"),
            None,
            None,
            "https://login.microsoftonline.com/T/v2.0",
            json!(true),
        ),
        (emulator, None, Some(TENANT), "http://localhost:4711/T/v2.0", json!(true)),
        (emulator, None, Some(TENANT), "http://localhost:4711/T/", json!(true)),
        (emulator, None, Some(TENANT), "http://localhost:4712/T/", json!(false)),
        (None, None, None, "joe", Value::Null),
    ] {
        let text = token(&issuer.replace("/T/", &format!("/{TENANT}/")), "2.0", "k1");
        let result = offline(common(authority, cloud, tenant), &text).await.expect("a result");
        let pinned = tenant.is_some_and(|tenant| tenant != "common");
        assert_eq!(result["pinned"], json!({ "tenant": pinned, "audience": false }), "{tenant:?} {cloud:?}");
        assert_eq!(check(&result, "issuer"), &passed, "{tenant:?} {issuer} {result:?}");
        assert_eq!(result["valid"], json!(passed != json!(false)));
    }
    for (authority, tenant, parameter) in [
        (None, Some("contoso.com"), "tenant"),
        (Some("https://adfs.contoso.com/adfs"), None, "jwks"),
        (Some("https://a.b2clogin.com/a.com/B2C_1_x"), None, "jwks"),
    ] {
        let error =
            offline(common(authority, None, tenant), &token("x", "2.0", "k1")).await.expect_err(parameter);
        assert_eq!(error.parameter, Some(parameter));
    }
}

#[tokio::test]
async fn a_caller_can_demand_that_tenant_and_audience_are_fixed() {
    for (tenant, audience, refused) in [
        (None, Some("api://orders"), Some("tenant")),
        (Some("organizations"), Some("api://orders"), Some("tenant")),
        (Some(TENANT), None, Some("audience")),
        (Some(TENANT), Some("api://orders"), None),
    ] {
        let server = Server::start([]).await;
        let (caller, _) = server.caller();
        let text = token(&format!("https://sts.windows.net/{TENANT}/"), "1.0", "k1");
        let request = VerifyToken {
            jwks: Some(key_set("k1")),
            audience: audience.map(str::to_owned).into_iter().collect(),
            require_pinned: true,
            ..request(&text)
        };
        let common = RequestOptions { tenant: tenant.map(str::to_owned), ..RequestOptions::default() };
        match (verified(&caller, common, request).await, refused) {
            (Err(error), Some(parameter)) => assert_eq!(error.parameter, Some(parameter), "{error}"),
            (Ok(result), None) => {
                assert_eq!(result["valid"], true, "{result:?}");
                assert_eq!(result["pinned"], json!({ "tenant": true, "audience": true }));
            }
            (outcome, _) => panic!("{tenant:?} {audience:?}: {outcome:?}"),
        }
    }
}

/// The keys of `/discovery/v2.0/keys` name the v2.0 issuer, and sign the tokens of both versions.
#[tokio::test]
async fn a_v1_token_is_valid_with_the_keys_of_the_v2_endpoint() {
    let keys = key_set("k1")
        .replace("\"kty\"", "\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\",\"kty\"");
    let other = TENANT.replace('1', "9");
    for (issuer, valid) in [
        (format!("https://sts.windows.net/{TENANT}/"), true),
        (format!("https://login.microsoftonline.com/{TENANT}/v2.0"), true),
        (format!("https://sts.windows.net/{other}/"), false),
        (format!("https://sts.chinacloudapi.cn/{TENANT}/"), false),
    ] {
        let server = Server::start([]).await;
        let (caller, _) = server.caller();
        let request = VerifyToken { jwks: Some(keys.clone()), ..request(&token(&issuer, "1.0", "k1")) };
        let result = verified(&caller, RequestOptions::default(), request).await.expect("a result");
        assert_eq!((&result["valid"], check(&result, "key")), (&json!(valid), &json!(valid)), "{result:?}");
    }
}

#[tokio::test]
async fn requests_that_are_wrong_are_refused_by_name() {
    let wrong = |change: fn(&mut VerifyToken)| {
        let mut request = request("");
        change(&mut request);
        request
    };
    for (request, parameter) in [
        (wrong(|request| request.algorithms = vec!["ES256".into()]), "algorithms"),
        (wrong(|request| request.audience = vec![String::new()]), "audience"),
        (wrong(|request| request.skew_seconds = Some(3601)), "skew_seconds"),
        (wrong(|request| request.jwks = Some("{\"keys\":5}".into())), "jwks"),
    ] {
        let server = Server::start([]).await;
        let (caller, _) = server.caller();
        let error = verified(&caller, RequestOptions::default(), request).await.expect_err(parameter);
        assert_eq!((error.kind, error.parameter), (ErrorKind::InvalidParameter, Some(parameter)));
    }
}
