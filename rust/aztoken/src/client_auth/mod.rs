//! What proves the client: the second axis beside the grants (RFC 6749 section 2.3, RFC 7523 section 2.2).

mod assertion;
mod certificate;
mod pem;

use serde::Deserialize;
use serde_json::Value;

pub use certificate::{ExternalCertificate, PemCertificate};

pub(crate) use assertion::{Assertion, make};
pub(crate) use certificate::Signer;

use crate::cache_key::Fingerprint;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::http::Form;
use crate::io::Io;
use crate::jwt::claims_for_display;
use crate::params::{assertion_type, claim, field};
use crate::request::ResolvedRequest;
use crate::secret::Secret;
use crate::text::token;

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

    /// Adds the credential to a form for the token endpoint.
    pub(crate) async fn apply(&self, io: &Io, resolved: &ResolvedRequest, form: &mut Form) -> Result<()> {
        self.apply_reusing(io, resolved, form, &mut None).await
    }

    /// Like `apply` for one of several requests: an assertion that an earlier one needed is sent again while it is valid, so
    /// that the caller isn't asked to sign each time, which may need a PIN.
    pub(crate) async fn apply_reusing(
        &self,
        io: &Io,
        resolved: &ResolvedRequest,
        form: &mut Form,
        kept: &mut Option<Assertion>,
    ) -> Result<()> {
        if kept.as_ref().is_some_and(|assertion| !assertion.is_fresh(io.clock().unix_now())) {
            *kept = None;
        }
        let assertion = match self {
            Self::Secret(secret) => {
                form.add(field::CLIENT_SECRET, secret.expose());
                return Ok(());
            }
            Self::Assertion(assertion) => assertion,
            Self::AssertionRequest | Self::Certificate(_) => {
                let assertion = match kept.take() {
                    Some(assertion) => assertion,
                    None => self.new_assertion(io, resolved).await?,
                };
                &kept.insert(assertion).jwt
            }
        };
        form.add(field::CLIENT_ASSERTION_TYPE, assertion_type::JWT_BEARER);
        form.add(field::CLIENT_ASSERTION, token(assertion.expose()));
        Ok(())
    }

    /// A new assertion, signed here or by the caller.
    async fn new_assertion(&self, io: &Io, resolved: &ResolvedRequest) -> Result<Assertion> {
        if let Self::Certificate(signer) = self {
            return make(io, resolved, signer).await;
        }
        let jwt = io.ask(&Event::AssertionRequest {}).await?;
        check_assertion(&jwt)?;
        let expires_on = expiry(&jwt);
        Ok(Assertion { jwt, expires_on })
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

/// The end of an assertion's lifetime; 0, so that it is used once, if it doesn't say.
fn expiry(assertion: &Secret) -> i64 {
    let claims = claims_for_display(assertion.expose());
    claims.and_then(|claims| claims.get(claim::EXPIRES).and_then(Value::as_i64)).unwrap_or_default()
}

/// Checks only the shape: the service decides about the rest.
fn check_assertion(assertion: &Secret) -> Result<()> {
    let parts: Vec<&str> = token(assertion.expose()).split('.').collect();
    if parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && !part.contains(char::is_whitespace)) {
        return Ok(());
    }
    Err(Error::invalid_parameter(
        "client_assertion",
        "must be a signed JWT: three parts separated by dots, without white space.",
    ))
}

#[cfg(test)]
#[path = "client_auth_tests.rs"]
mod tests;
