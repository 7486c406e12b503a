//! Certificates that sign assertions, with the key here or at the caller.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use serde::{Deserialize, Serialize};

use super::pem;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::secret::Secret;

/// How an assertion is signed (Microsoft, "Certificate credentials").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
pub enum Algorithm {
    /// RSASSA-PSS with SHA-256, what Microsoft recommends.
    #[default]
    PS256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for keys that can't do PSS and for AD FS.
    RS256,
}

/// A certificate with its key as PEM text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PemCertificate {
    /// Certificate, its chain if any, and the key.
    pub pem: Secret,
    /// Password of an encrypted PKCS#8 key.
    #[serde(default)]
    pub password: Option<Secret>,
    /// Sends the certificates along (`x5c`), for subject name and issuer authentication.
    #[serde(default)]
    pub send_chain: bool,
    /// How to sign.
    #[serde(default)]
    pub algorithm: Algorithm,
}

/// A certificate whose key the caller holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalCertificate {
    /// DER in base64, the client's own first.
    pub certificates: Vec<String>,
    /// Sends the certificates along (`x5c`).
    #[serde(default)]
    pub send_chain: bool,
    /// How the caller signs.
    #[serde(default)]
    pub algorithm: Algorithm,
}

/// A certificate ready to sign.
pub(super) struct Signer {
    /// DER, the client's own first.
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) send_chain: bool,
    pub(super) algorithm: Algorithm,
    key: Key,
}

enum Key {
    Here(Box<RsaKeyPair>),
    Caller,
}

impl PemCertificate {
    pub(super) fn load(&self) -> Result<Signer> {
        let contents = pem::read(&self.pem, self.password.as_ref())?;
        if !contents.certificates.iter().any(|der| contains(der, contents.key.public().as_ref())) {
            return Err(Error::invalid_parameter(
                "client_certificate",
                "the private key doesn't belong to the certificate.",
            ));
        }
        Ok(Signer {
            certificates: own_first(contents.certificates, contents.key.public().as_ref()),
            send_chain: self.send_chain,
            algorithm: self.algorithm,
            key: Key::Here(Box::new(contents.key)),
        })
    }
}

impl ExternalCertificate {
    pub(super) fn load(&self) -> Result<Signer> {
        let decoded = self
            .certificates
            .iter()
            .map(|text| STANDARD.decode(text))
            .collect::<std::result::Result<Vec<_>, _>>();
        match decoded {
            Ok(certificates) if !certificates.is_empty() => Ok(Signer {
                certificates,
                send_chain: self.send_chain,
                algorithm: self.algorithm,
                key: Key::Caller,
            }),
            _ => Err(Error::invalid_parameter(
                "client_certificate",
                "must hold at least one certificate, DER in base64.",
            )),
        }
    }
}

impl Signer {
    /// The signature of a signing input.
    pub(super) async fn sign(&self, cx: &Context, input: &str) -> Result<Vec<u8>> {
        match &self.key {
            Key::Here(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let encoding: &dyn ring::signature::RsaEncoding = match self.algorithm {
                    Algorithm::PS256 => &RSA_PSS_SHA256,
                    Algorithm::RS256 => &RSA_PKCS1_SHA256,
                };
                key.sign(encoding, &ring::rand::SystemRandom::new(), input.as_bytes(), &mut signature)
                    .map_err(|_| Error::internal("The assertion could not be signed."))?;
                Ok(signature)
            }
            Key::Caller => {
                let question = Event::Sign { algorithm: self.algorithm, data: input };
                let signature = cx.ask(&question).await?;
                match URL_SAFE_NO_PAD.decode(signature.expose()) {
                    Ok(signature) if signature.len() >= 256 => Ok(signature),
                    _ => Err(Error::invalid_parameter(
                        "client_certificate",
                        "gave a signature that can't be one.",
                    )),
                }
            }
        }
    }
}

/// A certificate holds its public key as it stands: the PKCS#1 structure in a bit string (RFC 5280 section 4.1.2.7).
pub(super) fn contains(certificate: &[u8], public_key: &[u8]) -> bool {
    certificate.windows(public_key.len()).any(|window| window == public_key)
}

/// The certificate of the key before the others of its chain.
fn own_first(mut certificates: Vec<Vec<u8>>, public_key: &[u8]) -> Vec<Vec<u8>> {
    certificates.sort_by_key(|der| !contains(der, public_key));
    certificates
}
