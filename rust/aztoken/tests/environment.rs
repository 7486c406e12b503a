//! The environment of the process decides nothing: what counts are the variables of the request. A process of its own has
//! hostile values of every variable that this library or one of its dependencies might read.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aztoken::grants::{AuthorizationCode, ClientCredentials};
use aztoken::{Context, Event, RequestOptions, Result, TokenSet};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Names the child, and tells it where the servers are.
const CHILD: &str = "AZTOKEN_TEST_CHILD";

const ANSWER: &str = "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"abc\"}";

/// A token server over TLS for localhost: its port, and the PEM of the authority behind its certificate.
async fn serve() -> (u16, String) {
    let mut parameters = CertificateParams::new(Vec::new()).expect("no name");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = parameters.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(parameters, key);
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = leaf.signed_by(&key, &issuer).expect("a certificate").der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
            while !bytes.windows(8).any(|window| window == b".default") {
                match stream.read(&mut chunk).await {
                    Ok(count @ 1..) => bytes.extend_from_slice(&chunk[..count]),
                    _ => break,
                }
            }
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length";
            drop(stream.write_all(format!("{head}: {}\r\n\r\n{ANSWER}", ANSWER.len()).as_bytes()).await);
            drop(stream.shutdown().await);
        }
    });
    (port, authority)
}

/// A listener that only counts: nothing may come to it.
async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let caught = Arc::new(AtomicUsize::new(0));
    let count = caught.clone();
    tokio::spawn(async move {
        while let Ok(connection) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    (port, caught)
}

#[tokio::test]
async fn variables_of_the_process_decide_nothing() {
    if let Ok(servers) = std::env::var(CHILD) {
        return child(&servers).await;
    }
    let ((good, authority), (evil, evil_authority)) = (serve().await, serve().await);
    let (proxy, caught) = trap().await;
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    std::fs::write(at("good.pem"), authority).expect("written");
    std::fs::create_dir(at("certs")).expect("made");
    for place in ["evil.pem", "certs/evil.pem"] {
        std::fs::write(at(place), &evil_authority).expect("written");
    }
    let proxy = format!("http://127.0.0.1:{proxy}");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "variables_of_the_process_decide_nothing", "--nocapture"]);
    command.env(CHILD, json!({ "good": good, "evil": evil, "bundle": at("good.pem") }).to_string());
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, &proxy);
    }
    for name in
        ["SSL_CERT_FILE", "AZTOKEN_CA_BUNDLE", "NIX_SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"]
    {
        command.env(name, at("evil.pem"));
    }
    command.env("SSL_CERT_DIR", at("certs")).env("SSLKEYLOGFILE", at("keys.log")).env("NO_PROXY", "");
    command.env("AZURE_AUTHORITY_HOST", format!("https://localhost:{evil}"));
    command.env("AZURE_TENANT_ID", "evil.example").env("AZURE_CLIENT_ID", "evil");
    // It would leave a file, were it started.
    command.env("BROWSER", format!("touch {}", at("browser"))).env("DISPLAY", ":99");
    let output = tokio::task::spawn_blocking(move || command.output().expect("started")).await.expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(caught.load(Ordering::SeqCst), 0, "the proxy of the process was asked");
    assert!(!Path::new(&at("keys.log")).exists(), "keys of TLS were written");
    assert!(!Path::new(&at("browser")).exists(), "the browser of the process was started");
}

async fn child(servers: &str) {
    let servers: serde_json::Value = serde_json::from_str(servers).expect("JSON");
    let localhost = |name: &str| format!("https://localhost:{}", servers[name]);
    let token = ask(json!({
        "authority": localhost("good"), "tenant": "contoso.com", "client_id": "app",
        "environment": { "AZTOKEN_CA_BUNDLE": servers["bundle"] },
    }));
    assert_eq!(token.await.expect("a token").access_token.expose(), "abc");
    let untrusted =
        ask(json!({ "authority": localhost("evil"), "tenant": "contoso.com", "client_id": "app" })).await;
    assert_eq!(untrusted.expect_err("not trusted").error, "certificate_unknown_issuer");
    let direct =
        ask(json!({ "authority": "https://login.invalid", "tenant": "contoso.com", "client_id": "app" }))
            .await;
    assert_eq!(direct.expect_err("no such name").error, "name_not_resolved");
    for (options, parameter) in [
        (json!({ "authority": localhost("good"), "client_id": "app" }), "tenant"),
        (json!({ "authority": localhost("good"), "tenant": "contoso.com" }), "client_id"),
    ] {
        assert_eq!(ask(options).await.expect_err("missing").parameter, Some(parameter));
    }
    if cfg!(target_os = "linux") {
        sign_in_without_a_browser().await;
    }
}

/// On Linux, a session without a display has no browser, whatever the process's variables say.
async fn sign_in_without_a_browser() {
    let request = json!({
        "options": { "tenant": "contoso.com", "timeout_seconds": 1, "environment": {} }, "parameters": {},
    });
    let (options, grant): (RequestOptions, AuthorizationCode) =
        aztoken::parse_request(request.to_string().as_bytes()).expect("valid");
    let error =
        Context::default().run(options, grant, Arc::new(|_: &Event<'_>| {})).await.expect_err("nobody");
    assert_eq!(error.error, "browser_unavailable", "{error:?}");
}

async fn ask(options: serde_json::Value) -> Result<TokenSet> {
    let context = Context::default();
    let parameters = json!({ "client_auth": { "kind": "secret", "secret": "s" } });
    let request = json!({ "options": options, "parameters": parameters }).to_string();
    let (options, grant): (RequestOptions, ClientCredentials) =
        aztoken::parse_request(request.as_bytes()).expect("valid");
    context.run(options, grant, Arc::new(|_: &Event<'_>| {})).await
}
