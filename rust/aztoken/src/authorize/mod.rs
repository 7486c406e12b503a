//! The sign-in in the user's browser, for the grants that have one: what is asked for, the listener that the answer comes
//! to, and what makes the answer trustworthy.

mod browser;
mod id_token;
mod loopback;
mod pages;
mod pkce;
mod random;
mod redirect_uri;
mod response;
mod response_type;
mod uri;

use serde::Deserialize;

pub use pkce::{ChallengeMethod, Pkce};
pub use response_type::{ResponseMode, ResponseType};

pub(crate) use browser::open as open_browser;
pub(crate) use id_token::{BoundValues, check as check_id_token};
pub(crate) use loopback::Listener;
pub(crate) use pkce::{VERIFIER_LENGTHS, check_verifier};
pub(crate) use random::{random_text, unguessable};
pub(crate) use redirect_uri::{LoopbackUri, redirect_uri};
pub(crate) use response::Response;
pub(crate) use uri::{AuthorizationRequest, OWNED_FIELDS, check_options};

use crate::error::Result;

/// What a request for authorization may say beside client and scopes.
///
/// Flattened into the parameters of each operation that has a browser. Those deny unknown members, which with one level of
/// flattening holds for these members too.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AuthorizationOptions {
    /// Where the answer goes.
    pub redirect_uri: Option<String>,
    /// `code`, `id_token`, `token` or what is given of their combinations.
    pub response_type: Option<String>,
    /// `query`, `fragment` or `form_post`.
    pub response_mode: Option<String>,
    /// `login`, `none`, `consent`, `select_account` or `create`.
    pub prompt: Option<String>,
    /// User principal name of whoever will sign in.
    pub login_hint: Option<String>,
    /// Domain of whoever will sign in, or `organizations` or `consumers`.
    pub domain_hint: Option<String>,
}

impl AuthorizationOptions {
    /// The response type that was asked for, otherwise the grant's own.
    pub(crate) fn response_type_or(&self, default: ResponseType) -> Result<ResponseType> {
        self.response_type.as_deref().map_or(Ok(default), str::parse)
    }
}
