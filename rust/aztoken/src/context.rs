//! What a grant may use: HTTP, time, the caller's environment, and a place for events.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::clock::{Clock, SystemClock};
use crate::discovery::MetadataCache;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventSink, Level};
use crate::grants::Grant;
use crate::http::{Clients, Http, Network, ProxySetting};
use crate::request::RequestOptions;
use crate::secret::Secret;

/// Everything around one operation. Dropping the future of [`Context::run`] cancels it.
pub struct Context {
    /// HTTP clients, shared by all operations of a process.
    pub clients: Arc<Clients>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where events go.
    pub events: Arc<dyn EventSink>,
    /// The caller's environment.
    pub environment: Environment,
    /// The proxy that the caller named.
    pub proxy: Option<ProxySetting>,
    /// The proxy of the operating system, as the caller found it.
    pub system_proxy: Option<String>,
    /// Numbers from 0 to 1, for jitter.
    pub random: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// GUID sent with every request of the operation.
    pub correlation_id: String,
    /// Metadata and keys of authorities, shared by all operations of a process.
    pub metadata: Arc<MetadataCache>,
}

impl Context {
    /// A context with the machine's clock.
    pub fn new(clients: Arc<Clients>, events: Arc<dyn EventSink>) -> Self {
        Self {
            clients,
            clock: Arc::new(SystemClock::default()),
            events,
            environment: Environment::default(),
            proxy: None,
            system_proxy: None,
            random: Arc::new(rand::random::<f64>),
            correlation_id: uuid::Uuid::new_v4().to_string(),
            metadata: Arc::default(),
        }
    }

    /// Runs a grant to its end, within its time limit.
    pub async fn run<G: Grant>(mut self, mut common: RequestOptions, grant: G) -> Result<G::Output> {
        self.environment = std::mem::take(&mut common.environment);
        self.proxy = common.proxy.take();
        self.system_proxy = common.system_proxy.take();
        let limit = common.timeout(G::DEFAULT_TIMEOUT)?;
        if let Some(id) = common.correlation_id()? {
            self.correlation_id = id;
        }
        let work = grant.acquire(common, &self);
        let outcome = match limit {
            None => work.await,
            Some(limit) => tokio::select! {
                biased;
                outcome = work => outcome,
                () = self.clock.sleep(limit) => Err(timed_out(limit)),
            },
        };
        outcome.map_err(|error| error.with_correlation_id(&self.correlation_id))
    }

    /// What sends requests.
    pub(crate) fn http(&self) -> Http<'_> {
        Http {
            clients: &self.clients,
            network: Network {
                environment: &self.environment,
                proxy: self.proxy.as_ref(),
                system_proxy: self.system_proxy.as_deref(),
                direct: false,
            },
            clock: self.clock.as_ref(),
            events: self.events.as_ref(),
            random: self.random.as_ref(),
            correlation_id: &self.correlation_id,
        }
    }

    /// Asks the caller, and waits for the reply.
    pub(crate) async fn ask(&self, question: &Event<'_>) -> Result<Secret> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        enum Reply {
            Answer(Secret),
            Error(String),
        }
        let reply = self.events.ask(question).await;
        let unanswered = || Error::internal("The caller was asked and gave no answer that can be used.");
        match serde_json::from_str(reply.ok_or_else(unanswered)?.expose()) {
            Ok(Reply::Answer(answer)) => Ok(answer),
            Ok(Reply::Error(problem)) => {
                Err(Error::new(ErrorKind::InvalidParameter, "callback_failed", problem))
            }
            Err(_) => Err(unanswered()),
        }
    }

    /// Emits a line for the verbose stream.
    pub(crate) fn verbose(&self, text: String) {
        self.events.emit(&Event::Trace { level: Level::Verbose, text });
    }

    /// Emits a line for the debug stream.
    pub(crate) fn debug(&self, text: String) {
        self.events.emit(&Event::Trace { level: Level::Debug, text });
    }
}

fn timed_out(limit: Duration) -> Error {
    let message = format!("Nothing came of it within the {} seconds of the time limit.", limit.as_secs_f64());
    Error::new(ErrorKind::Timeout, "timeout", message)
}
