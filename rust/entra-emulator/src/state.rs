//! Everything that changes while the emulator runs, behind one lock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::device::DeviceFlow;
use crate::faults::Faults;
use crate::keys::SigningKey;
use crate::pages::session::Sessions;
use crate::received::Received;
use crate::scopes::RequestedScopes;
use crate::seed;

/// How many requests, device codes and refresh tokens are kept: an emulator may run for weeks.
pub(crate) const KEPT: usize = 10_000;

/// What every handler has at hand.
pub(crate) struct App {
    /// `http://localhost:port`, without a slash at the end.
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) keys: SigningKey,
    pub(crate) clock: Arc<dyn Clock>,
    /// Seconds between polls that device codes ask for.
    pub(crate) interval: u64,
    /// Lifetime of device codes in seconds.
    pub(crate) expires_in: u64,
    state: Mutex<State>,
}

impl App {
    pub(crate) fn new(
        port: u16,
        keys: SigningKey,
        clock: Arc<dyn Clock>,
        interval: u64,
        expires_in: u64,
    ) -> Self {
        let url = format!("http://localhost:{port}");
        Self { url, port, keys, clock, interval, expires_in, state: Mutex::default() }
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
    pub(crate) refresh_tokens: RefreshTokens,
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

/// What a refresh token stands for.
pub(crate) struct RefreshGrant {
    pub(crate) user: &'static seed::User,
    pub(crate) client: &'static seed::App,
    pub(crate) scopes: RequestedScopes,
}

/// The refresh tokens that were issued.
#[derive(Default)]
pub(crate) struct RefreshTokens {
    grants: HashMap<String, RefreshGrant>,
    order: VecDeque<String>,
}

impl RefreshTokens {
    /// Issues a token for a grant. Opaque; like the service's, it begins with `1.`.
    pub(crate) fn issue(&mut self, grant: RefreshGrant) -> String {
        if self.order.len() == KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.grants.remove(&oldest);
        }
        let random: Vec<u8> = (0..24).flat_map(|_| rand::random::<[u8; 16]>()).collect();
        let token = format!("1.{}", URL_SAFE_NO_PAD.encode(random));
        self.order.push_back(token.clone());
        self.grants.insert(token.clone(), grant);
        token
    }

    /// The grant behind a token.
    pub(crate) fn get(&self, token: &str) -> Option<&RefreshGrant> {
        self.grants.get(token)
    }
}
