//! The authorization code grant (RFC 6749 section 4.1, with PKCE of RFC 7636 and the loopback redirect of RFC 8252;
//! Microsoft, "OAuth 2.0 authorization code flow").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant, redeem};
use crate::authorize::{Options, ResponseType, SignIn, check_verifier, redirect_uri};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::http::retry;
use crate::params::{field, grant_type};
use crate::request::{RequestOptions, Settled};
use crate::secret::Secret;
use crate::token::TokenSet;
use crate::token::form::Form;

/// A user's token by a sign-in in the browser, or by the code of a sign-in elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationCode {
    /// The code of a sign-in elsewhere; without one, the user signs in here.
    pub code: Option<Secret>,
    /// The verifier of that sign-in, if it had one.
    pub code_verifier: Option<Secret>,
    /// The sign-in here. When the sign-in happened elsewhere, only the redirect URI is needed.
    #[serde(flatten)]
    pub options: Options,
    /// Whether to open the browser or only show the address. Default: true.
    pub open_browser: Option<bool>,
    /// The credential of a confidential client.
    pub client_auth: Option<ClientAuth>,
}

impl Grant for AuthorizationCode {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        let Some(code) = &self.code else {
            return self.sign_in(common, cx).await;
        };
        if code.expose().trim().is_empty() {
            return Err(Error::invalid_parameter(field::CODE, "must not be empty."));
        }
        self.code_verifier.as_ref().map_or(Ok(()), check_verifier)?;
        self.check_only_redeeming()?;
        let client_auth = self.client_auth.as_ref();
        client_auth.map_or(Ok(()), ClientAuth::check)?;
        let redirect_uri = redirect_uri(self.options.redirect_uri.as_deref())?;
        let owned = [field::CODE, field::CODE_VERIFIER, field::REDIRECT_URI];
        // What was asked for at the sign-in may be of several resources; the token is for one.
        let (settled, _) = common.settle_for_sign_in(cx, ResponseType::CODE, &owned)?;
        redeem_code(cx, &settled, code, redirect_uri, self.code_verifier.as_ref(), client_auth).await
    }
}

impl AuthorizationCode {
    async fn sign_in(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        if self.code_verifier.is_some() {
            let problem = "goes with a code; a sign-in here makes its own.";
            return Err(Error::invalid_parameter(field::CODE_VERIFIER, problem));
        }
        let response_type = self.options.response_type_or(ResponseType::CODE)?;
        if !response_type.code {
            let problem = "must hold code in this grant; id_token and token alone are the implicit grant's.";
            return Err(Error::invalid_parameter(field::RESPONSE_TYPE, problem));
        }
        let Self { options, open_browser, client_auth, .. } = self;
        SignIn { options, open_browser, client_auth }
            .run(common, cx, response_type, Self::DEFAULT_TIMEOUT)
            .await
    }

    /// A code of a sign-in elsewhere leaves nothing to ask for here.
    fn check_only_redeeming(&self) -> Result<()> {
        let options = &self.options;
        let given = [
            (field::RESPONSE_TYPE, options.response_type.is_some()),
            (field::RESPONSE_MODE, options.response_mode.is_some()),
            (field::PROMPT, options.prompt.is_some()),
            (field::LOGIN_HINT, options.login_hint.is_some()),
            (field::DOMAIN_HINT, options.domain_hint.is_some()),
            ("open_browser", self.open_browser.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => {
                Err(Error::invalid_parameter(name, "is for a sign-in, and the code is of one that is over."))
            }
            None => Ok(()),
        }
    }
}

/// Redeems a code (RFC 6749 section 4.1.3). Its redirect URI is the one that the code was sent to.
pub(crate) async fn redeem_code(
    cx: &Context,
    settled: &Settled,
    code: &Secret,
    redirect_uri: &str,
    verifier: Option<&Secret>,
    client_auth: Option<&ClientAuth>,
) -> Result<TokenSet> {
    let mut form = Form::new();
    settled.authenticate(cx, client_auth, &mut form).await?;
    form.add(field::CODE, code.expose().trim());
    form.add(field::REDIRECT_URI, redirect_uri);
    if let Some(verifier) = verifier {
        form.add(field::CODE_VERIFIER, verifier.expose());
    }
    // Not repeated: a code is good once, also where the answer was lost.
    redeem(cx, settled, grant_type::AUTHORIZATION_CODE, form, retry::ONCE).await
}

#[cfg(test)]
#[path = "authorization_code_tests.rs"]
mod tests;
