//! What an operation tells its caller while it runs.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::secret::Secret;
use crate::signing::SigningAlgorithm;
use crate::token_set::TokenSet;

/// One event, serialized as docs/abi.md describes it.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// What is being done, for verbose and debug streams. Never holds a secret.
    Trace {
        /// How much detail it is.
        level: Level,
        /// One line.
        text: String,
    },
    /// Something that a person should know although the operation goes on.
    Warning {
        /// A whole sentence.
        text: String,
        /// Whether the operation waits for a reply before it does what it warns of.
        #[serde(skip_serializing_if = "is_false")]
        confirm: bool,
    },
    /// What the user must see in order to go on.
    Message {
        /// The whole message, ready to show.
        text: String,
        /// Whether the operation waits for a reply before it does what it announces.
        #[serde(skip_serializing_if = "is_false")]
        confirm: bool,
        /// What the message is about, with its parts.
        #[serde(flatten)]
        subject: Subject,
    },
    /// How far the operation is.
    Progress {
        /// What is being done.
        activity: &'static str,
        /// What it waits for.
        status: String,
        /// Seconds until it is given up.
        seconds_left: u64,
        /// Seconds that there were at first.
        seconds_total: u64,
    },
    /// A question: sign this with the certificate's key. The reply is `{"answer": signature in base64url}`.
    Sign {
        /// How to sign.
        algorithm: SigningAlgorithm,
        /// What to sign, ASCII.
        data: &'a str,
    },
    /// A question: give a fresh client assertion. The reply is `{"answer": JWT}`.
    AssertionRequest {},
    /// The end: a token.
    Token(&'a TokenSet),
    /// The end of an operation that gives no token: its own members.
    Result(Map<String, Value>),
    /// The end: a failure.
    Error(&'a Error),
}

// serde passes a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What an operation can end with, beside a failure.
pub trait Outcome: Send {
    /// The event that says so.
    fn event(&self) -> Event<'_>;
}

impl Outcome for TokenSet {
    fn event(&self) -> Event<'_> {
        Event::Token(self)
    }
}

/// The event of an output that serializes to an object.
pub(crate) fn result_event<'a>(output: &impl Serialize) -> Event<'a> {
    match serde_json::to_value(output) {
        Ok(Value::Object(members)) => Event::Result(members),
        // Outputs are structs of strings, numbers and lists, which JSON always takes.
        _ => Event::Result(Map::new()),
    }
}

/// Level of a [`Event::Trace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For someone who wonders what is asked for.
    Verbose,
    /// For someone who wonders what goes over the wire.
    Debug,
}

/// What a [`Event::Message`] is about.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// A code to enter on a page (RFC 8628 section 3.3).
    DeviceCode {
        /// What to enter.
        user_code: String,
        /// Where to enter it.
        verification_uri: String,
        /// Lifetime of the code in seconds.
        expires_in: u64,
        /// Seconds between polls.
        interval: u64,
    },
    /// A page to sign in at (RFC 6749 section 4.1.1).
    AuthorizationUri {
        /// Its address.
        uri: String,
        /// Whether the library opens it next. If not, the user has to.
        opens_browser: bool,
    },
}

/// The reply to a question, when it comes. `None`: there will be none.
pub type Reply = Pin<Box<dyn Future<Output = Option<Secret>> + Send>>;

/// Where events go.
pub trait EventSink: Send + Sync {
    /// Takes one event; never blocks.
    fn emit(&self, event: &Event<'_>);

    /// Takes a question. A sink that can't answer any needs no code for it.
    fn ask(&self, _question: &Event<'_>) -> Reply {
        Box::pin(std::future::ready(None))
    }
}

impl<F: Fn(&Event<'_>) + Send + Sync> EventSink for F {
    fn emit(&self, event: &Event<'_>) {
        self(event);
    }
}
