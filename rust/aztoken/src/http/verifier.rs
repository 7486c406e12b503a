//! Whether a server's certificate is to be believed: by a bundle of the caller's, or by the operating system.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Tries the bundle first: the system's verifier may ask the network for revocation.
#[derive(Debug)]
pub(super) struct Verifier {
    provider: Arc<CryptoProvider>,
    bundle: Option<Bundle>,
    /// None on a system without any certificate.
    system: Option<Arc<dyn ServerCertVerifier>>,
}

#[derive(Debug)]
struct Bundle {
    by_chain: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Verifier {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        bundle: Vec<CertificateDer<'static>>,
        system: Option<Arc<dyn ServerCertVerifier>>,
    ) -> Self {
        let by_chain = by_chain(&bundle, &provider);
        let bundle = by_chain.map(|by_chain| Bundle { by_chain, certificates: bundle });
        Self { provider, bundle, system }
    }
}

/// A verifier by certificate authorities; none without any.
pub(super) fn by_chain(
    authorities: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build().ok()
}

/// Whether webpki refused a certificate only because it may issue others (CA:TRUE), as `openssl req -x509` makes them.
/// Its times were checked before that.
pub(super) fn is_authority_as_server(error: &Error) -> bool {
    refusal(error).as_deref() == Some("CaUsedAsEndEntity")
}

/// webpki's own name for a refusal that rustls has none for.
pub(super) fn refusal(error: &Error) -> Option<String> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => Some(other.0.to_string()),
        _ => None,
    }
}

impl Bundle {
    fn verify(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let error = match self.by_chain.verify_server_cert(server, intermediates, name, ocsp, now) {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        // An authority in the bundle could have issued itself a server's certificate for any name. So trusting exactly
        // this one, for its names and within its times, trusts nobody more.
        if is_authority_as_server(&error) && self.certificates.contains(server) {
            verify_server_name(&ParsedCertificate::try_from(server)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(error)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let unknown = || Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let by_bundle = match &self.bundle {
            Some(bundle) => bundle.verify(server, intermediates, name, ocsp, now),
            None => Err(unknown()),
        };
        let by_bundle = match by_bundle {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        let by_system = match &self.system {
            Some(system) => system.verify_server_cert(server, intermediates, name, ocsp, now),
            None => Err(unknown()),
        };
        // The one that knows the issuer, or the certificate itself, says more.
        by_system.map_err(|by_system| {
            if by_bundle != unknown() && (by_system == unknown() || is_authority_as_server(&by_system)) {
                by_bundle
            } else {
                by_system
            }
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
