//! The authorization code grant (RFC 6749 section 4.1, with PKCE of RFC 7636 and the loopback redirect of RFC 8252;
//! Microsoft, "OAuth 2.0 authorization code flow").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::sign_in::{SignInPlan, SignInRequest, redemption};
use super::token_request::TokenRequest;
use crate::authorize::{AuthorizationOptions, ResponseType, check_verifier, redirect_uri};
use crate::client_auth::{ClientAuth, ClientCredential};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::io::Io;
use crate::operation::{Operation, Plan};
use crate::params::field;
use crate::request::{RequestOptions, ResolvedRequest};
use crate::secret::Secret;
use crate::token_set::TokenSet;

/// A user's token by a sign-in in the browser, or by the code of a sign-in elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationCode {
    /// The code of a sign-in elsewhere; without one, the user signs in here.
    pub code: Option<Secret>,
    /// The verifier of that sign-in, if it had one.
    pub code_verifier: Option<Secret>,
    /// What is asked of the authorization endpoint. With `code`, only the redirect URI is used, and it is required.
    #[serde(flatten)]
    pub authorization: AuthorizationOptions,
    /// Whether to open the browser or only show the URL. Default: true.
    pub open_browser: Option<bool>,
    /// The credential of a confidential client.
    pub client_auth: Option<ClientAuth>,
}

/// A sign-in, or a code that is there already.
#[derive(Debug)]
pub enum AuthorizationCodePlan {
    /// The user signs in here.
    SignIn(SignInPlan),
    /// The user has signed in elsewhere.
    Redeem(TokenRequest),
}

impl Plan for AuthorizationCodePlan {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        match self {
            Self::SignIn(sign_in) => sign_in.resolved(),
            Self::Redeem(request) => request.resolved(),
        }
    }
}

impl Operation for AuthorizationCode {
    type Output = TokenSet;
    type Plan = AuthorizationCodePlan;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.as_ref().is_some_and(ClientAuth::is_slow_to_open)
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<AuthorizationCodePlan> {
        if self.code.is_some() {
            self.prepare_redemption(options, environment).map(AuthorizationCodePlan::Redeem)
        } else {
            self.prepare_sign_in(options, environment).map(AuthorizationCodePlan::SignIn)
        }
    }

    async fn execute(plan: AuthorizationCodePlan, io: &Io) -> Result<TokenSet> {
        match plan {
            AuthorizationCodePlan::SignIn(sign_in) => sign_in.execute(io).await,
            AuthorizationCodePlan::Redeem(request) => request.send(io).await,
        }
    }
}

impl AuthorizationCode {
    fn prepare_redemption(self, options: RequestOptions, environment: &Environment) -> Result<TokenRequest> {
        let code = self.code.as_ref().filter(|code| !code.expose().trim().is_empty());
        let code = code.ok_or_else(|| Error::missing_parameter(field::CODE, "must not be empty."))?;
        self.code_verifier.as_ref().map_or(Ok(()), check_verifier)?;
        self.check_only_redeeming()?;
        let redirect_uri = redirect_uri(self.authorization.redirect_uri.as_deref())?;
        let credential = ClientCredential::open(self.client_auth)?;
        let owned = [field::CODE, field::CODE_VERIFIER, field::REDIRECT_URI];
        // What was asked for at the sign-in may be of several resources; the token is for one.
        let (resolved, _) = options.resolve_for_sign_in(environment, &owned)?;
        Ok(redemption(resolved, credential, code, redirect_uri, self.code_verifier.as_ref()))
    }

    fn prepare_sign_in(self, options: RequestOptions, environment: &Environment) -> Result<SignInPlan> {
        if self.code_verifier.is_some() {
            let problem = "requires `code`; an interactive sign-in generates its own verifier.";
            return Err(Error::conflicting_parameter(field::CODE_VERIFIER, problem));
        }
        let response_type = self.authorization.response_type_or(ResponseType::CODE)?;
        if !response_type.code {
            let problem =
                "must contain code for this grant. The implicit grant returns id_token and token alone.";
            return Err(Error::invalid_parameter(field::RESPONSE_TYPE, problem));
        }
        let request = SignInRequest {
            authorization: self.authorization,
            open_browser: self.open_browser,
            client_auth: self.client_auth,
        };
        request.prepare(options, environment, response_type, Self::DEFAULT_TIMEOUT)
    }

    /// A code of a sign-in elsewhere leaves nothing to ask for here.
    fn check_only_redeeming(&self) -> Result<()> {
        let asked = &self.authorization;
        let given = [
            (field::RESPONSE_TYPE, asked.response_type.is_some()),
            (field::RESPONSE_MODE, asked.response_mode.is_some()),
            (field::PROMPT, asked.prompt.is_some()),
            (field::LOGIN_HINT, asked.login_hint.is_some()),
            (field::DOMAIN_HINT, asked.domain_hint.is_some()),
            ("open_browser", self.open_browser.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => {
                Err(Error::conflicting_parameter(name, "can't be combined with an authorization code."))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "authorization_code_tests.rs"]
mod tests;
