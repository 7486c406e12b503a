//! Faults that tests ask for: delays, made-up answers, and connections that end or never answer.

use std::collections::{BTreeMap, VecDeque};

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::respond::{json_response, set};

/// A fault as the control API takes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Requests whose path contains this are meant.
    path: String,
    /// How many requests it hits; 0 is every one from now on.
    #[serde(default = "once")]
    times: u64,
    /// How many requests are served as usual first.
    #[serde(default)]
    skip: u64,
    /// Milliseconds before anything else happens.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    /// Close the connection without an answer.
    #[serde(default)]
    pub(crate) close: bool,
    /// Never answer.
    #[serde(default)]
    pub(crate) hang: bool,
}

fn once() -> u64 {
    1
}

impl Fault {
    /// What is wrong with the fault, naming the field.
    pub(crate) fn validate(&self) -> Result<(), &'static str> {
        if self.path.is_empty() {
            return Err("'path' is empty; give a part of the path, such as \"/token\"");
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("'status' must be from 200 to 599");
        }
        if self.close && self.hang {
            return Err("'close' and 'hang' exclude each other");
        }
        if (self.close || self.hang) && self.answer().is_some() {
            return Err(
                "'close' and 'hang' give no answer, so 'status', 'headers' and 'body' can't be set with them",
            );
        }
        if self.delay_ms == 0 && !self.close && !self.hang && self.answer().is_none() {
            return Err("one of 'delay_ms', 'status', 'headers', 'body', 'close' and 'hang' must be set");
        }
        Ok(())
    }

    /// The made-up answer; none when the fault only delays. A body without a status comes with 400.
    pub(crate) fn answer(&self) -> Option<Response> {
        if self.status.is_none() && self.body.is_none() && self.headers.is_empty() {
            return None;
        }
        let status = StatusCode::from_u16(self.status.unwrap_or(400)).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = match &self.body {
            Some(Value::String(text)) => Response::new(Body::from(text.clone())),
            Some(json) => json_response(status, json),
            None => Response::new(Body::empty()),
        };
        *response.status_mut() = status;
        for (name, value) in &self.headers {
            set(&mut response, name, value);
        }
        Some(response)
    }
}

/// The faults that wait, in order.
#[derive(Default)]
pub(crate) struct Faults {
    count: u64,
    queue: VecDeque<Fault>,
}

impl Faults {
    /// Queues a fault and gives its number.
    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        self.count += 1;
        self.queue.push_back(fault);
        self.count
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    /// The fault for a request. Only the first that matches counts, also while it still lets requests through.
    pub(crate) fn take(&mut self, path: &str) -> Option<Fault> {
        let at = self.queue.iter().position(|fault| path.contains(&fault.path))?;
        let fault = &mut self.queue[at];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        if fault.times == 1 {
            return self.queue.remove(at);
        }
        // 0 is forever, and stays 0.
        fault.times = fault.times.saturating_sub(1);
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).expect("a fault")
    }

    #[test]
    fn faults_come_in_order() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"path":"/token","skip":1,"times":2,"status":500}"#));
        faults.add(fault(r#"{"path":"/token","times":0,"status":503}"#));
        let mut status = |path| faults.take(path).and_then(|f| f.status);
        assert_eq!(status("/devicecode"), None);
        let seen: Vec<_> = (0..5).map(|_| status("/x/token")).collect();
        assert_eq!(seen, [None, Some(500), Some(500), Some(503), Some(503)]);
        faults.clear();
        assert!(faults.take("/token").is_none());
    }

    #[test]
    fn contradictions_are_named() {
        for (json, field) in [
            (r#"{"path":"","hang":true}"#, "'path'"),
            (r#"{"path":"/t","status":99}"#, "'status'"),
            (r#"{"path":"/t","close":true,"hang":true}"#, "'hang'"),
            (r#"{"path":"/t","close":true,"body":"x"}"#, "'body'"),
            (r#"{"path":"/t"}"#, "'delay_ms'"),
        ] {
            assert!(fault(json).validate().expect_err(json).contains(field), "{json}");
        }
    }
}
