//! A TLS handshake that failed, in words.

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};

use super::verifier::refusal;
use crate::error::{Error, ErrorKind};

const CIPHER_SUITES: &str = "TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305, is required. Windows Server \
                             2012 R2 and earlier offer that for ECDSA certificates only. Update the server, or give it \
                             such a certificate.";

/// What is told of a failure.
struct Told {
    name: &'static str,
    /// Follows the host.
    problem: String,
    /// In place of that of the name.
    hint: Option<&'static str>,
}

fn told(name: &'static str, problem: &str) -> Told {
    Told { name, problem: problem.to_owned(), hint: None }
}

impl Told {
    fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// Describes why there is no TLS connection to a host.
pub(super) fn describe(error: &TlsError, host: &str) -> Error {
    let Told { name, problem, hint } = match error {
        TlsError::InvalidCertificate(certificate) => match refusal(error) {
            Some(refusal) => refused(&refusal),
            None => invalid_certificate(certificate),
        },
        TlsError::AlertReceived(alert) => alert_received(*alert),
        TlsError::PeerIncompatible(peer) => incompatible(peer),
        TlsError::InvalidMessage(_) => told("tls_failed", "doesn't speak TLS: its response is not TLS."),
        other => failed(&words(other)),
    };
    let mut error = Error::new(ErrorKind::Tls, name, format!("{host} {problem}"));
    error.hint = hint.or(error.hint);
    error
}

/// A server that ends the connection in the middle of the handshake gives no reason.
pub(super) fn closed_in_handshake(host: &str) -> Error {
    let problem = format!("{host} closed the connection during the TLS handshake.");
    let mut error = Error::new(ErrorKind::Network, "connection_reset", problem);
    error.hint = Some(
        "A firewall may block the connection, or the server supports no cipher suite that is accepted here: TLS 1.3, or \
         TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305, is required.",
    );
    error
}

fn failed(reason: &str) -> Told {
    told("tls_failed", &format!("can't be reached securely: the TLS handshake failed ({reason})."))
}

fn invalid_certificate(error: &CertificateError) -> Told {
    use CertificateError as C;
    match error {
        C::UnknownIssuer => told(
            "certificate_unknown_issuer",
            "has a certificate from an issuer that isn't trusted here.",
        ),
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            told("certificate_name_mismatch", "has a certificate for another name.")
        }
        C::Expired | C::ExpiredContext { .. } => {
            told("certificate_expired", "has a certificate that has expired.")
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            told("certificate_not_yet_valid", "has a certificate that isn't valid yet.")
                .hint("Check this machine's clock and time zone.")
        }
        C::Revoked => told("certificate_revoked", "has a certificate that its issuer has revoked.")
            .hint("The server needs a new certificate."),
        C::BadEncoding => unsuitable("has a certificate that can't be read."),
        C::UnsupportedSignatureAlgorithmContext { .. }
        | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            unsuitable("has a certificate with an unsupported signature, such as SHA-1.").hint(
                "The server needs a certificate with RSA of 2048 to 8192 bits or ECDSA P-256 or P-384, signed with \
                 SHA-256 or better.",
            )
        }
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => unsuitable(
            "has a certificate that isn't for servers: its extended key usage lacks server authentication.",
        ),
        other => unsuitable(&format!("has a certificate that isn't accepted ({}).", words(other))),
    }
}

fn unsuitable(problem: &str) -> Told {
    told("certificate_unsuitable", problem).hint("The server needs a new certificate.")
}

/// What webpki refuses and rustls has no name for.
fn refused(refusal: &str) -> Told {
    match refusal {
        "CaUsedAsEndEntity" => unsuitable(
            "uses the certificate of a certificate authority (CA:TRUE) as its own, which is accepted only if the CA \
             bundle has exactly this certificate.",
        )
        .hint(
            "Add exactly this certificate to the file that AZTOKEN_CA_BUNDLE names, or issue one with CA:FALSE (openssl \
             req -x509 -addext basicConstraints=critical,CA:FALSE).",
        ),
        "UnsupportedCertVersion" => unsuitable(
            "has a certificate of X.509 version 1, which can't be bound to a host name.",
        )
        .hint(
            "Issue a certificate of version 3 with the host as its subjectAltName (openssl req -x509 -addext \
             subjectAltName=DNS:host.example).",
        ),
        other => unsuitable(&format!("has a certificate that isn't accepted ({}).", spaced(other))),
    }
}

fn alert_received(alert: AlertDescription) -> Told {
    use AlertDescription as A;
    match alert {
        A::ProtocolVersion => too_old(),
        A::HandshakeFailure | A::InsufficientSecurity => no_cipher_suite(),
        A::CertificateRequired => {
            told("tls_failed", "requires a client certificate, which isn't supported here.")
                .hint("Use an address of the server that doesn't require mutual TLS.")
        }
        A::UnrecognisedName => {
            told("tls_failed", "has no certificate for that name (alert: unrecognized name).")
                .hint("Check the host of the authority.")
        }
        other => failed(&format!("alert from the server: {}", words(&other))),
    }
}

fn incompatible(peer: &PeerIncompatible) -> Told {
    use PeerIncompatible as P;
    match peer {
        P::ServerDoesNotSupportTls12Or13 | P::ServerTlsVersionIsDisabledByOurConfig => too_old(),
        P::NoCipherSuitesInCommon | P::NoKxGroupsInCommon | P::NoSignatureSchemesInCommon => {
            no_cipher_suite()
        }
        P::ExtendedMasterSecretExtensionRequired => {
            told("tls_failed", "lacks the extended master secret of TLS 1.2 (RFC 7627), which is required.")
        }
        other => failed(&words(other)),
    }
}

fn too_old() -> Told {
    told("tls_failed", "supports only TLS 1.1 or earlier. TLS 1.2 or 1.3 is required.")
        .hint("Enable TLS 1.2 or 1.3 on the server, or check for a proxy on the way that allows neither.")
}

fn no_cipher_suite() -> Told {
    told("tls_failed", "supports no cipher suite that is accepted here.").hint(CIPHER_SUITES)
}

/// The name of a variant in words: rustls has no other text for most of them.
fn words(error: &impl std::fmt::Debug) -> String {
    spaced(&format!("{error:?}"))
}

/// `UnsupportedCriticalExtension { … }` as `unsupported critical extension`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars().take_while(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{OtherError, PeerMisbehaved};

    use super::*;

    #[test]
    fn no_failure_is_told_in_the_words_of_a_debugger() {
        #[derive(Debug, thiserror::Error)]
        #[error("MaximumPathDepthExceeded")]
        struct Refusal;
        for (error, name, text) in [
            (TlsError::HandshakeNotComplete, "tls_failed", "(handshake not complete)"),
            (
                TlsError::PeerMisbehaved(PeerMisbehaved::IllegalMiddleboxChangeCipherSpec),
                "tls_failed",
                "(peer misbehaved)",
            ),
            (
                TlsError::AlertReceived(AlertDescription::AccessDenied),
                "tls_failed",
                "alert from the server: access denied",
            ),
            (TlsError::AlertReceived(AlertDescription::HandshakeFailure), "tls_failed", "no cipher suite"),
            (TlsError::AlertReceived(AlertDescription::ProtocolVersion), "tls_failed", "TLS 1.1 or earlier"),
            (
                TlsError::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon),
                "tls_failed",
                "no cipher suite",
            ),
            (
                TlsError::InvalidCertificate(CertificateError::UnhandledCriticalExtension),
                "certificate_unsuitable",
                "(unhandled critical extension)",
            ),
            (
                TlsError::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Refusal)))),
                "certificate_unsuitable",
                "(maximum path depth exceeded)",
            ),
            (
                TlsError::InvalidCertificate(CertificateError::NotValidYet),
                "certificate_not_yet_valid",
                "valid yet",
            ),
        ] {
            let described = describe(&error, "login.example");
            assert_eq!((described.kind, described.error.as_str()), (ErrorKind::Tls, name), "{described}");
            assert!(described.message.starts_with("login.example "), "{described}");
            assert!(described.message.contains(text) && described.hint.is_some(), "{described}");
            assert!(!described.message.contains("Other"), "{described}");
        }
    }

    #[test]
    fn the_hint_of_a_handshake_failure_says_what_is_missing() {
        let error = describe(&TlsError::AlertReceived(AlertDescription::HandshakeFailure), "fs.example");
        assert!(!error.message.contains("TLS 1.1"), "{error}");
        let hint = error.hint.expect("a hint");
        assert!(hint.contains("ECDHE") && hint.contains("2012 R2"), "{hint}");
    }
}
