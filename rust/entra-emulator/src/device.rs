//! Device codes and what becomes of them.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::configuration::{AppRegistration, User};
use crate::errors::AadError;
use crate::random;
use crate::scopes::RequestedScopes;
use crate::tenant::TenantSegment;

/// Without 0, 1, I and O, which are easily confused.
const USER_CODE_ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const USER_CODE_LENGTH: usize = 9;

/// How far a device code has come.
#[derive(Clone)]
pub(crate) enum DeviceState {
    Pending,
    Approved(Arc<User>),
    Declined,
    Expired,
    Redeemed,
}

/// One device code.
pub(crate) struct DeviceFlow {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    pub(crate) client: Arc<AppRegistration>,
    /// The tenant as the request wrote it.
    pub(crate) segment: String,
    pub(crate) tenant: TenantSegment,
    /// The scope parameter as the request wrote it.
    pub(crate) scope: String,
    pub(crate) scopes: RequestedScopes,
    /// Of the request that made the code; polls are answered under it.
    pub(crate) correlation_id: String,
    /// When the code ends, in seconds since 1970.
    pub(crate) expires_at: u64,
    pub(crate) state: DeviceState,
    pub(crate) polls: u64,
}

impl DeviceFlow {
    /// Where it stands at `now`: what was not answered in time has expired.
    pub(crate) fn state_at(&self, now: u64) -> DeviceState {
        match &self.state {
            DeviceState::Pending | DeviceState::Approved(_) if now >= self.expires_at => DeviceState::Expired,
            state => state.clone(),
        }
    }

    /// Counts a poll and takes the approval, once.
    pub(crate) fn poll(&mut self, now: u64) -> Result<Arc<User>, AadError> {
        self.polls += 1;
        let error = match self.state_at(now) {
            DeviceState::Approved(user) => {
                self.state = DeviceState::Redeemed;
                return Ok(user);
            }
            DeviceState::Pending => AadError::authorization_pending(),
            DeviceState::Declined => AadError::authorization_declined(),
            DeviceState::Expired => AadError::device_code_expired(),
            DeviceState::Redeemed => AadError::already_redeemed(),
        };
        Err(error.correlated(&self.correlation_id))
    }

    /// Ends the waiting with the person's answer. The text of the error is for people.
    pub(crate) fn decide(&mut self, decision: DeviceState, now: u64) -> Result<(), String> {
        match self.state_at(now) {
            DeviceState::Pending => {}
            DeviceState::Expired => {
                return Err("AADSTS70020: This code has expired. Start again on your device.".into());
            }
            _ => return Err("AADSTS90120: This code was already used. Start again on your device.".into()),
        }
        if let DeviceState::Approved(user) = &decision {
            self.admit(user)?;
        }
        self.state = decision;
        Ok(())
    }

    /// Whether this user may answer. The text of the error is for people.
    pub(crate) fn admit(&self, user: &User) -> Result<(), String> {
        let client = &self.client;
        if self.tenant.admits_to(client, user) {
            return Ok(());
        }
        let name = &user.user_principal_name;
        let error = AadError::foreign_user(name, self.tenant.name(), &client.client_id, &client.name);
        Err(format!("AADSTS{}: {}", error.number, error.text))
    }

    pub(crate) fn to_json(&self, now: u64) -> Value {
        let state = match self.state_at(now) {
            DeviceState::Pending => "pending",
            DeviceState::Approved(_) => "approved",
            DeviceState::Declined => "declined",
            DeviceState::Expired => "expired",
            DeviceState::Redeemed => "redeemed",
        };
        json!({
            "user_code": self.user_code,
            "client_id": self.client.client_id,
            "tenant": self.segment,
            "scope": self.scope,
            "state": state,
            "polls": self.polls,
        })
    }
}

/// A new user code.
pub(crate) fn new_user_code() -> String {
    let character = || USER_CODE_ALPHABET[rand::random_range(0..USER_CODE_ALPHABET.len())] as char;
    (0..USER_CODE_LENGTH).map(|_| character()).collect()
}

/// What a person typed, as the code it means: case, spaces and dashes don't matter.
pub(crate) fn normalize_user_code(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// A new device code: opaque, long.
pub(crate) fn new_device_code() -> String {
    random::text(128)
}
