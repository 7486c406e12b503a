//! Runs operations: prepares them, keeps their time limit, and executes them.

use std::sync::Arc;
use std::time::Duration;

use crate::blocking::run_blocking;
use crate::cache_key::CacheKey;
use crate::clock::{Clock, SystemClock};
use crate::discovery::MetadataCache;
use crate::error::{Error, ErrorKind, Result};
use crate::event::EventSink;
use crate::http::{Clients, Told};
use crate::io::{Io, NetworkSettings};
use crate::operation::{Operation, Plan};
use crate::request::{RequestOptions, ResolvedRequest};

/// What all operations of a process share. Cloning it shares it.
#[derive(Clone)]
pub struct Context {
    /// HTTP clients.
    pub clients: Arc<Clients>,
    /// Metadata and keys of authorities.
    pub metadata: Arc<MetadataCache>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Numbers from 0 to 1, for jitter.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            clients: Arc::default(),
            metadata: Arc::default(),
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(rand::random::<f64>),
        }
    }
}

/// An operation that is ready to be executed: nothing about its request can be wrong any more.
pub struct Prepared<O: Operation> {
    plan: O::Plan,
    timeout: Option<Duration>,
    correlation_id: Option<String>,
    confirm: bool,
    network: NetworkSettings,
}

impl<O: Operation> Prepared<O> {
    /// Authority, client and scopes, where the operation has all of them.
    pub fn resolved(&self) -> Option<&ResolvedRequest> {
        self.plan.resolved()
    }

    /// The key that the token is kept under; `None` where it must not be shared.
    pub fn cache_key(&self) -> Option<CacheKey> {
        self.plan.cache_key()
    }

    /// The time limit for executing it.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

/// Checks a request and decides everything that can be decided without waiting. Uses no network, no clock and no
/// environment but the one in the options.
pub fn prepare<O: Operation>(mut options: RequestOptions, operation: O) -> Result<Prepared<O>> {
    let network = NetworkSettings {
        environment: std::mem::take(&mut options.environment),
        proxy: options.proxy.take(),
        system_proxy: options.system_proxy.take(),
    };
    let timeout = options.timeout(O::DEFAULT_TIMEOUT)?;
    let correlation_id = options.correlation_id()?;
    let confirm = options.confirm;
    let plan = operation.prepare(options, &network.environment)?;
    Ok(Prepared { plan, timeout, correlation_id, confirm, network })
}

impl Context {
    /// Prepares an operation and executes it. Dropping the future cancels it.
    pub async fn run<O: Operation>(
        &self,
        options: RequestOptions,
        operation: O,
        events: Arc<dyn EventSink>,
    ) -> Result<O::Output> {
        let prepared = if operation.is_slow_to_prepare() {
            run_blocking(move || prepare(options, operation)).await?
        } else {
            prepare(options, operation)?
        };
        self.execute(prepared, events).await
    }

    /// Executes an operation within its time limit. Dropping the future cancels it.
    pub async fn execute<O: Operation>(
        &self,
        prepared: Prepared<O>,
        events: Arc<dyn EventSink>,
    ) -> Result<O::Output> {
        let Prepared { plan, timeout, correlation_id, confirm, network } = prepared;
        let mut io = self.io(network, correlation_id, events);
        io.confirm = confirm;
        if let Some(resolved) = plan.resolved() {
            io.verbose(format!("{resolved}, correlation ID {}", io.correlation_id()));
        }
        // On the heap: a sign-in waits for much, and its future would stand inside each one around it.
        let work = Box::pin(O::execute(plan, &io));
        let outcome = match timeout {
            None => work.await,
            Some(limit) => tokio::select! {
                biased;
                outcome = work => outcome,
                () = self.clock.sleep(limit) => Err(timed_out(limit)),
            },
        };
        outcome.map_err(|error| error.with_correlation_id(io.correlation_id()))
    }

    pub(crate) fn io(
        &self,
        network: NetworkSettings,
        correlation_id: Option<String>,
        events: Arc<dyn EventSink>,
    ) -> Io {
        Io {
            clients: self.clients.clone(),
            metadata: self.metadata.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            network,
            correlation_id: correlation_id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            confirm: false,
            events,
            told: Told::default(),
            _lease: self.clients.lease(),
        }
    }
}

fn timed_out(limit: Duration) -> Error {
    let message = format!("Timed out after {} s.", limit.as_secs_f64());
    let mut error = Error::new(ErrorKind::Timeout, "timeout", message);
    error.hint = Some("Set `timeout_seconds` for a longer limit.");
    error
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
