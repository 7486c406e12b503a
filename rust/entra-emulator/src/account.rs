//! A user who has signed in with a browser.

use std::sync::Arc;

use uuid::Uuid;

use crate::configuration::User;

/// A user who has signed in with a browser.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) user: Arc<User>,
    /// With a second factor.
    pub(crate) mfa: bool,
    /// When, in seconds since 1970.
    pub(crate) auth_time: u64,
    /// ID of the session, the `sid` of ID tokens.
    pub(crate) sid: String,
}

impl Account {
    /// A new sign-in, by password.
    pub(crate) fn new(user: Arc<User>, now: u64) -> Self {
        Self { user, mfa: false, auth_time: now, sid: Uuid::new_v4().to_string() }
    }
}
