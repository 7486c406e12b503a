//! The refresh token grant (RFC 6749 section 6; Microsoft, "Refresh the access token").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant, redeem};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::http::retry;
use crate::params::{field, grant_type};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::token::TokenSet;
use crate::token::form::Form;

/// A new token by a refresh token, also for another resource that the user has consented to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    /// The refresh token.
    pub refresh_token: Secret,
    /// What proves the client, if it is confidential.
    #[serde(default)]
    pub client_auth: Option<ClientAuth>,
}

impl Grant for RefreshToken {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        if self.refresh_token.expose().trim().is_empty() {
            return Err(Error::invalid_parameter("refresh_token", "must not be empty."));
        }
        self.client_auth.as_ref().map_or(Ok(()), ClientAuth::check)?;
        let settled = common.settle_for_user(cx, &[field::REFRESH_TOKEN])?;
        let mut form = Form::new();
        settled.authenticate(cx, self.client_auth.as_ref(), &mut form).await?;
        form.add(field::REFRESH_TOKEN, self.refresh_token.expose().trim());
        // Repeated as Microsoft's clients do: the service keeps the old one valid.
        let mut token = redeem(cx, &settled, grant_type::REFRESH_TOKEN, form, retry::IDEMPOTENT).await?;
        // RFC 6749 section 6: without a new one, the old one is kept.
        token.refresh_token.get_or_insert(self.refresh_token);
        Ok(token)
    }
}
