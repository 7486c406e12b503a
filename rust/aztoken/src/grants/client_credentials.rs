//! The client credentials grant (RFC 6749 section 4.4; Microsoft, "OAuth 2.0 client credentials flow").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant, redeem};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::http::retry;
use crate::params::{DEFAULT_SCOPE, grant_type};
use crate::request::{RequestOptions, Settled};
use crate::token::TokenSet;
use crate::token::form::Form;

/// An app's own token, without a user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientCredentials {
    /// What proves the app.
    pub client_auth: ClientAuth,
}

impl Grant for ClientCredentials {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        self.client_auth.check()?;
        let settled = common.settle_for_app(cx, &[])?;
        check_scopes(&settled)?;
        let mut form = Form::new();
        settled.authenticate(cx, Some(&self.client_auth), &mut form).await?;
        redeem(cx, &settled, grant_type::CLIENT_CREDENTIALS, form, retry::IDEMPOTENT).await
    }
}

/// AADSTS1002012: permissions of an app are set in its registration, so only `.default` can be asked for.
fn check_scopes(settled: &Settled) -> Result<()> {
    match settled.scopes.as_slice() {
        [scope] if scope.ends_with(&format!("/{DEFAULT_SCOPE}")) => Ok(()),
        _ => {
            let problem = "an app's own token is for .default of one resource; leave the scopes out and set the resource.";
            Err(Error::invalid_parameter("scopes", problem))
        }
    }
}
