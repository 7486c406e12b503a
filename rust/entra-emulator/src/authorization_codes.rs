//! The authorization codes that were issued, and what has become of them.

use std::sync::Arc;

use crate::authorize::Challenge;
use crate::bounded::Bounded;
use crate::configuration::{AppRegistration, User};
use crate::errors::AadError;
use crate::random;
use crate::redirect_uri::RedirectUri;
use crate::scopes::RequestedScopes;
use crate::sign_in::SignIn;
use crate::tenant::TenantSegment;

/// How many codes are kept.
const KEPT: usize = 10_000;
/// Like the service's, a code begins with the version of its form.
const PREFIX: &str = "1.";
const RANDOM_BYTES: usize = 192;
/// Of the random bytes in base64url.
const TEXT_LENGTH: usize = RANDOM_BYTES / 3 * 4;

/// What a code stands for.
#[derive(Clone)]
pub(crate) struct CodeGrant {
    pub(crate) client: Arc<AppRegistration>,
    pub(crate) tenant: TenantSegment,
    pub(crate) user: Arc<User>,
    /// The sign-in had a second factor.
    pub(crate) mfa: bool,
    /// What was asked for, one of these for each resource; empty where v1.0 named none.
    pub(crate) scopes: Vec<RequestedScopes>,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) sign_in: SignIn,
}

struct Entry {
    code: String,
    grant: CodeGrant,
    expires_at: u64,
    redeemed: bool,
}

/// The codes, oldest first, as many as are kept.
pub(crate) struct AuthorizationCodes(Bounded<Entry>);

impl Default for AuthorizationCodes {
    fn default() -> Self {
        Self(Bounded::new(KEPT))
    }
}

impl AuthorizationCodes {
    /// Issues a code. Opaque.
    pub(crate) fn issue(&mut self, grant: CodeGrant, expires_at: u64) -> String {
        let code = format!("{PREFIX}{}", random::text(RANDOM_BYTES));
        self.0.push(Entry { code: code.clone(), grant, expires_at, redeemed: false });
        code
    }

    /// Takes the grant behind a code, once. `check` says whether this client may have it.
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        now: u64,
        check: impl FnOnce(&CodeGrant) -> Result<(), AadError>,
    ) -> Result<CodeGrant, AadError> {
        let entry =
            self.0.iter_mut().rev().find(|entry| entry.code == code).ok_or_else(AadError::invalid_code)?;
        check(&entry.grant)?;
        if entry.redeemed {
            return Err(AadError::already_redeemed());
        }
        if now >= entry.expires_at {
            return Err(AadError::expired_grant());
        }
        entry.redeemed = true;
        Ok(entry.grant.clone())
    }
}

/// Whether a text could be a code at all.
pub(crate) fn is_well_formed(code: &str) -> bool {
    code.strip_prefix(PREFIX).is_some_and(|text| {
        text.len() == TEXT_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}
