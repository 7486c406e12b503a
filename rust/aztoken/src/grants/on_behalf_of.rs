//! The on-behalf-of grant (RFC 7523 section 2.1; Microsoft, "OAuth 2.0 On-Behalf-Of flow").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::token_request::{Sharing, TokenRequest};
use crate::cache_key::Fingerprint;
use crate::client_auth::ClientAuth;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::{Form, retry};
use crate::io::Io;
use crate::operation::Operation;
use crate::params::{REQUESTED_ON_BEHALF_OF, field, grant_type};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::text::token;
use crate::token_set::TokenSet;

/// A user's token for another API, requested by an API that the user called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalfOf {
    /// The access token that the user sent to this app.
    pub user_assertion: Secret,
    /// The credential of the app.
    pub client_auth: ClientAuth,
}

impl Operation for OnBehalfOf {
    type Output = TokenSet;
    type Plan = TokenRequest;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.is_slow_to_open()
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<TokenRequest> {
        let assertion = token(self.user_assertion.expose());
        if assertion.is_empty() {
            let problem = "must be the access token that the user sent to this app.";
            return Err(Error::missing_parameter("user_assertion", problem));
        }
        let credential = self.client_auth.open()?;
        let owned = [field::ASSERTION, field::REQUESTED_TOKEN_USE];
        let resolved = options.resolve_for_confidential_client(environment, &owned)?;
        let mut fields = Form::new();
        fields.add(field::ASSERTION, assertion);
        fields.add(field::REQUESTED_TOKEN_USE, REQUESTED_ON_BEHALF_OF);
        Ok(TokenRequest {
            resolved,
            credential: Some(credential),
            grant_type: grant_type::JWT_BEARER,
            fields,
            policy: retry::IDEMPOTENT,
            sharing: Sharing::OnBehalfOf(Fingerprint::of(&[assertion.as_bytes()])),
        })
    }

    async fn execute(plan: TokenRequest, io: &Io) -> Result<TokenSet> {
        plan.send(io).await
    }
}
