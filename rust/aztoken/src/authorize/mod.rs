//! The parts of a sign-in in the user's browser: the request, the browser, the listener that receives the response, and the
//! checks of the response.

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

pub(crate) use browser::Browser;
pub(crate) use id_token::{BoundValues, check as check_id_token};
pub(crate) use loopback::Listener;
pub(crate) use pkce::{VERIFIER_LENGTHS, check_verifier};
pub(crate) use random::{random_text, unguessable};
pub(crate) use redirect_uri::{LoopbackUri, redirect_uri};
pub(crate) use response::Response;
pub(crate) use uri::{AuthorizationRequest, OWNED_FIELDS, check_options};

use crate::error::Result;

/// The members of an authorization request beside client and scopes.
///
/// Flattened into the parameters of each operation that has a browser. Those deny unknown members, which with one level of
/// flattening holds for these members too.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AuthorizationOptions {
    /// Where the response goes.
    pub redirect_uri: Option<String>,
    /// `code`, `id_token`, `token` or a supported combination.
    pub response_type: Option<String>,
    /// `query`, `fragment` or `form_post`.
    pub response_mode: Option<String>,
    /// `login`, `none`, `consent`, `select_account` or `create`.
    pub prompt: Option<String>,
    /// User principal name of the user who will sign in.
    pub login_hint: Option<String>,
    /// Domain of the user who will sign in, or `organizations` or `consumers`.
    pub domain_hint: Option<String>,
}

impl AuthorizationOptions {
    /// The requested response type. Default: the grant's own.
    pub(crate) fn response_type_or(&self, default: ResponseType) -> Result<ResponseType> {
        self.response_type.as_deref().map_or(Ok(default), str::parse)
    }
}
