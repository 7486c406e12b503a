//! A grant that was accepted: which user gets tokens for what.

use std::sync::Arc;

use crate::configuration::User;
use crate::scopes::RequestedScopes;
use crate::sign_in::SignIn;

/// Which grant it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantKind {
    /// At the device sign-in page a second factor and consent were given.
    DeviceCode,
    /// The sign-in page, before it has asked for what is missing.
    Authorize,
    AuthorizationCode,
    Password,
    RefreshToken,
    OnBehalfOf,
}

/// A grant that was accepted.
pub(crate) struct Grant<'a> {
    pub(crate) user: &'a Arc<User>,
    /// ID of the directory that the tokens are of: the user's home, or where the user is a guest.
    pub(crate) tenant_id: &'a str,
    pub(crate) scopes: &'a RequestedScopes,
    /// The sign-in had a second factor.
    pub(crate) mfa: bool,
    /// When a single-page app's refresh tokens end; none to begin with.
    pub(crate) single_page_until: Option<u64>,
    /// The sign-in at /authorize that this comes from; none for a refresh token, even of such a sign-in.
    pub(crate) sign_in: Option<&'a SignIn>,
}
