//! What executing an operation may use: HTTP, time, events, and the documents of authorities that are known already.

use std::sync::Arc;

use serde::Deserialize;

use crate::clock::Clock;
use crate::discovery::{Discovery, MetadataCache};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Level};
use crate::http::Transport;
use crate::secret::Secret;
use crate::token::Received;

/// Everything around one operation that waits.
pub struct Io {
    pub(crate) transport: Transport,
    pub(crate) metadata: Arc<MetadataCache>,
}

impl Io {
    /// Time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.transport.clock
    }

    /// The caller's variables.
    pub(crate) fn environment(&self) -> &Environment {
        &self.transport.network.environment
    }

    /// GUID sent with every request of the operation.
    pub(crate) fn correlation_id(&self) -> &str {
        &self.transport.correlation_id
    }

    /// When and for which request an answer came.
    pub(crate) fn received(&self) -> Received<'_> {
        Received { at: self.clock().unix_now(), correlation_id: self.correlation_id() }
    }

    /// Metadata and keys of authorities.
    pub(crate) fn discovery(&self) -> Discovery<'_> {
        Discovery { transport: &self.transport, cache: &self.metadata }
    }

    /// Tells the caller something.
    pub(crate) fn emit(&self, event: &Event<'_>) {
        self.transport.events.emit(event);
    }

    /// Emits a line for the verbose stream.
    pub(crate) fn verbose(&self, text: String) {
        self.emit(&Event::Trace { level: Level::Verbose, text });
    }

    /// Emits a line for the debug stream.
    pub(crate) fn debug(&self, text: String) {
        self.transport.debug(text);
    }

    /// Asks the caller, and waits for the reply.
    pub(crate) async fn ask(&self, question: &Event<'_>) -> Result<Secret> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        enum Reply {
            Answer(Secret),
            Error(String),
        }
        let reply = self.transport.events.ask(question).await;
        let unanswered = || {
            let message = "The caller returned no valid answer to the request for a signature or assertion.";
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
