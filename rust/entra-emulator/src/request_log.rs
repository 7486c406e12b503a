//! The requests that the control API shows.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::bounded::Bounded;
use crate::received::Received;

/// How many requests are kept, and how many bytes of them.
const KEPT: usize = 10_000;
const KEPT_BYTES: usize = 32 * 1024 * 1024;
/// A longer value is cut here.
const VALUE: usize = 16 * 1024;

/// A request that was received.
#[derive(Clone)]
struct Entry {
    n: u64,
    request: Arc<Value>,
    /// None until it is answered.
    status: Option<u16>,
}

/// The latest requests.
pub(crate) struct RequestLog {
    count: u64,
    entries: Bounded<Entry>,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self { count: 0, entries: Bounded::with_bytes(KEPT, KEPT_BYTES) }
    }
}

impl RequestLog {
    /// Adds a request and gives its number.
    pub(crate) fn add(&mut self, request: &Received, now: u64) -> u64 {
        self.count += 1;
        let mut value = json!({
            "n": self.count,
            "time": now,
            "method": request.method.as_str(),
            "path": request.sent_path,
            "client_id": request.client_id(),
            "query": request.query.to_json(),
            "form": request.form_as_sent().to_json(),
            "headers": request.headers_to_json(),
        });
        let size = shorten(&mut value);
        self.entries.push_sized(Entry { n: self.count, request: Arc::new(value), status: None }, size);
        self.count
    }

    pub(crate) fn answered(&mut self, n: u64, status: u16) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.n == n) {
            entry.status = Some(status);
        }
    }

    /// A snapshot, cheap enough to be taken under a lock.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.entries.iter().cloned().collect())
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// The log at a moment.
pub(crate) struct Snapshot(Vec<Entry>);

impl Snapshot {
    pub(crate) fn to_json(&self) -> Value {
        let show = |entry: &Entry| {
            let mut object = entry.request.as_object().cloned().unwrap_or_default();
            object.insert("status".into(), entry.status.into());
            Value::Object(object)
        };
        self.0.iter().map(show).collect()
    }
}

/// Cuts long texts, and gives the size of what is left.
fn shorten(value: &mut Value) -> usize {
    match value {
        Value::String(text) => {
            if text.len() > VALUE {
                let end = (0..=VALUE).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                let cut = format!("{}… ({} of {} bytes)", &text[..end], end, text.len());
                *text = cut;
            }
            text.len()
        }
        Value::Object(object) => shorten_members(object),
        Value::Array(items) => items.iter_mut().map(shorten).sum(),
        _ => 8,
    }
}

/// A request with thousands of parameters is as large as one with a long one.
fn shorten_members(object: &mut Map<String, Value>) -> usize {
    object.iter_mut().map(|(name, value)| name.len() + shorten(value) + 64).sum()
}
