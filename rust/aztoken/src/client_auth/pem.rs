//! PEM text with a certificate and its key.

use pkcs8::EncryptedPrivateKeyInfo;
use ring::signature::RsaKeyPair;

use crate::error::{Error, Result};
use crate::pem::{self, Section};
use crate::secret::Secret;
use crate::text::trimmed;

const PARAMETER: &str = "client_certificate";

/// What a file holds.
pub(super) struct Contents {
    /// DER, in the file's order.
    pub(super) certificates: Vec<Vec<u8>>,
    /// The key of one of the certificates, if the file has it; otherwise its first key.
    pub(super) key: RsaKeyPair,
}

/// Reads certificates and an RSA key in PKCS#1, PKCS#8 or encrypted PKCS#8.
pub(super) fn read(text: &Secret, password: Option<&Secret>) -> Result<Contents> {
    let mut sections = Vec::new();
    for section in pem::sections(text.expose()) {
        let damaged = |fault: pem::Damaged| {
            refuse(&format!("the PEM is damaged: the section in line {} {}.", fault.line, fault.problem))
        };
        sections.push(section.map_err(damaged)?);
    }
    if sections.is_empty() {
        return Err(refuse(what_else(text.expose())));
    }
    let certificates: Vec<Vec<u8>> =
        sections.iter().filter_map(|section| section.certificate().map(<[u8]>::to_vec)).collect();
    let mut keys =
        sections.iter().filter_map(|section| key(section, password)).collect::<Result<Vec<_>>>()?;
    if keys.is_empty() {
        return Err(refuse(&format!(
            "there is no private key in it (BEGIN PRIVATE KEY), only {}.",
            labels(&sections)
        )));
    }
    if certificates.is_empty() {
        let problem =
            "there is no certificate in it (BEGIN CERTIFICATE); it must hold the certificate and its key.";
        return Err(refuse(problem));
    }
    let is_own = |key: &RsaKeyPair| certificates.iter().any(|der| contains(der, key.public().as_ref()));
    let own = keys.iter().position(is_own).unwrap_or_default();
    Ok(Contents { certificates, key: keys.swap_remove(own) })
}

/// The key in a section; `None` if it holds something else.
fn key(section: &Section, password: Option<&Secret>) -> Option<Result<RsaKeyPair>> {
    if section.is_legacy_encrypted {
        let problem = "the key is encrypted in the old OpenSSL format. Convert it: `openssl pkcs8 -topk8 -in old.pem -out new.pem`.";
        return Some(Err(refuse(problem)));
    }
    Some(match section.label.as_str() {
        "RSA PRIVATE KEY" => from_ring(RsaKeyPair::from_der(&section.der)),
        "PRIVATE KEY" => from_ring(RsaKeyPair::from_pkcs8(&section.der)),
        "ENCRYPTED PRIVATE KEY" => decrypt(&section.der, password),
        "EC PRIVATE KEY" => Err(refuse("the key is an EC key; the service takes RSA keys only.")),
        _ => return None,
    })
}

/// RFC 5958 section 3.
fn decrypt(der: &[u8], password: Option<&Secret>) -> Result<RsaKeyPair> {
    let refuse_password = |problem| Error::invalid_parameter("client_certificate_password", problem);
    let password = password.ok_or_else(|| {
        Error::missing_parameter("client_certificate_password", "is required: the private key is encrypted.")
    })?;
    let info = EncryptedPrivateKeyInfo::try_from(der).map_err(|_| {
        refuse("the key is encrypted in a way that isn't supported. Convert it: `openssl pkcs8 -topk8 -v2 aes256`.")
    })?;
    let plain = info.decrypt(password.expose()).map_err(|_| {
        refuse_password(if trimmed(password.expose()) == password.expose() {
            "doesn't open the private key."
        } else {
            "doesn't open the private key. It starts or ends with white space, which may have been copied along."
        })
    })?;
    from_ring(RsaKeyPair::from_pkcs8(plain.as_bytes()))
}

/// What a text without any section is.
fn what_else(text: &str) -> &'static str {
    // A PFX is a SEQUENCE that starts with the version 3 (RFC 7292 section 4), a certificate one that starts with another.
    match pem::base64(text).as_ref().map(|bytes| bytes.as_slice()) {
        Some([0x30, 0x82, _, _, 0x02, 0x01, 0x03, ..]) => {
            "is a PFX file as base64 text, not PEM. Decode it to a PFX file, or convert it: `openssl pkcs12 -nodes`."
        }
        Some([0x30, 0x82, _, _, 0x30, ..]) => {
            "is a certificate as base64 text, without a private key. It must hold the certificate and its key."
        }
        _ => "there is no private key in it (BEGIN PRIVATE KEY).",
    }
}

fn labels(sections: &[Section]) -> String {
    let mut labels: Vec<&str> = sections.iter().map(|section| section.label.as_str()).collect();
    labels.dedup();
    labels.join(", ").chars().filter(|c| !c.is_control()).collect()
}

/// ring takes keys of 2048 to 4096 bits.
fn from_ring(key: std::result::Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<RsaKeyPair> {
    key.map_err(|rejected| {
        refuse(&format!("the key can't be used ({rejected}); it must be RSA of 2048 to 4096 bits."))
    })
}

fn refuse(problem: &str) -> Error {
    Error::invalid_parameter(PARAMETER, problem)
}

/// A certificate holds its public key as it stands: the PKCS#1 structure in a bit string (RFC 5280 section 4.1.2.7).
pub(super) fn contains(certificate: &[u8], public_key: &[u8]) -> bool {
    certificate.windows(public_key.len()).any(|window| window == public_key)
}
