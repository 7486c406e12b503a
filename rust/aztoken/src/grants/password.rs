//! The resource owner password credentials grant (RFC 6749 section 4.3; Microsoft, "OAuth 2.0 ROPC").

use std::time::Duration;

use serde::Deserialize;

use super::DEFAULT_LIMIT;
use super::token_request::{Sharing, TokenRequest};
use crate::authority::{AuthorityKind, Tenant};
use crate::client_auth::{ClientAuth, ClientCredential};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::http::{Form, retry};
use crate::io::Io;
use crate::operation::Operation;
use crate::params::{field, grant_type};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::text::trimmed;
use crate::token_set::TokenSet;

const WARNING: &str = "The password grant doesn't support MFA, federated users or personal accounts, and exposes the \
                       password to this program. Prefer a sign-in in the browser, a device code, or an app's own credential.";

/// A user's token by user name and password. No multi-factor authentication, no federated users, no personal accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// User principal name.
    pub username: String,
    /// Password.
    pub password: Secret,
    /// The credential of a confidential client.
    #[serde(default)]
    pub client_auth: Option<ClientAuth>,
}

impl Operation for Password {
    type Output = TokenSet;
    type Plan = TokenRequest;
    const DEFAULT_TIMEOUT: Option<Duration> = DEFAULT_LIMIT;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.as_ref().is_some_and(ClientAuth::is_slow_to_open)
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<TokenRequest> {
        if self.password.is_empty() {
            return Err(Error::missing_parameter("password", "must not be empty."));
        }
        let credential = ClientCredential::open(self.client_auth)?;
        let resolved = options.resolve_for_user(environment, &[field::USERNAME, field::PASSWORD])?;
        if matches!(resolved.authority.tenant(), Some(Tenant::Common | Tenant::Consumers)) {
            let problem =
                "must be a tenant or organizations: personal accounts can't use the password grant.";
            return Err(Error::invalid_parameter("tenant", problem));
        }
        let username = trimmed(&self.username);
        check_username(username, resolved.authority.kind())?;
        let mut fields = Form::new();
        fields.add(field::USERNAME, username);
        fields.add(field::PASSWORD, self.password.expose());
        Ok(TokenRequest {
            resolved,
            credential,
            grant_type: grant_type::PASSWORD,
            fields,
            // Not repeated: a password that is wrong twice counts twice towards a locked account.
            policy: retry::ONCE,
            sharing: Sharing::Nobody,
        })
    }

    async fn execute(plan: TokenRequest, io: &Io) -> Result<TokenSet> {
        io.announce(|confirm| Event::Warning { text: WARNING.to_owned(), confirm }).await?;
        plan.send(io).await
    }
}

/// At Entra ID a user signs in with a principal name; a policy of B2C and AD FS have other names too.
fn check_username(username: &str, kind: AuthorityKind) -> Result<()> {
    if username.is_empty() {
        return Err(Error::missing_parameter("username", "must not be empty."));
    }
    if matches!(kind, AuthorityKind::Entra | AuthorityKind::ExternalId) && !username.contains('@') {
        let problem = "must be a user principal name, such as user@contoso.com.";
        return Err(Error::invalid_parameter("username", problem));
    }
    Ok(())
}
