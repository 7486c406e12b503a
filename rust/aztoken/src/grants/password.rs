//! The resource owner password credentials grant (RFC 6749 section 4.3; Microsoft, "OAuth 2.0 ROPC").

use std::time::Duration;

use serde::Deserialize;

use super::{DEFAULT_LIMIT, Grant, redeem};
use crate::authority::Tenant;
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::http::retry;
use crate::params::{field, grant_type};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::token::TokenSet;
use crate::token::form::Form;

/// A user's token by user name and password. No multi-factor authentication, no federated users, no personal accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// User principal name.
    pub username: String,
    /// Password.
    pub password: Secret,
    /// What proves the client, if it is confidential.
    #[serde(default)]
    pub client_auth: Option<ClientAuth>,
}

impl Grant for Password {
    type Output = TokenSet;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        if !self.username.contains('@') {
            return Err(Error::invalid_parameter(
                "username",
                "must be a user principal name, such as user@contoso.com.",
            ));
        }
        if self.password.is_empty() {
            return Err(Error::invalid_parameter("password", "must not be empty."));
        }
        self.client_auth.as_ref().map_or(Ok(()), ClientAuth::check)?;
        let settled = common.settle_for_user(cx, &[field::USERNAME, field::PASSWORD])?;
        if matches!(settled.authority.tenant(), Some(Tenant::Common | Tenant::Consumers)) {
            let problem = "this grant takes a tenant or organizations: personal accounts can't use it.";
            return Err(Error::invalid_parameter("tenant", problem));
        }
        cx.events.emit(&Event::Warning { text: WARNING.to_owned() });
        let mut form = Form::new();
        settled.authenticate(cx, self.client_auth.as_ref(), &mut form).await?;
        form.add(field::USERNAME, &self.username);
        form.add(field::PASSWORD, self.password.expose());
        // Not repeated: a password that is wrong twice counts twice towards a locked account.
        redeem(cx, &settled, grant_type::PASSWORD, form, retry::ONCE).await
    }
}

const WARNING: &str = "The password grant works for neither multi-factor authentication, federated users nor personal \
                       accounts, and shows the password to the client. Prefer -DeviceCode, -Interactive, or an app's own \
                       credentials.";
