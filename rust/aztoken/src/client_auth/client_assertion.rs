//! A client assertion for a caller that sends it itself.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ClientAuth, assertion};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::grants::Grant;
use crate::params::{assertion_type, field};
use crate::request::RequestOptions;

/// Signs a client assertion (RFC 7523 section 2.2) with a certificate. Uses no network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAssertion {
    /// The certificate.
    pub client_auth: ClientAuth,
}

impl Grant for ClientAssertion {
    type Output = Map<String, Value>;
    /// Time enough for a person to give a card's PIN.
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<Self::Output> {
        let signer = match &self.client_auth {
            ClientAuth::Certificate(certificate) => certificate.load()?,
            ClientAuth::ExternalCertificate(certificate) => certificate.load()?,
            _ => {
                let problem = "must be a certificate: only that signs an assertion.";
                return Err(Error::invalid_parameter("client_auth", problem));
            }
        };
        let settled = common.settle_for_confidential_user(cx, &[])?;
        let assertion = assertion::make(cx, &settled, &signer).await?;
        Ok(Map::from_iter([
            (field::CLIENT_ASSERTION.to_owned(), json!(assertion.jwt)),
            (field::CLIENT_ASSERTION_TYPE.to_owned(), json!(assertion_type::JWT_BEARER)),
            ("expires_on".to_owned(), json!(assertion.expires_on)),
        ]))
    }
}
