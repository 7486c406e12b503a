use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::error::ErrorKind;
use crate::grants::{ClientCredentials, DeviceCode, OnBehalfOf, Password, RefreshToken};
use crate::request::parse;
use crate::testing::{Server, request};

fn prepared<O: Operation + DeserializeOwned>(members: &serde_json::Value) -> Result<Prepared<O>> {
    let (options, operation) = parse::<O>(request(members).as_bytes())?;
    prepare(options, operation)
}

fn key<O: Operation + DeserializeOwned>(members: &serde_json::Value) -> Option<CacheKey> {
    prepared::<O>(members).expect("valid").cache_key()
}

fn app(changes: &serde_json::Value) -> serde_json::Value {
    let mut members = json!({
        "tenant": "contoso.com", "client_id": "app", "client_auth": { "kind": "secret", "secret": "hunter2" },
    });
    members.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    members
}

#[test]
fn an_apps_tokens_are_kept_by_everything_that_makes_them_different() {
    let one = key::<ClientCredentials>(&app(&json!({}))).expect("a key");
    for same in [
        json!({}),
        json!({ "tenant": "CONTOSO.com", "client_id": "APP" }),
        json!({ "authority": "https://login.windows.net" }),
        json!({ "resource": "https://graph.microsoft.com" }),
        json!({ "correlation_id": "11111111-2222-3333-4444-555555555555", "timeout_seconds": 5 }),
    ] {
        assert_eq!(key::<ClientCredentials>(&app(&same)).as_ref(), Some(&one), "{same}");
    }
    for other in [
        json!({ "tenant": "fabrikam.com" }),
        json!({ "client_id": "other" }),
        json!({ "authority": "http://localhost:4711" }),
        json!({ "cloud": "usgov" }),
        json!({ "resource": "https://management.azure.com" }),
        json!({ "claims": "{\"access_token\":{}}" }),
        json!({ "extra_parameters": { "dc": "x" } }),
        json!({ "client_auth": { "kind": "secret", "secret": "another" } }),
        json!({ "client_auth": { "kind": "assertion", "assertion": "a.b.c" } }),
    ] {
        let key = key::<ClientCredentials>(&app(&other)).expect("a key");
        assert_ne!(key, one, "{other}");
        assert!(!format!("{key:?}").contains("hunter2"), "{key:?}");
    }
    // What the caller will be asked for isn't known yet.
    assert!(
        key::<ClientCredentials>(&app(&json!({ "client_auth": { "kind": "assertion_request" } }))).is_none()
    );
}

#[test]
fn on_behalf_of_is_kept_by_the_users_assertion_too_and_a_sign_in_not_at_all() {
    let of = |assertion: &str| key::<OnBehalfOf>(&app(&json!({ "user_assertion": assertion })));
    assert_eq!(of("a.b.c"), of(" a.b.c\n"));
    assert_ne!(of("a.b.c"), of("a.b.d"));
    assert_ne!(of("a.b.c"), key::<ClientCredentials>(&app(&json!({}))));
    assert!(key::<DeviceCode>(&app(&json!({}))).is_none());
    assert!(key::<RefreshToken>(&app(&json!({ "refresh_token": "r" }))).is_none());
    assert!(key::<Password>(&app(&json!({ "username": "u@contoso.com", "password": "p" }))).is_none());
}

#[test]
fn what_was_decided_can_be_seen_before_anything_is_sent() {
    let prepared = prepared::<DeviceCode>(&json!({ "environment": { "AZURE_TENANT_ID": "fabrikam.com" } }));
    let prepared = prepared.expect("valid");
    let resolved = prepared.resolved().expect("a grant");
    assert_eq!(resolved.authority.to_string(), "https://login.microsoftonline.com/fabrikam.com");
    assert_eq!(resolved.scopes[0], "https://graph.microsoft.com/.default");
    assert_eq!(prepared.timeout(), None, "the code's own lifetime");
    let limited = super::prepare(
        RequestOptions { timeout_seconds: Some(3.0), ..RequestOptions::default() },
        DeviceCode::default(),
    );
    assert_eq!(limited.expect("valid").timeout(), Some(Duration::from_secs(3)));
}

/// Nobody enters a device code only to learn that the certificate can't sign.
#[tokio::test]
async fn a_credential_that_cannot_prove_the_client_is_refused_before_anything_is_sent() {
    let certificate_alone = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (auth, parameter) in [
        (json!({ "kind": "secret", "secret": " " }), "client_secret"),
        (json!({ "kind": "assertion", "assertion": "hunter2" }), "client_assertion"),
        (json!({ "kind": "certificate", "pem": certificate_alone }), "client_certificate"),
        (json!({ "kind": "certificate", "pem": certificate_alone, "password": "p" }), "client_certificate"),
        (json!({ "kind": "external_certificate", "certificates": [] }), "client_certificate"),
    ] {
        let server = Server::start([]).await;
        let (caller, events) = server.caller();
        let members = json!({ "authority": server.url, "tenant": "contoso.com", "client_auth": auth });
        let (options, grant) = parse::<DeviceCode>(request(&members).as_bytes()).expect("a request");
        let error = caller.run(options, grant).await.expect_err(parameter);
        assert_eq!((error.kind, error.parameter), (ErrorKind::InvalidParameter, Some(parameter)), "{error}");
        assert!(server.seen().is_empty() && events.lock().expect("not poisoned").is_empty(), "{parameter}");
        assert!(!error.message.contains("hunter2"));
    }
}

#[test]
fn a_problem_continues_what_the_members_name_begins() {
    let error = Error::missing_parameter("client_id", "is required.");
    let event = serde_json::to_value(&error).expect("serializable");
    assert_eq!(event["message"], "client_id: is required.");
    assert_eq!(
        (&event["parameter"], &event["reason"], &event["problem"]),
        (&json!("client_id"), &json!("missing"), &json!("is required."))
    );
}
