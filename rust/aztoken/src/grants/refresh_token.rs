//! The refresh token grant (RFC 6749 section 6; Microsoft, "Refresh the access token").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::token_request::{Sharing, TokenRequest};
use crate::client_auth::{ClientAuth, ClientCredential};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::{Form, retry};
use crate::io::Io;
use crate::operation::{Operation, Plan};
use crate::params::{field, grant_type};
use crate::request::{RequestOptions, ResolvedRequest};
use crate::secret::Secret;
use crate::text;
use crate::token_set::TokenSet;

/// A new token by a refresh token, also for another resource that the user has consented to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    /// The refresh token.
    pub refresh_token: Secret,
    /// The credential of a confidential client.
    #[serde(default)]
    pub client_auth: Option<ClientAuth>,
}

/// The request, and the token to keep where no new one comes.
#[derive(Debug)]
pub struct RefreshPlan {
    request: TokenRequest,
    refresh_token: Secret,
}

impl Plan for RefreshPlan {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        self.request.resolved()
    }
}

impl Operation for RefreshToken {
    type Output = TokenSet;
    type Plan = RefreshPlan;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.as_ref().is_some_and(ClientAuth::is_slow_to_open)
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<RefreshPlan> {
        if text::token(self.refresh_token.expose()).is_empty() {
            return Err(Error::missing_parameter("refresh_token", "must not be empty."));
        }
        let credential = ClientCredential::open(self.client_auth)?;
        let resolved = options.resolve_for_user(environment, &[field::REFRESH_TOKEN])?;
        let mut fields = Form::new();
        fields.add(field::REFRESH_TOKEN, text::token(self.refresh_token.expose()));
        let request = TokenRequest {
            resolved,
            credential,
            grant_type: grant_type::REFRESH_TOKEN,
            fields,
            // Repeated as Microsoft's clients do: the service keeps the old one valid.
            policy: retry::IDEMPOTENT,
            sharing: Sharing::Nobody,
        };
        Ok(RefreshPlan { request, refresh_token: self.refresh_token })
    }

    async fn execute(plan: RefreshPlan, io: &Io) -> Result<TokenSet> {
        let mut token = plan.request.send(io).await?;
        // RFC 6749 section 6: without a new one, the old one is kept.
        token.refresh_token.get_or_insert(plan.refresh_token);
        Ok(token)
    }
}
