//! HTTPS: the certificate, what follows the scheme, and what can be wrong on purpose.

use std::sync::Arc;
use std::time::Duration;

use entra_emulator::{Emulator, Https, Options, Running, TlsFault};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider};

const LIMIT: Duration = Duration::from_secs(20);

async fn start(https: Https) -> Running {
    let options = Options { test_keys: true, https: Some(https), ..Options::default() };
    Emulator::start(options).await.expect("the emulator starts")
}

fn port(emulator: &Running) -> u16 {
    let url = emulator.https_url().expect("HTTPS is on");
    url.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
}

/// A client that trusts the emulator's authority and nothing else.
fn connector(emulator: &Running) -> TlsConnector {
    let ca = CertificateDer::from_pem_file(emulator.ca_file().expect("a CA file")).expect("PEM");
    let mut roots = RootCertStore::empty();
    roots.add(ca).expect("a CA");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Gets a document under a name.
async fn get(emulator: &Running, name: &str, path: &str) -> std::io::Result<Value> {
    let answer = get_text(emulator, name, path).await?;
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    Ok(serde_json::from_str(body).expect("JSON"))
}

/// The whole response under a name; the connection goes to loopback whatever the name is.
async fn get_text(emulator: &Running, name: &str, path: &str) -> std::io::Result<String> {
    let port = port(emulator);
    let server = ServerName::try_from(name.trim_matches(['[', ']']).to_owned()).expect("a name");
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut stream = timeout(LIMIT, connector(emulator).connect(server, stream)).await??;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    // rustls reports the end of TLS without its closing message; hyper sends it.
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

const METADATA: &str = "/common/v2.0/.well-known/openid-configuration";

#[tokio::test]
async fn every_name_is_served_and_documents_follow_it() {
    let emulator = start(Https { names: vec!["Login.Contoso.test".to_owned()], ..Https::default() }).await;
    for name in ["localhost", "127.0.0.1", "[::1]", "login.contoso.test"] {
        let document = get(&emulator, name, METADATA).await.expect(name);
        let own = format!("https://{name}:{}", port(&emulator));
        assert_eq!(document["token_endpoint"], format!("{own}/common/oauth2/v2.0/token"));
        assert_eq!(document["issuer"], format!("{own}/{{tenantid}}/v2.0"));
    }
    let path =
        "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://login.contoso.test/x";
    // `x` is no tenant; the host is known.
    let unknown = get(&emulator, "localhost", path).await.expect("an answer");
    assert_eq!(unknown["error_codes"], json!([90002]));
    let document = get(&emulator, "localhost", &path.replace("/x", "/common")).await.expect("an answer");
    let aliases = document["metadata"][0]["aliases"].as_array().expect("aliases");
    assert!(aliases.contains(&json!("login.contoso.test")), "{aliases:?}");
    let other = get(&emulator, "other.contoso.test", METADATA).await.expect_err("not a name of it");
    assert!(other.to_string().contains("not valid for name"), "{other}");
}

#[tokio::test]
async fn the_sign_in_cookie_goes_along_in_frames_of_other_sites() {
    let emulator = start(Https::default()).await;
    let answer = get_text(&emulator, "localhost", &crate::sign_in::path(&[])).await.expect("a page");
    let cookie = answer.lines().find(|line| line.starts_with("set-cookie: ")).expect("a cookie");
    assert!(cookie.contains("SameSite=None") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn a_name_is_an_alias_once() {
    let names = ["localhost", "LOGIN.microsoftonline.com", "login.microsoftonline.com"];
    let emulator = start(Https { names: names.map(str::to_owned).to_vec(), ..Https::default() }).await;
    let path = "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://localhost/common";
    let document = get(&emulator, "localhost", path).await.expect("an answer");
    let entries = document["metadata"].as_array().expect("entries").iter();
    let mut aliases: Vec<&Value> =
        entries.flat_map(|entry| entry["aliases"].as_array().expect("a list")).collect();
    let count = aliases.len();
    aliases.sort_by_key(ToString::to_string);
    aliases.dedup();
    assert_eq!(aliases.len(), count, "{document}");
}

#[tokio::test]
async fn the_authority_is_in_a_file_as_long_as_it_is_needed() {
    let emulator = start(Https::default()).await;
    let file = emulator.ca_file().expect("a CA file").to_owned();
    assert!(std::fs::read_to_string(&file).expect("readable").starts_with("-----BEGIN CERTIFICATE-----"));
    emulator.stop().await;
    assert!(!file.exists());
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    for _ in 0..2 {
        let options = Options {
            test_keys: true,
            https: Some(Https::default()),
            state: Some(folder.path().to_owned()),
            ..Options::default()
        };
        let emulator = Emulator::start(options).await.expect("the emulator starts");
        get(&emulator, "localhost", METADATA).await.expect("trusted");
        let file = emulator.ca_file().expect("a CA file").to_owned();
        assert!(file.starts_with(folder.path()), "{}", file.display());
        emulator.stop().await;
        seen.push(std::fs::read_to_string(file).expect("it stays"));
    }
    assert_eq!(seen[0], seen[1]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("ca-key.pem")).expect("the key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn certificates_are_wrong_on_purpose() {
    for (fault, text) in [
        (TlsFault::Expired, "expired"),
        (TlsFault::WrongName, "not valid for name"),
        (TlsFault::UnknownCa, "UnknownIssuer"),
        (TlsFault::Tls11, "ProtocolVersion"),
    ] {
        let emulator = start(Https { fault: Some(fault), ..Https::default() }).await;
        let error = get(&emulator, "localhost", METADATA).await.expect_err("refused");
        assert!(error.to_string().contains(text), "{fault:?}: {error}");
        // HTTP beside it is as usual.
        let host = emulator.url().strip_prefix("http://").expect("plain HTTP").to_owned();
        TcpStream::connect(host).await.expect("it listens");
    }
}

#[tokio::test]
async fn a_handshake_can_stall() {
    let emulator = start(Https { fault: Some(TlsFault::Stall), ..Https::default() }).await;
    let mut stream = TcpStream::connect(("127.0.0.1", port(&emulator))).await.expect("accepted");
    stream.write_all(&[22, 3, 1, 0, 5, 1, 0, 0, 1, 0]).await.expect("sent");
    let nothing = timeout(Duration::from_millis(50), stream.read_u8()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}
