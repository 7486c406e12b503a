//! The implicit grant (RFC 6749 section 4.2) and the hybrid flow (OpenID Connect Core section 3.3; Microsoft, "OAuth 2.0
//! implicit grant flow").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant};
use crate::authorize::{Options, ResponseType, SignIn};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::params::field;
use crate::request::RequestOptions;
use crate::token::TokenSet;

/// What is said to whoever uses it.
const WARNING: &str = "The implicit grant sends tokens through the browser, and gives no refresh token. Use the \
                       authorization code flow (-Interactive) wherever the app allows it.";
/// No capture of the service's own answer is known.
const UNVERIFIED: &str = "code id_token token is in OpenID Connect, but not in the service's list of response types: it may be refused.";

/// A user's tokens straight from the authorization endpoint, and with `code` also by redeeming it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Implicit {
    /// What is asked of the authorization endpoint.
    #[serde(flatten)]
    pub options: Options,
    /// Whether to open the browser or only show the address. Default: true.
    pub open_browser: Option<bool>,
    /// The credential of a confidential client, which redeems a code with it.
    pub client_auth: Option<ClientAuth>,
}

impl Grant for Implicit {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        let response_type = self.options.response_type_or(ResponseType::ID_TOKEN_TOKEN)?;
        if !response_type.has_token() {
            let problem =
                "must hold id_token or token in this grant; code alone is the authorization code grant's.";
            return Err(Error::invalid_parameter(field::RESPONSE_TYPE, problem));
        }
        cx.events.emit(&Event::Warning { text: WARNING.to_owned() });
        if response_type.code && response_type.token {
            cx.events.emit(&Event::Warning { text: UNVERIFIED.to_owned() });
        }
        let Self { options, open_browser, client_auth } = self;
        SignIn { options, open_browser, client_auth }
            .run(common, cx, response_type, Self::DEFAULT_TIMEOUT)
            .await
    }
}

#[cfg(test)]
#[path = "implicit_tests.rs"]
mod tests;
