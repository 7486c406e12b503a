//! Whom a client believes: bundles as people have them, and servers as people set them up.

use std::time::Duration;

use super::super::clients::{Clients, Told};
use super::super::testing::{
    Identity, Kind, TlsServer, file, get, get_by, issued, network, path, self_signed,
};
use super::*;
use crate::error::ErrorKind;

const BUNDLE: &str = "AZTOKEN_CA_BUNDLE";

#[tokio::test]
async fn a_bundle_is_trusted_beside_the_system_and_a_changed_one_is_read_again() {
    let (authority, identity) = issued("localhost");
    let server = TlsServer::start(&identity).await;
    let clients = Clients::default();
    let untrusted = get(&clients, &server.url(), &Environment::default()).await.expect_err("unknown");
    assert_eq!((untrusted.kind, untrusted.error.as_str()), (ErrorKind::Tls, "certificate_unknown_issuer"));

    let bundle = file(self_signed("other.example", Kind::Authority).pem);
    for name in [BUNDLE, "SSL_CERT_FILE"] {
        let environment = Environment::from([(name, path(&bundle))]);
        get(&clients, &server.url(), &environment).await.expect_err("not in it");
    }
    std::fs::write(bundle.path(), authority).expect("written");
    for name in [BUNDLE, "SSL_CERT_FILE"] {
        let environment = Environment::from([(name, path(&bundle))]);
        assert_eq!(get(&clients, &server.url(), &environment).await.expect("trusted"), [""; 0], "{name}");
    }
}

#[tokio::test]
async fn directories_are_trusted_too() {
    let (authority, identity) = issued("localhost");
    let server = TlsServer::start(&identity).await;
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("ca.pem"), authority).expect("written");
    let place = directory.path().to_str().expect("UTF-8");
    let list = std::env::join_paths(["/nonexistent/certs", place]).expect("a list");
    let environment = Environment::from([("SSL_CERT_DIR", list.to_str().expect("UTF-8"))]);
    let warnings = get(&Clients::default(), &server.url(), &environment).await.expect("trusted");
    assert!(
        warnings.len() == 1 && warnings[0].starts_with("SSL_CERT_DIR: /nonexistent/certs"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_bad_certificate_costs_itself_and_is_told_once_an_operation() {
    let (authority, identity) = issued("localhost");
    let server = TlsServer::start(&identity).await;
    let bad = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    let bundle = file(format!("{bad}{authority}"));
    let environment = Environment::from([(BUNDLE, path(&bundle))]);
    let clients = Clients::default();
    let expected = format!(
        "{BUNDLE}: {}: the certificate in line 1 isn't an X.509 certificate. It was left out.",
        path(&bundle)
    );
    for _ in 0..2 {
        let told = Told::default();
        for warnings in [vec![expected.clone()], vec![]] {
            let network = network(&environment);
            assert_eq!(get_by(&clients, &server.url(), &network, &told).await.expect("trusted"), warnings);
        }
    }
}

#[tokio::test]
async fn a_bundle_that_leads_nowhere() {
    let server = TlsServer::start(&self_signed("localhost", Kind::Plain)).await;
    let empty = file("no certificate");
    for (place, reason, problem) in [
        ("/nonexistent/ca.pem", Reason::NotFound, "the file can't be read"),
        ("/", Reason::Unreadable, "the file can't be read"),
        (path(&empty), Reason::Unreadable, "the file has no usable certificate"),
    ] {
        let environment = Environment::from([(BUNDLE, place)]);
        let error = get(&Clients::default(), &server.url(), &environment).await.expect_err("refused");
        assert_eq!((error.kind, error.parameter), (ErrorKind::InvalidParameter, Some(BUNDLE)));
        assert_eq!(error.reason, Some(reason));
        assert!(error.message.contains(&format!("{place}: {problem}")), "{error}");

        // Left over from another program: a warning, and the system's store.
        let environment = Environment::from([("SSL_CERT_FILE", place)]);
        let (clients, told) = (Clients::default(), Told::default());
        let ready = clients.get(&server.url(), &network(&environment), Duration::from_secs(1), &told).await;
        let warnings = ready.expect("a client").warnings;
        assert!(warnings[0].starts_with(&format!("SSL_CERT_FILE: {place}: {problem}")), "{warnings:?}");
        assert!(warnings[0].ends_with("Only the system's certificates are trusted."), "{warnings:?}");
    }
    for name in [BUNDLE, "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        let environment = Environment::from([(name, "relative")]);
        let error = get(&Clients::default(), &server.url(), &environment).await.expect_err("refused");
        assert_eq!(error.message, format!("{name}: relative: the path must be absolute."));
    }
}

/// What comes of a server that presents a certificate, with another or the same in the bundle.
async fn outcome(server: &Identity, bundle: &str) -> Option<crate::error::Error> {
    let bundle = file(bundle);
    let environment = Environment::from([(BUNDLE, path(&bundle))]);
    let server = TlsServer::start(server).await;
    get(&Clients::default(), &server.url(), &environment).await.err()
}

/// `openssl req -x509` makes certificates with CA:TRUE.
#[tokio::test]
async fn a_servers_own_certificate_is_accepted_if_it_is_exactly_that_one() {
    for kind in [Kind::Plain, Kind::Authority] {
        let own = self_signed("localhost", kind);
        assert!(outcome(&own, &own.pem).await.is_none());
    }
    let own = self_signed("localhost", Kind::Authority);
    let other = self_signed("localhost", Kind::Authority);
    let elsewhere = self_signed("elsewhere.example", Kind::Authority);
    let expired = self_signed("localhost", Kind::ExpiredAuthority);
    for (server, bundle, name, text) in [
        (&own, &other.pem, "certificate_unsuitable", "exactly this certificate"),
        (&elsewhere, &elsewhere.pem, "certificate_name_mismatch", "for another name"),
        (&expired, &expired.pem, "certificate_expired", "has expired"),
    ] {
        let error = outcome(server, bundle).await.expect("refused");
        assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Tls, name), "{error}");
        assert!(error.message.contains(text) && error.hint.is_some(), "{error}");
    }
}

#[tokio::test]
async fn certificates_of_other_times_and_versions_are_refused_in_words() {
    let early = self_signed("localhost", Kind::NotYetValid);
    let error = outcome(&early, &early.pem).await.expect("refused");
    assert_eq!(error.error, "certificate_not_yet_valid", "{error}");

    let (authority, mut identity) = issued("localhost");
    identity.certificate = version_1(&identity.certificate);
    let error = outcome(&identity, &authority).await.expect("refused");
    assert_eq!(error.error, "certificate_unsuitable", "{error}");
    assert!(error.message.contains("X.509 version 1"), "{error}");
    assert!(error.hint.is_some_and(|hint| hint.contains("subjectAltName")), "{error}");
}

/// A certificate without its version and extensions, which only version 3 has. Its signature no longer fits, but the
/// version is looked at first.
fn version_1(
    certificate: &rustls::pki_types::CertificateDer<'_>,
) -> rustls::pki_types::CertificateDer<'static> {
    let (certificate, _) = element(certificate);
    let (mut rest, signature) = element(certificate);
    let mut kept = Vec::new();
    while !rest.is_empty() {
        let (_, after) = element(rest);
        // [0] is the version, [3] are the extensions.
        if !matches!(rest[0], 0xa0 | 0xa3) {
            kept.extend_from_slice(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    sequence(&[&sequence(&kept)[..], signature].concat()).into()
}

/// The contents of the first element, and what follows it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let (header, length) = match der[1] {
        short @ 0..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    der[header..].split_at(length)
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(contents.len()).expect("short").to_be_bytes();
    let header = match (high, low) {
        (0, 0..=0x7f) => vec![0x30, low],
        (0, _) => vec![0x30, 0x81, low],
        _ => vec![0x30, 0x82, high, low],
    };
    [&header[..], contents].concat()
}
