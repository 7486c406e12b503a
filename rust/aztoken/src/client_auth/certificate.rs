//! Certificates that sign assertions, with the key here or at the caller.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use serde::Deserialize;

use super::pem;
use crate::blocking::run_blocking;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::io::Io;
use crate::secret::Secret;
use crate::signing::SigningAlgorithm;

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
    /// How to sign. Default: PS256, and RS256 for AD FS.
    #[serde(default)]
    pub algorithm: Option<SigningAlgorithm>,
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
    /// How the caller signs. Default: PS256, RS256 if the key can't do that, and RS256 for AD FS.
    #[serde(default)]
    pub algorithm: Option<SigningAlgorithm>,
}

/// A certificate ready to sign.
pub(crate) struct Signer {
    /// DER, the client's own first.
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) send_chain: bool,
    /// The requested algorithm.
    pub(super) algorithm: Option<SigningAlgorithm>,
    key: Key,
}

enum Key {
    Here(Arc<RsaKeyPair>),
    Caller,
}

impl PemCertificate {
    pub(super) fn load(&self) -> Result<Signer> {
        let contents = pem::read(&self.pem, self.password.as_ref())?;
        if !contents.certificates.iter().any(|der| pem::contains(der, contents.key.public().as_ref())) {
            return Err(Error::invalid_parameter(
                "client_certificate",
                "the private key doesn't belong to the certificate.",
            ));
        }
        Ok(Signer {
            certificates: own_first(contents.certificates, contents.key.public().as_ref()),
            send_chain: self.send_chain,
            algorithm: self.algorithm,
            key: Key::Here(Arc::new(contents.key)),
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
    /// The client's own certificate, DER.
    pub(super) fn certificate(&self) -> &[u8] {
        self.certificates.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// The signature of a signing input. `None` if the caller's key can't sign with this algorithm.
    pub(super) async fn sign(
        &self,
        io: &Io,
        algorithm: SigningAlgorithm,
        input: &str,
    ) -> Result<Option<Vec<u8>>> {
        match &self.key {
            Key::Here(key) => {
                let (key, input) = (key.clone(), input.to_owned());
                run_blocking(move || sign(&key, algorithm, &input)).await.map(Some)
            }
            Key::Caller => {
                let question = Event::Sign { algorithm, data: input };
                let signature = io.ask(&question).await?;
                if signature.is_empty() {
                    return Ok(None);
                }
                match URL_SAFE_NO_PAD.decode(signature.expose()) {
                    Ok(signature) if signature.len() >= 256 => Ok(Some(signature)),
                    _ => Err(Error::invalid_parameter(
                        "client_certificate",
                        "returned something that isn't an RSA signature.",
                    )),
                }
            }
        }
    }
}

/// Shows no key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn sign(key: &RsaKeyPair, algorithm: SigningAlgorithm, input: &str) -> Result<Vec<u8>> {
    let mut signature = vec![0; key.public().modulus_len()];
    let encoding: &dyn ring::signature::RsaEncoding = match algorithm {
        SigningAlgorithm::PS256 => &RSA_PSS_SHA256,
        SigningAlgorithm::RS256 => &RSA_PKCS1_SHA256,
    };
    key.sign(encoding, &ring::rand::SystemRandom::new(), input.as_bytes(), &mut signature)
        .map_err(|_| Error::internal("The assertion could not be signed."))?;
    Ok(signature)
}

/// The certificate of the key before the others of its chain.
fn own_first(mut certificates: Vec<Vec<u8>>, public_key: &[u8]) -> Vec<Vec<u8>> {
    certificates.sort_by_key(|der| !pem::contains(der, public_key));
    certificates
}
