//! The authority and the certificates that it issues, ECDSA all of them.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use tempfile::NamedTempFile;
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::state_folder::keep;

const CA_FILE: &str = "ca.pem";
const CA_KEY_FILE: &str = "ca-key.pem";
const CA_NAME: &str = "Entra emulator, throw-away CA";
const UNTRUSTED_NAME: &str = "Entra emulator, CA that nobody trusts";
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A server's certificate and its key.
pub(super) struct Leaf {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
}

/// A certification authority.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one, forgotten at the end.
    pub(super) fn new() -> io::Result<Self> {
        Self::of_key(CA_NAME, KeyPair::generate().map_err(failed)?)
    }

    /// One that no client is told of.
    pub(super) fn untrusted() -> io::Result<Self> {
        Self::of_key(UNTRUSTED_NAME, KeyPair::generate().map_err(failed)?)
    }

    /// The one of a folder, made at the first start, and the file of its certificate.
    pub(super) fn kept(folder: &Path) -> io::Result<(Self, PathBuf)> {
        let key = keep(folder, CA_KEY_FILE, 0o600, || {
            Ok(KeyPair::generate().map_err(failed)?.serialize_pem().into_bytes())
        })?;
        let key = String::from_utf8(key).map_err(|_| failed("its key isn't PEM"))?;
        let authority = Self::of_key(CA_NAME, KeyPair::from_pem(&key).map_err(failed)?)?;
        // ECDSA signatures differ each time: the first certificate stays, so that a client that trusts it may go on.
        keep(folder, CA_FILE, 0o644, || Ok(authority.pem.clone().into_bytes()))?;
        Ok((authority, std::path::absolute(folder.join(CA_FILE))?))
    }

    fn of_key(name: &str, key: KeyPair) -> io::Result<Self> {
        let mut params = params(name, &[], Duration::days(3650))?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).map_err(failed)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// The certificate in a file that goes at the end.
    pub(super) fn write_temporary(&self) -> io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new().prefix("entra-emulator-ca-").suffix(".pem").tempfile()?;
        file.write_all(self.pem.as_bytes())?;
        file.flush()?;
        Ok(file)
    }

    /// A certificate for loopback and these names.
    pub(super) fn issue(&self, names: &[String]) -> io::Result<Leaf> {
        self.sign(&server_params(names, Duration::days(365))?)
    }

    /// The same, but its time is over.
    pub(super) fn issue_expired(&self, names: &[String]) -> io::Result<Leaf> {
        let mut params = server_params(names, Duration::days(-2))?;
        params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
        self.sign(&params)
    }

    /// A certificate for a name that nobody calls the emulator by.
    pub(super) fn issue_for_another_name(&self) -> io::Result<Leaf> {
        let mut params = server_params(&[], Duration::days(365))?;
        let other = vec!["wrong-name.example".to_owned()];
        params.subject_alt_names = CertificateParams::new(other).map_err(failed)?.subject_alt_names;
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> io::Result<Leaf> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed)?.der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(failed)?;
        Ok(Leaf { certificate, key })
    }
}

fn server_params(names: &[String], lifetime: Duration) -> io::Result<CertificateParams> {
    let all: Vec<String> =
        OWN_NAMES.iter().map(|name| (*name).to_owned()).chain(names.iter().cloned()).collect();
    let mut params = params("localhost", &all, lifetime)?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

/// Valid from yesterday, by the machine's clock: clients check by it too.
fn params(common_name: &str, names: &[String], lifetime: Duration) -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let now = OffsetDateTime::now_utc();
    params.not_before = now - Duration::days(1);
    params.not_after = now + lifetime;
    Ok(params)
}

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("no certificate for HTTPS could be made: {error}"))
}
