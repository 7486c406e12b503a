//! The implicit grant (RFC 6749 section 4.2) and the hybrid flow (OpenID Connect Core section 3.3; Microsoft, "OAuth 2.0
//! implicit grant flow").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::sign_in::{SignInPlan, SignInRequest};
use crate::authorize::{AuthorizationOptions, ResponseType};
use crate::client_auth::ClientAuth;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::io::Io;
use crate::operation::Operation;
use crate::params::field;
use crate::request::RequestOptions;
use crate::token_set::TokenSet;

const WARNING: &str = "The implicit grant sends tokens through the browser and returns no refresh token. Use the \
                       authorization code flow where the app allows it.";
/// No capture of the service's own answer is known.
const UNVERIFIED: &str = "OpenID Connect has the response type 'code id_token token', but Entra doesn't list it: the \
                          service may refuse it.";

/// A user's tokens straight from the authorization endpoint, and with `code` also by redeeming it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Implicit {
    /// What is asked of the authorization endpoint.
    #[serde(flatten)]
    pub authorization: AuthorizationOptions,
    /// Whether to open the browser or only show the URL. Default: true.
    pub open_browser: Option<bool>,
    /// The credential of a confidential client, for a code.
    pub client_auth: Option<ClientAuth>,
}

impl Operation for Implicit {
    type Output = TokenSet;
    type Plan = SignInPlan;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.as_ref().is_some_and(ClientAuth::is_slow_to_open)
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<SignInPlan> {
        let response_type = self.authorization.response_type_or(ResponseType::ID_TOKEN_TOKEN)?;
        if !response_type.has_token() {
            let problem = "must contain id_token or token for this grant. The authorization code grant returns code alone.";
            return Err(Error::invalid_parameter(field::RESPONSE_TYPE, problem));
        }
        let request = SignInRequest {
            authorization: self.authorization,
            open_browser: self.open_browser,
            client_auth: self.client_auth,
        };
        request.prepare(options, environment, response_type, Self::DEFAULT_TIMEOUT)
    }

    async fn execute(plan: SignInPlan, io: &Io) -> Result<TokenSet> {
        io.announce(|confirm| Event::Warning { text: WARNING.to_owned(), confirm }).await?;
        let asked = plan.response_type;
        if asked.code && asked.token {
            io.announce(|confirm| Event::Warning { text: UNVERIFIED.to_owned(), confirm }).await?;
        }
        plan.execute(io).await
    }
}

#[cfg(test)]
#[path = "implicit_tests.rs"]
mod tests;
