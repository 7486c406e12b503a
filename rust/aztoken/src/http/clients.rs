//! HTTP clients by setting: what is read from files is kept, connections are kept while operations run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Client, redirect};
use url::Url;

use super::flights::Flights;
use super::proxy::{ProxySetting, Route};
use super::request::Limits;
use super::resolver::Resolver;
use super::trust::{Trust, TrustSetting};
use crate::blocking::run_blocking;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};

/// How long clients are kept after the last operation. Connections, and with them the buffers that secrets went
/// through, and the passwords of proxies end with them.
const KEPT_AFTER_LAST: Duration = Duration::from_secs(3);

/// An idle connection is not used again after this time: below the 5 seconds after which some servers close theirs.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// More settings than a process has. A caller that goes through more reads files again.
const MAX_SETTINGS: usize = 64;

/// The clients of a process.
pub struct Clients {
    limits: Limits,
    resolver: Arc<Resolver>,
    /// What is trusted, by setting, as it was read last.
    known: Arc<Mutex<HashMap<TrustSetting, Arc<Trust>>>>,
    reading: Flights<TrustSetting, Arc<Trust>>,
    pool: Arc<Mutex<Pool>>,
    kept_after_last: Duration,
}

/// What decides how the network is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) proxy: Option<&'a ProxySetting>,
    pub(crate) system_proxy: Option<&'a str>,
    /// No proxy at all, whatever the other members say.
    pub(crate) direct: bool,
}

impl Network<'_> {
    /// The same without a proxy.
    pub(crate) fn direct(self) -> Self {
        Self { direct: true, ..self }
    }
}

/// What makes one client differ from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Setting {
    /// Plain HTTP needs no trust.
    trust: Option<u64>,
    proxy: Option<Route>,
    connect: Duration,
}

/// The clients that are kept, and who still needs them.
#[derive(Default)]
struct Pool {
    clients: HashMap<Setting, Client>,
    /// Operations that run.
    leases: usize,
    /// When the last one ended.
    ended: Option<Instant>,
    /// Whether a task waits for the time to let the clients go.
    sweeping: bool,
}

/// A client, and what to know about it.
pub(crate) struct Ready {
    pub(crate) client: Client,
    /// Certificates that were left out, told for the first time to this `told`.
    pub(crate) warnings: Vec<String>,
}

/// Settings whose warnings an operation has been told.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Vec<u64>>);

impl Default for Clients {
    fn default() -> Self {
        Self::with_limits(Limits::default())
    }
}

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clients").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Clients {
    /// Clients with other limits than the usual ones.
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            resolver: Arc::default(),
            known: Arc::default(),
            reading: Flights::default(),
            pool: Arc::default(),
            kept_after_last: KEPT_AFTER_LAST,
        }
    }

    /// The usual limits of a request.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Keeps connections until an operation ends.
    pub(crate) fn lease(&self) -> Lease {
        lock(&self.pool).leases += 1;
        Lease { pool: self.pool.clone(), kept_after_last: self.kept_after_last }
    }

    /// The client for a URL in an environment. Files are read on other threads, once for all operations that wait.
    pub(crate) async fn get(
        &self,
        url: &Url,
        network: &Network<'_>,
        connect: Duration,
        told: &Told,
    ) -> Result<Ready> {
        let trust = match url.scheme() {
            "https" => Some(self.trust(TrustSetting::of(network.environment)).await?),
            _ => None,
        };
        let warnings = trust.as_deref().map(|trust| told.news(trust)).unwrap_or_default();
        let setting =
            Setting { trust: trust.as_ref().map(|trust| trust.id), proxy: Route::of(url, network), connect };
        if let Some(client) = lock(&self.pool).clients.get(&setting) {
            return Ok(Ready { client: client.clone(), warnings });
        }
        let client = self.build(&setting, trust.as_deref())?;
        let client = lock(&self.pool).clients.entry(setting).or_insert(client).clone();
        Ok(Ready { client, warnings })
    }

    async fn trust(&self, setting: TrustSetting) -> Result<Arc<Trust>> {
        let known = lock(&self.known).get(&setting).cloned();
        match known {
            // The system's own is read once in a process.
            Some(known) if setting.names_no_file() => Ok(known),
            known => {
                let (kept, key) = (self.known.clone(), setting.clone());
                let read = move || async move {
                    let reading = setting.clone();
                    let trust = run_blocking(move || reading.load(known)).await?;
                    let mut kept = lock(&kept);
                    if kept.len() >= MAX_SETTINGS {
                        kept.clear();
                    }
                    kept.insert(setting, trust.clone());
                    Ok(trust)
                };
                self.reading.join(key, read).await
            }
        }
    }

    fn build(&self, setting: &Setting, trust: Option<&Trust>) -> Result<Client> {
        let tls = match trust {
            Some(trust) => trust.config.clone(),
            None => Trust::nobody()?,
        };
        // `no_proxy`: reqwest would otherwise read the process's environment.
        let mut builder = Client::builder()
            .no_proxy()
            .tls_backend_preconfigured(tls)
            .dns_resolver(self.resolver.clone())
            .pool_idle_timeout(IDLE_CONNECTION)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .connect_timeout(setting.connect)
            .user_agent(concat!("AzTokenRs/", env!("CARGO_PKG_VERSION")));
        if let Some(route) = &setting.proxy {
            builder = builder.proxy(route.to_proxy()?);
        }
        builder.build().map_err(|error| {
            Error::new(ErrorKind::Tls, "tls_failed", format!("No HTTP client could be made: {error}."))
        })
    }
}

impl Told {
    /// The warnings of a setting, the first time.
    fn news(&self, trust: &Trust) -> Vec<String> {
        let mut told = lock(&self.0);
        if trust.warnings.is_empty() || told.contains(&trust.id) {
            return Vec::new();
        }
        told.push(trust.id);
        trust.warnings.clone()
    }
}

/// An operation that runs. The clients are kept while there is one.
pub(crate) struct Lease {
    pool: Arc<Mutex<Pool>>,
    kept_after_last: Duration,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut pool = lock(&self.pool);
        pool.leases -= 1;
        if pool.leases > 0 {
            return;
        }
        pool.ended = Some(Instant::now());
        if pool.sweeping {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                pool.sweeping = true;
                // A runtime that stops drops what is spawned at once, and the sweep takes the lock when it is dropped.
                drop(pool);
                let sweep = Sweep(self.pool.clone());
                let after = self.kept_after_last;
                runtime.spawn(async move { sweep.run(after).await });
            }
            // Nothing waits any more.
            Err(_) => pool.clients.clear(),
        }
    }
}

/// Lets the clients go some time after the last operation.
struct Sweep(Arc<Mutex<Pool>>);

impl Sweep {
    async fn run(self, after: Duration) {
        let mut wait = after;
        while !wait.is_zero() {
            tokio::time::sleep(wait).await;
            let mut pool = lock(&self.0);
            // A running operation starts the time anew.
            let since =
                pool.ended.filter(|_| pool.leases == 0).map_or(Duration::ZERO, |ended| ended.elapsed());
            wait = after.saturating_sub(since);
            if wait.is_zero() {
                pool.clients.clear();
                // Within the lock, or a lease that ends now would find a sweep that does nothing any more.
                pool.sweeping = false;
            }
        }
    }
}

impl Drop for Sweep {
    /// Also when the runtime ends before: then nothing sweeps any more.
    fn drop(&mut self) {
        let mut pool = lock(&self.0);
        pool.sweeping = false;
        if pool.leases == 0 {
            pool.clients.clear();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
