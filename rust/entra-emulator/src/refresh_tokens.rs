//! The refresh tokens that were issued, and what has become of them.

use std::sync::Arc;

use crate::bounded::Bounded;
use crate::configuration::{AppRegistration, User};
use crate::errors::AadError;
use crate::random;
use crate::scopes::RequestedScopes;

/// How many tokens are kept.
const KEPT: usize = 10_000;
/// A single-page app's token, and all that come from it, end after a day.
pub(crate) const SINGLE_PAGE_LIFETIME: u64 = 24 * 3600;

/// What a refresh token stands for.
#[derive(Clone)]
pub(crate) struct RefreshGrant {
    pub(crate) user: Arc<User>,
    pub(crate) client: Arc<AppRegistration>,
    pub(crate) scopes: RequestedScopes,
    /// The sign-in had a second factor.
    pub(crate) mfa: bool,
    /// The client had authenticated: it has to again.
    pub(crate) confidential: bool,
    /// When a single-page app's token ends, in seconds since 1970.
    pub(crate) single_page_until: Option<u64>,
}

/// What a test can do to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As after 90 days without use (AADSTS700082).
    Expire,
    /// As after a change of the password (AADSTS50173).
    Revoke,
    /// As by a policy (AADSTS70043).
    SignInFrequency,
    /// As in the older words (AADSTS70008).
    ExpireOld,
}

impl Ending {
    /// By the last part of the control API's path.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "expire" => Some(Self::Expire),
            "revoke" => Some(Self::Revoke),
            "sign_in_frequency" => Some(Self::SignInFrequency),
            "expire_old" => Some(Self::ExpireOld),
            _ => None,
        }
    }

    fn error(self) -> AadError {
        match self {
            Self::Expire => AadError::inactive_refresh_token(),
            Self::Revoke => AadError::revoked_refresh_token(),
            Self::SignInFrequency => AadError::sign_in_frequency(),
            Self::ExpireOld => AadError::expired_grant(),
        }
    }
}

struct Entry {
    token: String,
    grant: RefreshGrant,
    used_at: u64,
    ending: Option<Ending>,
}

/// How a refresh token is presented.
#[derive(Clone, Copy)]
pub(crate) struct Presentation<'a> {
    pub(crate) client: &'a AppRegistration,
    /// The client has authenticated.
    pub(crate) confidential: bool,
    /// By a page of a single-page app.
    pub(crate) single_page: bool,
    pub(crate) now: u64,
    /// Seconds after which a token that nobody uses ends.
    pub(crate) unused_lifetime: u64,
}

/// The refresh tokens, as many as are kept.
pub(crate) struct RefreshTokens(Bounded<Entry>);

impl Default for RefreshTokens {
    fn default() -> Self {
        Self(Bounded::new(KEPT))
    }
}

impl RefreshTokens {
    /// Issues a token for a grant. Opaque; like the service's, it begins with `1.`.
    pub(crate) fn issue(&mut self, grant: RefreshGrant, now: u64) -> String {
        let token = format!("1.{}", random::text(384));
        self.0.push(Entry { token: token.clone(), grant, used_at: now, ending: None });
        token
    }

    /// The grant behind a token of this client. The token stays valid.
    pub(crate) fn redeem(&mut self, token: &str, by: Presentation<'_>) -> Result<RefreshGrant, AadError> {
        let entry = self.0.iter_mut().rev().find(|entry| entry.token == token);
        let entry = entry.ok_or_else(AadError::invalid_refresh_token)?;
        let (client, now) = (by.client, by.now);
        let issued_to = &entry.grant.client;
        // Clients of Microsoft's family take each other's refresh tokens.
        if issued_to.client_id != client.client_id && !(issued_to.family && client.family) {
            return Err(AadError::foreign_refresh_token());
        }
        if entry.grant.confidential && !by.confidential {
            return Err(AadError::missing_credential());
        }
        if let Some(ending) = entry.ending {
            return Err(ending.error());
        }
        match entry.grant.single_page_until {
            Some(_) if !by.single_page => return Err(AadError::only_cross_origin()),
            Some(until) if now >= until => return Err(AadError::expired_spa_refresh_token()),
            None if now >= entry.used_at + by.unused_lifetime => {
                return Err(AadError::inactive_refresh_token());
            }
            _ => {}
        }
        entry.used_at = now;
        Ok(entry.grant.clone())
    }

    /// Ends one token, or all. Gives how many.
    pub(crate) fn end(&mut self, token: Option<&str>, ending: Ending) -> usize {
        let mut count = 0;
        for entry in self.0.iter_mut().filter(|entry| token.is_none_or(|token| token == entry.token)) {
            entry.ending = Some(ending);
            count += 1;
        }
        count
    }
}
