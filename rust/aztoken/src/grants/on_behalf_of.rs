//! The on-behalf-of grant (RFC 7523 section 2.1; Microsoft, "OAuth 2.0 On-Behalf-Of flow").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant, redeem};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::http::retry;
use crate::params::{REQUESTED_ON_BEHALF_OF, field, grant_type};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::token::TokenSet;
use crate::token::form::Form;

/// A user's token for another API, got by an API that the user called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalfOf {
    /// The access token that the user sent to this app.
    pub user_assertion: Secret,
    /// What proves the app.
    pub client_auth: ClientAuth,
}

impl Grant for OnBehalfOf {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        if self.user_assertion.expose().trim().is_empty() {
            let problem = "must be the access token that the user sent to this app.";
            return Err(Error::invalid_parameter("user_assertion", problem));
        }
        self.client_auth.check()?;
        let owned = [field::ASSERTION, field::REQUESTED_TOKEN_USE];
        let settled = common.settle_for_confidential_user(cx, &owned)?;
        let mut form = Form::new();
        settled.authenticate(cx, Some(&self.client_auth), &mut form).await?;
        form.add(field::ASSERTION, self.user_assertion.expose().trim());
        form.add(field::REQUESTED_TOKEN_USE, REQUESTED_ON_BEHALF_OF);
        redeem(cx, &settled, grant_type::JWT_BEARER, form, retry::IDEMPOTENT).await
    }
}
