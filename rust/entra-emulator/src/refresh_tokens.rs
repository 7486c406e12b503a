//! The refresh tokens that were issued, and what has become of them.

use std::collections::{HashMap, VecDeque};

use crate::errors::AadError;
use crate::random;
use crate::scopes::RequestedScopes;
use crate::seed::{App, User};
use crate::state::KEPT;

/// A token that nobody uses for so many seconds ends: 90 days.
const INACTIVITY: u64 = 90 * 24 * 3600;
/// A single-page app's token, and all that come from it, end after a day.
pub(crate) const SINGLE_PAGE_LIFETIME: u64 = 24 * 3600;

/// What a refresh token stands for.
#[derive(Clone)]
pub(crate) struct RefreshGrant {
    pub(crate) user: &'static User,
    pub(crate) client: &'static App,
    pub(crate) scopes: RequestedScopes,
    /// The sign-in had a second factor.
    pub(crate) mfa: bool,
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
    grant: RefreshGrant,
    used_at: u64,
    ending: Option<Ending>,
}

/// The refresh tokens, as many as are kept.
#[derive(Default)]
pub(crate) struct RefreshTokens {
    entries: HashMap<String, Entry>,
    order: VecDeque<String>,
}

impl RefreshTokens {
    /// Issues a token for a grant. Opaque; like the service's, it begins with `1.`.
    pub(crate) fn issue(&mut self, grant: RefreshGrant, now: u64) -> String {
        if self.order.len() == KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
        let token = format!("1.{}", random::text(384));
        self.order.push_back(token.clone());
        self.entries.insert(token.clone(), Entry { grant, used_at: now, ending: None });
        token
    }

    /// The grant behind a token of this client. The token stays valid; `single_page` says how it is presented.
    pub(crate) fn redeem(
        &mut self,
        token: &str,
        client: &App,
        single_page: bool,
        now: u64,
    ) -> Result<RefreshGrant, AadError> {
        let entry = self.entries.get_mut(token).ok_or_else(AadError::invalid_refresh_token)?;
        let issued_to = entry.grant.client;
        // Clients of Microsoft's family take each other's refresh tokens.
        if issued_to.client_id != client.client_id && !(issued_to.family && client.family) {
            return Err(AadError::foreign_refresh_token());
        }
        if let Some(ending) = entry.ending {
            return Err(ending.error());
        }
        match entry.grant.single_page_until {
            Some(_) if !single_page => return Err(AadError::only_cross_origin()),
            Some(until) if now >= until => return Err(AadError::expired_spa_refresh_token()),
            None if now >= entry.used_at + INACTIVITY => return Err(AadError::inactive_refresh_token()),
            _ => {}
        }
        entry.used_at = now;
        Ok(entry.grant.clone())
    }

    /// Ends one token, or all. Gives how many.
    pub(crate) fn end(&mut self, token: Option<&str>, ending: Ending) -> usize {
        let meant = |known: &String| token.is_none_or(|token| token == known);
        let mut count = 0;
        for (_, entry) in self.entries.iter_mut().filter(|(known, _)| meant(known)) {
            entry.ending = Some(ending);
            count += 1;
        }
        count
    }
}
