//! A client assertion for a caller that sends it itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client_auth::{ClientAuth, ClientCredential, Signer, make};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::event::{Event, Outcome, result_event};
use crate::io::Io;
use crate::operation::{Operation, Plan};
use crate::params::assertion_type;
use crate::request::{RequestOptions, ResolvedRequest};
use crate::secret::Secret;

/// Signs a client assertion (RFC 7523 section 2.2) with a certificate. Uses no network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAssertion {
    /// The certificate.
    pub client_auth: ClientAuth,
}

/// What is sent with a token request.
#[derive(Debug, Serialize)]
pub struct SignedAssertion {
    /// A JWT.
    pub client_assertion: Secret,
    /// RFC 7523 section 2.2.
    pub client_assertion_type: &'static str,
    /// End of its lifetime, seconds since 1970-01-01T00:00:00Z.
    pub expires_on: i64,
}

impl Outcome for SignedAssertion {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

/// The certificate, opened, and whom the assertion is for.
pub struct ClientAssertionPlan {
    resolved: ResolvedRequest,
    signer: Signer,
}

impl Plan for ClientAssertionPlan {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        Some(&self.resolved)
    }
}

impl Operation for ClientAssertion {
    type Output = SignedAssertion;
    type Plan = ClientAssertionPlan;
    /// Long enough for a person to enter a smart card's PIN.
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.is_slow_to_open()
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<ClientAssertionPlan> {
        let ClientCredential::Certificate(signer) = self.client_auth.open()? else {
            let problem = "must be a certificate: nothing else signs an assertion.";
            return Err(Error::invalid_parameter("client_auth", problem));
        };
        let resolved = options.resolve_for_confidential_client(environment, &[])?;
        Ok(ClientAssertionPlan { resolved, signer })
    }

    async fn execute(plan: ClientAssertionPlan, io: &Io) -> Result<SignedAssertion> {
        let assertion = make(io, &plan.resolved, &plan.signer).await?;
        Ok(SignedAssertion {
            client_assertion: assertion.jwt,
            client_assertion_type: assertion_type::JWT_BEARER,
            expires_on: assertion.expires_on,
        })
    }
}
