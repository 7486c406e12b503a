//! PEM files with a certificate and its key (RFC 7468).

use pkcs8::EncryptedPrivateKeyInfo;
use rustls::pki_types::pem::{PemObject, SectionKind};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::secret::Secret;

const PARAMETER: &str = "client_certificate";

/// What a file holds.
pub(super) struct Contents {
    /// DER, the client's own first.
    pub(super) certificates: Vec<Vec<u8>>,
    /// A ring key.
    pub(super) key: ring::signature::RsaKeyPair,
}

/// Reads certificates and one RSA key in PKCS#1, PKCS#8 or encrypted PKCS#8.
pub(super) fn read(text: &Secret, password: Option<&Secret>) -> Result<Contents> {
    // Its headers are no base64, so the reader below would call the file damaged.
    if text.expose().contains("Proc-Type: 4,ENCRYPTED") {
        return Err(refuse(
            "the key is encrypted in the old OpenSSL form; convert it with `openssl pkcs8 -topk8`.",
        ));
    }
    let mut certificates = Vec::new();
    let mut key = None;
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text.expose().as_bytes()) {
        let (kind, der) =
            section.map_err(|_| refuse("the PEM is damaged: a section doesn't end, or isn't base64."))?;
        let der = Zeroizing::new(der);
        match kind {
            SectionKind::Certificate => certificates.push(der.to_vec()),
            SectionKind::RsaPrivateKey => key = Some(from_ring(ring::signature::RsaKeyPair::from_der(&der))?),
            SectionKind::PrivateKey => key = Some(from_ring(ring::signature::RsaKeyPair::from_pkcs8(&der))?),
            SectionKind::EcPrivateKey => {
                return Err(refuse("the key is an EC key; the service takes RSA keys only."));
            }
            _ => {}
        }
    }
    let key = match key {
        Some(key) => key,
        None => encrypted_key(text.expose(), password)?,
    };
    if certificates.is_empty() {
        return Err(refuse(
            "there is no certificate in it (BEGIN CERTIFICATE); it must hold the certificate and its key.",
        ));
    }
    Ok(Contents { certificates, key })
}

/// The section that rustls's reader doesn't know: `ENCRYPTED PRIVATE KEY` (RFC 5958 section 3).
fn encrypted_key(text: &str, password: Option<&Secret>) -> Result<ring::signature::RsaKeyPair> {
    const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    const END: &str = "-----END ENCRYPTED PRIVATE KEY-----";
    let section = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(base64, _)| base64);
    let section = section.ok_or_else(|| refuse("there is no private key in it (BEGIN PRIVATE KEY)."))?;
    let password = password.ok_or_else(|| {
        Error::invalid_parameter("client_certificate_password", "is needed: the private key is encrypted.")
    })?;
    let pem = Zeroizing::new(format!("{BEGIN}{section}{END}\n").replace('\r', ""));
    let (_, der) =
        pkcs8::Document::from_pem(&pem).map_err(|_| refuse("the PEM of the encrypted key is damaged."))?;
    let info = EncryptedPrivateKeyInfo::try_from(der.as_bytes()).map_err(|_| {
        refuse("the key is encrypted in a way that isn't supported; use `openssl pkcs8 -topk8`.")
    })?;
    let plain = info.decrypt(password.expose()).map_err(|_| {
        Error::invalid_parameter("client_certificate_password", "doesn't open the private key.")
    })?;
    from_ring(ring::signature::RsaKeyPair::from_pkcs8(plain.as_bytes()))
}

/// ring takes keys of 2048 to 4096 bits.
fn from_ring(
    key: std::result::Result<ring::signature::RsaKeyPair, ring::error::KeyRejected>,
) -> Result<ring::signature::RsaKeyPair> {
    key.map_err(|rejected| {
        refuse(&format!("the key can't be used ({rejected}); it must be RSA of 2048 to 4096 bits."))
    })
}

fn refuse(problem: &str) -> Error {
    Error::invalid_parameter(PARAMETER, problem)
}
