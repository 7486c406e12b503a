//! The client credentials grant (RFC 6749 section 4.4; Microsoft, "OAuth 2.0 client credentials flow").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::token_request::{Sharing, TokenRequest};
use crate::client_auth::ClientAuth;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::{Form, retry};
use crate::io::Io;
use crate::operation::Operation;
use crate::params::{DEFAULT_SCOPE, grant_type};
use crate::request::{RequestOptions, ResolvedRequest};
use crate::token_set::TokenSet;

/// An app's own token, without a user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientCredentials {
    /// The credential of the app.
    pub client_auth: ClientAuth,
}

impl Operation for ClientCredentials {
    type Output = TokenSet;
    type Plan = TokenRequest;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.is_slow_to_open()
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<TokenRequest> {
        let credential = self.client_auth.open()?;
        let resolved = options.resolve_for_app(environment, &[])?;
        check_scopes(&resolved)?;
        Ok(TokenRequest {
            resolved,
            credential: Some(credential),
            grant_type: grant_type::CLIENT_CREDENTIALS,
            fields: Form::new(),
            policy: retry::IDEMPOTENT,
            sharing: Sharing::App,
        })
    }

    async fn execute(plan: TokenRequest, io: &Io) -> Result<TokenSet> {
        plan.send(io).await
    }
}

/// AADSTS1002012: permissions of an app are set in its registration, so only `.default` can be asked for.
fn check_scopes(resolved: &ResolvedRequest) -> Result<()> {
    match resolved.scopes.as_slice() {
        [scope] if scope.ends_with(&format!("/{DEFAULT_SCOPE}")) => Ok(()),
        _ => {
            let problem = "must be .default of one resource for client credentials. Leave out `scopes` and set `resource`.";
            Err(Error::invalid_parameter("scopes", problem))
        }
    }
}
