//! A user's sign-in: by user name and password, at the sign-in page or in a request.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::configuration::{Status, User};
use crate::errors::AadError;

/// What an ID token says of a sign-in at /authorize.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) nonce: Option<String>,
    /// ID of the browser's session.
    pub(crate) sid: String,
    /// When the user signed in, in seconds since 1970.
    pub(crate) auth_time: u64,
}

/// The user, if name and password are right and the account can be signed in to.
pub(crate) fn check_password(catalog: &Catalog, upn: &str, password: &str) -> Result<Arc<User>, AadError> {
    let user = catalog.user(upn).ok_or_else(|| AadError::unknown_user(upn))?;
    // A locked account says so whatever the password is.
    if user.status == Status::Locked {
        return Err(AadError::locked_user());
    }
    if password != user.password {
        return Err(AadError::wrong_password());
    }
    match user.status {
        Status::Disabled => Err(AadError::disabled_user()),
        Status::PasswordExpired => Err(AadError::expired_password()),
        Status::Active | Status::Locked => Ok(Arc::clone(user)),
    }
}

/// The user as the configuration has them now: a grant may be older than a change.
pub(crate) fn current_user(catalog: &Catalog, user: &User) -> Result<Arc<User>, AadError> {
    let current = catalog.current_user(user);
    current.cloned().ok_or_else(|| AadError::unknown_user(&user.user_principal_name))
}
