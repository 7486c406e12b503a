//! What executing an operation may use: HTTP, time, events, and the documents of authorities that are known already.

use std::sync::Arc;

use serde::Deserialize;

use crate::clock::Clock;
use crate::discovery::{Discovery, MetadataCache};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventSink, Level};
use crate::http::{Clients, Http, Lease, Network, ProxySetting, Told};
use crate::secret::Secret;
use crate::token::Received;

/// The caller's settings of the network for one operation.
#[derive(Debug, Default)]
pub(crate) struct NetworkSettings {
    /// The caller's variables.
    pub(crate) environment: Environment,
    /// The proxy that the caller named.
    pub(crate) proxy: Option<ProxySetting>,
    /// The proxy of the operating system, as the caller found it.
    pub(crate) system_proxy: Option<String>,
}

/// Everything around one operation that waits.
pub struct Io {
    pub(crate) clients: Arc<Clients>,
    pub(crate) metadata: Arc<MetadataCache>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Fn() -> f64 + Send + Sync>,
    pub(crate) network: NetworkSettings,
    pub(crate) correlation_id: String,
    /// Whether announcements wait for the caller's reply.
    pub(crate) confirm: bool,
    pub(crate) events: Arc<dyn EventSink>,
    /// What the operation was warned of.
    pub(crate) told: Told,
    /// Keeps connections open until the operation ends.
    pub(crate) _lease: Lease,
}

impl Io {
    /// Time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The caller's variables.
    pub(crate) fn environment(&self) -> &Environment {
        &self.network.environment
    }

    /// GUID sent with every request of the operation.
    pub(crate) fn correlation_id(&self) -> &str {
        &self.correlation_id
    }

    /// What sends requests.
    pub(crate) fn http(&self) -> Http<'_> {
        Http {
            clients: &self.clients,
            network: Network {
                environment: &self.network.environment,
                proxy: self.network.proxy.as_ref(),
                system_proxy: self.network.system_proxy.as_deref(),
                direct: false,
            },
            clock: self.clock(),
            events: &*self.events,
            random: &*self.random,
            correlation_id: &self.correlation_id,
            told: &self.told,
        }
    }

    /// Metadata and keys of authorities.
    pub(crate) fn discovery(&self) -> Discovery<'_> {
        Discovery { http: self.http(), cache: &self.metadata }
    }

    /// When and for which request an answer came.
    pub(crate) fn received(&self) -> Received<'_> {
        Received { at: self.clock().unix_now(), correlation_id: self.correlation_id() }
    }

    /// Tells the caller something.
    pub(crate) fn emit(&self, event: &Event<'_>) {
        self.events.emit(event);
    }

    /// Emits a line for the verbose stream.
    pub(crate) fn verbose(&self, text: String) {
        self.emit(&Event::Trace { level: Level::Verbose, text });
    }

    /// Emits a line for the debug stream.
    pub(crate) fn debug(&self, text: String) {
        self.emit(&Event::Trace { level: Level::Debug, text });
    }

    /// Tells the caller about something that it may want to stop, before it happens. Waits for a reply if the request asks
    /// for that.
    pub(crate) async fn announce<'e>(&self, event: impl FnOnce(bool) -> Event<'e>) -> Result<()> {
        let event = event(self.confirm);
        if self.confirm {
            return self.ask(&event).await.map(drop);
        }
        self.emit(&event);
        Ok(())
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
        let unanswered = || {
            let message = "The caller returned no valid reply to a question.";
            Error::internal(message)
        };
        match serde_json::from_str(reply.ok_or_else(unanswered)?.expose()) {
            Ok(Reply::Answer(answer)) => Ok(answer),
            Ok(Reply::Error(problem)) => {
                Err(Error::new(ErrorKind::InvalidParameter, "callback_failed", problem))
            }
            Err(_) => Err(unanswered()),
        }
    }
}
