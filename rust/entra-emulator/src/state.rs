//! The running token service: what every handler uses, and everything that changes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::authorization_codes::AuthorizationCodes;
use crate::bounded::Bounded;
use crate::browsers::Browsers;
use crate::catalog::Catalog;
use crate::challenges::Challenges;
use crate::clock::OffsetClock;
use crate::configuration::{Lifetimes, Problem};
use crate::device::DeviceFlow;
use crate::faults::Faults;
use crate::issuer_keys::IssuerKeys;
use crate::keys::KeyRing;
use crate::origins::Origins;
use crate::prepared::PreparedSignIns;
use crate::refresh_tokens::RefreshTokens;
use crate::request_log::{RequestLog, Snapshot};
use crate::sessions::Sessions;

/// How many device codes are kept.
const DEVICE_CODES: usize = 10_000;

/// Lifetimes of device codes that the command line sets.
#[derive(Clone, Copy, Default)]
pub(crate) struct DeviceTiming {
    /// Seconds between polls.
    pub(crate) interval: Option<u64>,
    /// Seconds.
    pub(crate) expires_in: Option<u64>,
}

/// The security token service.
pub(crate) struct Sts {
    pub(crate) origins: Origins,
    pub(crate) keys: KeyRing,
    pub(crate) issuer_keys: IssuerKeys,
    pub(crate) clock: OffsetClock,
    device_timing: DeviceTiming,
    catalog: RwLock<Arc<Catalog>>,
    log: Mutex<RequestLog>,
    state: Mutex<State>,
}

impl Sts {
    pub(crate) fn new(
        origins: Origins,
        keys: KeyRing,
        issuer_keys: IssuerKeys,
        clock: OffsetClock,
        catalog: Catalog,
    ) -> Self {
        Self {
            origins,
            keys,
            issuer_keys,
            clock,
            device_timing: DeviceTiming::default(),
            catalog: RwLock::new(Arc::new(catalog)),
            log: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// The same with lifetimes of device codes that go before those of the configuration.
    pub(crate) fn with_device_timing(self, device_timing: DeviceTiming) -> Self {
        Self { device_timing, ..self }
    }

    /// The state. Hold it briefly, and not over an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The configuration as it is now.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the configuration. `change` gets what there is, and nobody else changes it meanwhile.
    pub(crate) fn reconfigure(
        &self,
        change: impl FnOnce(&Catalog) -> Result<Catalog, Problem>,
    ) -> Result<Arc<Catalog>, Problem> {
        let mut catalog = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
        *catalog = Arc::new(change(&catalog)?);
        Ok(Arc::clone(&catalog))
    }

    /// How long codes and tokens live.
    pub(crate) fn lifetimes(&self) -> Lifetimes {
        let configured = self.catalog().lifetimes();
        Lifetimes {
            device_code: self.device_timing.expires_in.unwrap_or(configured.device_code),
            device_code_interval: self.device_timing.interval.unwrap_or(configured.device_code_interval),
            ..configured
        }
    }

    fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the log of requests, which has a lock of its own.
    pub(crate) fn with_log<T>(&self, change: impl FnOnce(&mut RequestLog) -> T) -> T {
        change(&mut self.log())
    }

    /// The log of requests.
    pub(crate) fn requests(&self) -> Snapshot {
        self.log().snapshot()
    }
}

/// What changes while the service runs.
pub(crate) struct State {
    /// Device codes, oldest first.
    pub(crate) devices: Bounded<DeviceFlow>,
    pub(crate) faults: Faults,
    pub(crate) challenges: Challenges,
    pub(crate) prepared: PreparedSignIns,
    pub(crate) sessions: Sessions,
    pub(crate) browsers: Browsers,
    pub(crate) codes: AuthorizationCodes,
    pub(crate) refresh_tokens: RefreshTokens,
    /// Who has consented at the sign-in page: user, app and API; or directory and app.
    pub(crate) consents: HashSet<[String; 3]>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            devices: Bounded::new(DEVICE_CODES),
            faults: Faults::default(),
            challenges: Challenges::default(),
            prepared: PreparedSignIns::default(),
            sessions: Sessions::default(),
            browsers: Browsers::default(),
            codes: AuthorizationCodes::default(),
            refresh_tokens: RefreshTokens::default(),
            consents: HashSet::new(),
        }
    }
}

impl State {
    pub(crate) fn device_by_user_code(&mut self, user_code: &str) -> Option<&mut DeviceFlow> {
        self.devices.iter_mut().rev().find(|flow| flow.user_code == user_code)
    }

    pub(crate) fn device_by_device_code(&mut self, device_code: &str) -> Option<&mut DeviceFlow> {
        self.devices.iter_mut().rev().find(|flow| flow.device_code == device_code)
    }
}
