//! What proves the client: the second axis beside the grants (RFC 6749 section 2.3, RFC 7523 section 2.2).

mod assertion;
mod certificate;
mod client_assertion;
mod pem;

use serde::Deserialize;

pub use certificate::{Algorithm, ExternalCertificate, PemCertificate};
pub use client_assertion::ClientAssertion;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::params::{assertion_type, field};
use crate::request::Settled;
use crate::secret::Secret;
use crate::text::token;
use crate::token::form::Form;

/// The proof that a confidential client sends. A public client sends none.
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
    /// Checks what can be checked before anything is sent.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Secret { secret } if secret.expose().trim().is_empty() => {
                Err(Error::invalid_parameter("client_secret", "must not be empty."))
            }
            Self::Assertion { assertion } => check_assertion(assertion),
            _ => Ok(()),
        }
    }

    /// Adds the proof to a form for the token endpoint.
    pub(crate) async fn apply(&self, cx: &Context, settled: &Settled, form: &mut Form) -> Result<()> {
        let made;
        let assertion = match self {
            Self::Secret { secret } => {
                form.add(field::CLIENT_SECRET, secret.expose());
                return Ok(());
            }
            Self::Assertion { assertion } => assertion,
            Self::AssertionRequest {} => {
                made = cx.ask(&Event::AssertionRequest {}).await?;
                check_assertion(&made)?;
                &made
            }
            Self::Certificate(certificate) => {
                made = assertion::make(cx, settled, &certificate.load()?).await?.jwt;
                &made
            }
            Self::ExternalCertificate(certificate) => {
                made = assertion::make(cx, settled, &certificate.load()?).await?.jwt;
                &made
            }
        };
        form.add(field::CLIENT_ASSERTION_TYPE, assertion_type::JWT_BEARER);
        form.add(field::CLIENT_ASSERTION, token(assertion.expose()));
        Ok(())
    }
}

/// Only the shape: whether it is good is the service's to say.
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
#[path = "tests.rs"]
mod tests;
