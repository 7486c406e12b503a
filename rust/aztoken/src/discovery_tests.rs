use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use serde_json::json;

use super::*;
use crate::environment::Environment;
use crate::error::ErrorKind;
use crate::io::{Io, NetworkSettings};
use crate::operations::{OpenIdConfiguration, TenantConfiguration};
use crate::request::RequestOptions;
use crate::testing::Server;

const GUID: &str = "11111111-2222-3333-4444-555555555555";

fn document(jwks_uri: &str) -> String {
    json!({ "token_endpoint": "https://a/token", "issuer": format!("https://sts.contoso.com/{GUID}/"), "jwks_uri": jwks_uri })
        .to_string()
}

async fn configuration(
    server: &Server,
    common: RequestOptions,
    version: Version,
) -> Result<TenantConfiguration> {
    let (caller, _) = server.caller();
    let common = RequestOptions { authority: Some(server.url.clone()), ..common };
    caller.run_without_limit(common, OpenIdConfiguration { version }).await
}

#[tokio::test]
async fn the_document_comes_whole_with_the_tenants_id() {
    let body = document("https://a/keys");
    let server = Server::start([(200, body.as_str()), (200, body.as_str())]).await;
    let common = || RequestOptions { tenant: Some("contoso.com".into()), ..RequestOptions::default() };
    let result = configuration(&server, common(), Version::V2).await.expect("a document");
    assert_eq!(result.tenant_id.as_deref(), Some(GUID));
    assert_eq!(Value::Object(result.document).to_string(), body, "in its order");
    let app = RequestOptions { client_id: Some("a b".into()), ..common() };
    configuration(&server, app, Version::V1).await.expect("a document");
    let paths: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(
        paths,
        [
            "/contoso.com/v2.0/.well-known/openid-configuration",
            "/contoso.com/.well-known/openid-configuration?appid=a+b"
        ]
    );
}

#[tokio::test]
async fn several_tenants_have_no_id() {
    let body = document("https://a/keys").replace(GUID, "{tenantid}");
    let server = Server::start([(200, body.as_str())]).await;
    let result = configuration(&server, RequestOptions::default(), Version::V2).await.expect("a document");
    assert_eq!(result.tenant_id, None);
    assert_eq!(server.seen()[0].path, "/common/v2.0/.well-known/openid-configuration");
}

#[test]
fn addresses_follow_the_authority() {
    for (authority, version, expected) in [
        (
            "https://login.microsoftonline.com/a.com",
            Version::V2,
            "/a.com/v2.0/.well-known/openid-configuration",
        ),
        ("https://login.microsoftonline.com/a.com", Version::V1, "/a.com/.well-known/openid-configuration"),
        ("https://adfs.contoso.com/adfs", Version::V2, "/adfs/.well-known/openid-configuration"),
        (
            "https://a.b2clogin.com/a.com/B2C_1_x",
            Version::V2,
            "/a.com/B2C_1_x/v2.0/.well-known/openid-configuration",
        ),
    ] {
        let resolved = Authority::resolve(Some(authority), None, None, "common", &Environment::default());
        let url = metadata_url(&resolved.expect("an authority"), version, None).expect("a URL");
        assert_eq!(url.path(), expected, "{authority}");
    }
}

#[tokio::test]
async fn documents_that_cannot_be_used_are_refused() {
    let open = document("http://login.contoso.com/keys");
    for (status, body, expected) in [
        (200, "{}", "has no issuer"),
        (200, "{\"issuer\":\"a\"}", "has no jwks_uri"),
        (200, "{\"issuer\":\"a\",\"jwks_uri\":5}", "has no jwks_uri"),
        (200, "{\"issuer\":\"a\",\"jwks_uri\":\"keys\"}", "isn't a URL"),
        (200, "{\"issuer\":\"a\",\"issuer\":\"b\",\"jwks_uri\":\"https://a\"}", "member issuer twice"),
        (200, open.as_str(), "doesn't use https"),
        (200, "<html>", "not JSON"),
        (
            400,
            "{\"error\":\"invalid_tenant\",\"error_description\":\"AADSTS90002: No tenant.\"}",
            "AADSTS90002",
        ),
    ] {
        let server = Server::start([(status, body)]).await;
        let error = configuration(&server, RequestOptions::default(), Version::V2).await.expect_err(expected);
        assert!(error.message.contains(expected), "{error}");
        assert_eq!(error.http_status, Some(status));
    }
}

/// The IDs of the keys that are given for an ID.
async fn kids(io: &Io, url: &Url, kid: &str) -> Result<usize> {
    io.discovery().keys(url, Some(kid)).await.map(|keys| keys.len())
}

#[tokio::test]
async fn keys_are_kept_for_a_day_and_fetched_again_for_an_unknown_one() {
    let one = "{\"keys\":[{\"kid\":\"k1\"}]}";
    let two = "{\"keys\":[{\"kid\":\"k1\"},{\"kid\":\"k2\"}]}";
    let server = Server::start([(200, one), (200, two), (200, one)]).await;
    let (caller, _) = server.caller();
    let io = caller.io();
    let url = Url::parse(&format!("{}/keys", server.url)).expect("a URL");
    let asked = || server.seen().len();
    assert_eq!((kids(&io, &url, "k1").await.expect("keys"), asked()), (1, 1));
    assert_eq!((kids(&io, &url, "k1").await.expect("kept"), asked()), (1, 1));
    // An unknown key right after fetching: the set can hardly have changed.
    assert_eq!((kids(&io, &url, "k2").await.expect("kept"), asked()), (1, 1));
    io.clock().sleep(REFETCH_INTERVAL).await;
    assert_eq!((kids(&io, &url, "k1").await.expect("kept"), asked()), (1, 1));
    assert_eq!((kids(&io, &url, "k2").await.expect("fetched"), asked()), (2, 2));
    // Made-up IDs ask no more, however many there are.
    for kid in ["x", "y", "z"] {
        assert_eq!((kids(&io, &url, kid).await.expect("kept"), asked()), (2, 2));
    }
    io.clock().sleep(MAX_AGE.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!((kids(&io, &url, "k1").await.expect("kept"), asked()), (2, 2));
    io.clock().sleep(Duration::from_secs(1)).await;
    assert_eq!((kids(&io, &url, "k1").await.expect("fetched"), asked()), (1, 3));
    // Another CA bundle is another trust: nothing is taken from others.
    let environment = Environment::from([("SSL_CERT_FILE", "/a.pem")]);
    let network = NetworkSettings { environment, ..NetworkSettings::default() };
    let other = caller.context.io(network, None, caller.events.clone());
    assert!(kids(&other, &url, "k1").await.is_err());
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn key_sets_that_cannot_be_used_are_refused() {
    for (body, expected) in [
        ("{}", "has no array named keys"),
        ("{\"keys\":{}}", "has no array named keys"),
        ("{\"keys\":[1]}", "holds a key that is not a JSON object"),
        ("{\"keys\":[],\"keys\":[]}", "member keys twice"),
    ] {
        let server = Server::start([(200, body)]).await;
        let (caller, _) = server.caller();
        let io = caller.io();
        let url = Url::parse(&server.url).expect("a URL");
        let error = kids(&io, &url, "k1").await.expect_err(expected);
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert!(error.message.contains(expected), "{error}");
        assert!(io.metadata.keys.fresh(&io.http(), &url).is_none(), "a bad document isn't stored");
    }
}

#[tokio::test]
async fn thousands_of_tenants_do_not_fill_the_memory() {
    let server = Server::start([]).await;
    let (caller, _) = server.caller();
    let io = caller.io();
    for number in 0..1000 {
        let url = Url::parse(&format!("https://a/{number}")).expect("a URL");
        let fetched = io.metadata.keys.get(&io.http(), &url, || None, async { Ok(KeySet::default()) }).await;
        assert!(fetched.is_ok() && io.metadata.keys.fresh(&io.http(), &url).is_some());
        assert!(io.metadata.keys.count() <= 256);
    }
}

/// Waits at `gate`, then fails or gives an empty key set; counts its calls.
async fn gated(gate: &tokio::sync::Notify, calls: &AtomicUsize, fail: bool) -> Result<KeySet> {
    calls.fetch_add(1, Ordering::Relaxed);
    gate.notified().await;
    if fail { Err(Error::invalid_response("No keys.")) } else { Ok(KeySet::default()) }
}

#[tokio::test]
async fn operations_at_the_same_time_share_one_request_and_its_failure() {
    for fail in [true, false] {
        let server = Server::start([]).await;
        let (caller, _) = server.caller();
        let io = caller.io();
        let url = Url::parse("https://a/keys").expect("a URL");
        let (gate, calls) = (tokio::sync::Notify::new(), AtomicUsize::new(0));
        let http = io.http();
        let fetch = || io.metadata.keys.get(&http, &url, || None, gated(&gate, &calls, fail));
        let open = async {
            tokio::task::yield_now().await;
            // Whoever asked by itself would wait for ever: the gate opens once.
            gate.notify_one();
        };
        let all = async { tokio::join!(fetch(), fetch(), fetch(), open) };
        let (one, two, three, ()) =
            tokio::time::timeout(Duration::from_secs(20), all).await.expect("one request for all");
        for outcome in [one, two, three] {
            assert_eq!(outcome.is_err(), fail);
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        // Afterwards, a failure isn't remembered.
        gate.notify_one();
        assert_eq!(fetch().await.is_err(), fail);
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn another_operation_fetches_when_the_first_is_cancelled() {
    let server = Server::start([]).await;
    let (caller, _) = server.caller();
    let io = caller.io();
    let url = Url::parse("https://a/keys").expect("a URL");
    let (gate, calls) = (tokio::sync::Notify::new(), AtomicUsize::new(0));
    let http = io.http();
    let fetch = || io.metadata.keys.get(&http, &url, || None, gated(&gate, &calls, false));
    let mut first = Box::pin(fetch());
    let mut second = Box::pin(fetch());
    assert!(is_pending(&mut first).await && is_pending(&mut second).await);
    drop(first);
    gate.notify_one();
    assert!(second.await.is_ok());
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

/// Polls a future once: whether it waits.
async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending())).await
}
