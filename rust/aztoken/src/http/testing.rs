//! What the tests of TLS and connections share: certificates, servers that answer over TLS, and a client of them.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::clients::{Clients, Network, Told};
use super::failure::describe;
use crate::environment::Environment;
use crate::error::Result;

/// A certificate with its key.
pub(super) struct Identity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) pem: String,
}

/// What a certificate is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// CA:TRUE
    Authority,
    ExpiredAuthority,
    NotYetValid,
}

/// A certificate that signs itself.
pub(super) fn self_signed(name: &str, kind: Kind) -> Identity {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    if matches!(kind, Kind::Authority | Kind::ExpiredAuthority) {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    if kind == Kind::ExpiredAuthority {
        parameters.not_after = date_time_ymd(2020, 1, 1);
    }
    if kind == Kind::NotYetValid {
        parameters.not_before = date_time_ymd(2099, 1, 1);
    }
    let key = KeyPair::generate().expect("a key");
    let certificate = parameters.self_signed(&key).expect("a certificate");
    Identity {
        certificate: certificate.der().clone(),
        pem: certificate.pem(),
        key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    }
}

/// The PEM of an authority, and a server's certificate from it.
pub(super) fn issued(name: &str) -> (String, Identity) {
    let mut parameters = CertificateParams::new(Vec::new()).expect("no name");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = parameters.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(parameters, key);
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = leaf.signed_by(&key, &issuer).expect("a certificate");
    let identity = Identity {
        certificate: certificate.der().clone(),
        pem: certificate.pem(),
        key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    };
    (authority, identity)
}

/// A file with some bytes.
pub(super) fn file(contents: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(contents.as_ref()).expect("written");
    file
}

/// The path of a file, as a variable has it.
pub(super) fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("UTF-8")
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

/// A server over TLS that answers every request with 200.
pub(super) struct TlsServer {
    pub(super) port: u16,
    /// Connections that were made.
    pub(super) made: Arc<AtomicUsize>,
    /// Connections that are open.
    pub(super) open: watch::Receiver<usize>,
}

impl TlsServer {
    pub(super) async fn start(identity: &Identity) -> Self {
        let key = any_supported_type(&identity.key).expect("a key");
        let certified = CertifiedKey::new(vec![identity.certificate.clone()], key);
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Always(Arc::new(certified))));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let made = Arc::new(AtomicUsize::new(0));
        let (count, open) = watch::channel(0);
        let counted = made.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                count.send_modify(|open| *open += 1);
                let (acceptor, count) = (acceptor.clone(), count.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        answer(stream).await;
                    }
                    count.send_modify(|open| *open -= 1);
                });
            }
        });
        Self { port, made, open }
    }

    pub(super) fn url(&self) -> Url {
        Url::parse(&format!("https://localhost:{}/", self.port)).expect("a URL")
    }
}

/// Answers requests without a body until the client goes.
pub(super) async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        bytes.extend_from_slice(&chunk[..count]);
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.clear();
            if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.is_err() {
                return;
            }
        }
    }
}

/// What an operation with these variables needs.
pub(super) fn network(environment: &Environment) -> Network<'_> {
    Network { environment, proxy: None, system_proxy: None, direct: false }
}

/// Gets a URL and the warnings on the way to it.
pub(super) async fn get(clients: &Clients, url: &Url, environment: &Environment) -> Result<Vec<String>> {
    get_by(clients, url, &network(environment), &Told::default()).await
}

pub(super) async fn get_by(
    clients: &Clients,
    url: &Url,
    network: &Network<'_>,
    told: &Told,
) -> Result<Vec<String>> {
    let ready = clients.get(url, network, Duration::from_secs(10), told).await?;
    let response = ready.client.get(url.clone()).send().await;
    let response = response.map_err(|error| describe(&error, url, network.proxy.is_some()))?;
    assert_eq!(response.bytes().await.expect("a body").as_ref(), b"{}");
    Ok(ready.warnings)
}
