//! Everything that changes while the emulator runs, behind one lock.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::authorization_codes::AuthorizationCodes;
use crate::browsers::Browsers;
use crate::clock::{Clock, OffsetClock};
use crate::device::DeviceFlow;
use crate::faults::Faults;
use crate::inbound::House;
use crate::keys::SigningKey;
use crate::pages::session::Sessions;
use crate::received::Received;
use crate::refresh_tokens::RefreshTokens;

/// How many requests, codes and refresh tokens are kept: an emulator may run for weeks.
pub(crate) const KEPT: usize = 10_000;

/// Times that device codes are given.
#[derive(Clone, Copy)]
pub(crate) struct Timing {
    /// Seconds between polls that device codes ask for.
    pub(crate) interval: u64,
    /// Lifetime of device codes in seconds.
    pub(crate) expires_in: u64,
}

/// What every handler has at hand.
pub(crate) struct App {
    pub(crate) house: House,
    pub(crate) keys: SigningKey,
    pub(crate) clock: OffsetClock,
    pub(crate) timing: Timing,
    state: Mutex<State>,
}

impl App {
    pub(crate) fn new(house: House, keys: SigningKey, clock: Arc<dyn Clock>, timing: Timing) -> Self {
        Self { house, keys, clock: OffsetClock::new(clock), timing, state: Mutex::default() }
    }

    /// The state. Hold it briefly, and not over an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
pub(crate) struct State {
    /// Device codes, oldest first.
    pub(crate) devices: VecDeque<DeviceFlow>,
    pub(crate) faults: Faults,
    pub(crate) requests: RequestLog,
    pub(crate) sessions: Sessions,
    pub(crate) browsers: Browsers,
    pub(crate) codes: AuthorizationCodes,
    pub(crate) refresh_tokens: RefreshTokens,
    /// Certificates (DER) that were registered since the start, by client ID.
    pub(crate) certificates: HashMap<&'static str, Vec<Vec<u8>>>,
    /// Who has consented at the sign-in page: user, app and resource.
    pub(crate) consents: HashSet<[&'static str; 3]>,
}

impl State {
    pub(crate) fn add_device(&mut self, flow: DeviceFlow) {
        if self.devices.len() == KEPT {
            self.devices.pop_front();
        }
        self.devices.push_back(flow);
    }

    pub(crate) fn device_by_user_code(&mut self, user_code: &str) -> Option<&mut DeviceFlow> {
        self.devices.iter_mut().find(|flow| flow.user_code == user_code)
    }
}

/// What the control API shows of the requests.
#[derive(Default)]
pub(crate) struct RequestLog {
    count: u64,
    entries: VecDeque<Value>,
}

impl RequestLog {
    /// Adds a request and gives its number. Its status is null until it is answered.
    pub(crate) fn add(&mut self, request: &Received) -> u64 {
        self.count += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(json!({
            "n": self.count,
            "method": request.method.as_str(),
            "path": request.path,
            "query": request.query.to_json(),
            "form": request.form_as_sent().to_json(),
            "headers": request.headers_to_json(),
            "status": null,
        }));
        self.count
    }

    pub(crate) fn answered(&mut self, n: u64, status: u16) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry["n"] == n) {
            entry["status"] = status.into();
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
