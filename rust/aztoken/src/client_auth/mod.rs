//! What proves the client: the second axis beside the grants (RFC 6749 section 2.3, RFC 7523 section 2.2).

mod assertion;
mod certificate;
mod pem;

use serde::Deserialize;

pub use certificate::{ExternalCertificate, PemCertificate};

pub(crate) use assertion::make;
pub(crate) use certificate::Signer;

use crate::cache_key::Fingerprint;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::http::Form;
use crate::io::Io;
use crate::params::{assertion_type, field};
use crate::request::ResolvedRequest;
use crate::secret::Secret;

/// The credential of a confidential client, as a request has it. A public client has none.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientAuth {
    /// A client secret.
    Secret {
        /// Its value, not its ID.
        secret: Secret,
    },
    /// A certificate with its key in PEM; signs here.
    Certificate(PemCertificate),
    /// A certificate whose key stays with the caller; the caller is asked to sign.
    ExternalCertificate(ExternalCertificate),
    /// An assertion made elsewhere: a federated credential, or one signed by the caller.
    Assertion {
        /// A JWT.
        assertion: Secret,
    },
    /// Like `Assertion`, asked of the caller when it is needed.
    AssertionRequest {},
}

impl ClientAuth {
    /// Checks the credential and opens it: a certificate's key is there, fits and can sign.
    pub(crate) fn open(self) -> Result<ClientCredential> {
        Ok(match self {
            Self::Secret { secret } if secret.expose().trim().is_empty() => {
                return Err(Error::invalid_parameter("client_secret", "must not be empty."));
            }
            Self::Secret { secret } => ClientCredential::Secret(secret),
            Self::Certificate(certificate) => ClientCredential::Certificate(certificate.load()?),
            Self::ExternalCertificate(certificate) => ClientCredential::Certificate(certificate.load()?),
            Self::Assertion { assertion } => {
                check_assertion(&assertion)?;
                ClientCredential::Assertion(assertion)
            }
            Self::AssertionRequest {} => ClientCredential::AssertionRequest,
        })
    }

    /// Whether opening it takes long: an encrypted key is opened by a key that thousands of rounds derive.
    pub(crate) fn is_slow_to_open(&self) -> bool {
        matches!(self, Self::Certificate(certificate) if certificate.password.is_some())
    }
}

/// A credential that is ready to prove the client.
#[derive(Debug)]
pub(crate) enum ClientCredential {
    Secret(Secret),
    Certificate(Signer),
    Assertion(Secret),
    AssertionRequest,
}

impl ClientCredential {
    /// Opens the credential of a request that need not have one.
    pub(crate) fn open(given: Option<ClientAuth>) -> Result<Option<Self>> {
        given.map(ClientAuth::open).transpose()
    }

    /// Adds the proof to a form for the token endpoint.
    pub(crate) async fn apply(&self, io: &Io, resolved: &ResolvedRequest, form: &mut Form) -> Result<()> {
        let made;
        let assertion = match self {
            Self::Secret(secret) => {
                form.add(field::CLIENT_SECRET, secret.expose());
                return Ok(());
            }
            Self::Assertion(assertion) => assertion,
            Self::AssertionRequest => {
                made = io.ask(&Event::AssertionRequest {}).await?;
                check_assertion(&made)?;
                &made
            }
            Self::Certificate(signer) => {
                made = make(io, resolved, signer).await?.jwt;
                &made
            }
        };
        form.add(field::CLIENT_ASSERTION_TYPE, assertion_type::JWT_BEARER);
        form.add(field::CLIENT_ASSERTION, assertion.expose());
        Ok(())
    }

    /// Tells this credential from others; `None` where that isn't known before the caller is asked.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        match self {
            Self::Secret(secret) => Some(Fingerprint::of(&[b"secret", secret.expose().as_bytes()])),
            Self::Certificate(signer) => Some(Fingerprint::of(&[b"certificate", signer.certificate()])),
            // Each assertion is another one, while what it proves stays the same until it is asked for anew.
            Self::Assertion(assertion) => {
                Some(Fingerprint::of(&[b"assertion", assertion.expose().as_bytes()]))
            }
            Self::AssertionRequest => None,
        }
    }
}

/// Only the shape: whether it is good is the service's to say.
fn check_assertion(assertion: &Secret) -> Result<()> {
    let parts: Vec<&str> = assertion.expose().split('.').collect();
    if parts.len() == 3 && parts.iter().all(|part| !part.is_empty()) {
        return Ok(());
    }
    Err(Error::invalid_parameter(
        "client_assertion",
        "must be a signed JWT: three parts with dots between them.",
    ))
}

#[cfg(test)]
#[path = "client_auth_tests.rs"]
mod tests;
