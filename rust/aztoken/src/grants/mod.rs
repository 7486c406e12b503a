//! One grant, one file.

mod authorization_code;
mod client_credentials;
mod device_code;
mod implicit;
mod on_behalf_of;
mod password;
mod refresh_token;

use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use authorization_code::AuthorizationCode;
pub use client_credentials::ClientCredentials;
pub use device_code::DeviceCode;
pub use implicit::Implicit;
pub use on_behalf_of::OnBehalfOf;
pub use password::Password;
pub use refresh_token::RefreshToken;

pub(crate) use authorization_code::redeem_code;

use crate::context::Context;
use crate::error::Result;
use crate::event::Outcome;
use crate::http::retry::Policy;
use crate::params::field;
use crate::request::{RequestOptions, Settled};
use crate::token::form::Form;
use crate::token::{TokenSet, parse};

/// Time limit of grants that wait for nobody.
const DEFAULT_LIMIT: Option<Duration> = Some(Duration::from_secs(120));

/// What each grant is: its own request members, and the way to a token. Operations that give no token are of the same
/// shape with another output.
pub trait Grant: DeserializeOwned + Send + 'static {
    /// What it ends with.
    type Output: Outcome;

    /// Time limit where the caller gives none; `None` where the grant ends by itself.
    const DEFAULT_TIMEOUT: Option<Duration>;

    /// Checks the request, then does the work.
    fn acquire(
        self,
        common: RequestOptions,
        cx: &Context,
    ) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// The one request of a grant that needs no other: its own fields in `form`, and what all have in common.
async fn redeem(
    cx: &Context,
    settled: &Settled,
    grant_type: &str,
    mut form: Form,
    policy: Policy,
) -> Result<TokenSet> {
    form.add(field::GRANT_TYPE, grant_type);
    settled.add_to(&mut form);
    let answer = cx.http().post_form(&settled.authority.token_url(), &form, policy).await?;
    parse(cx, settled, &answer)
}

#[cfg(test)]
mod token_request_tests;
