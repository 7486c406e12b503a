//! The members of an answer, read generously: no answer is refused for what it could do without.

use serde_json::{Map, Value};

use super::read;
use crate::error::Result;
use crate::http::Answer;
use crate::secret::Secret;

/// The members of an answer. Only the tokens themselves must be as they should: an optional member of another type
/// counts as absent.
pub(crate) struct Members(pub(super) Map<String, Value>);

impl Members {
    /// Those of an answer that is no error.
    pub(crate) fn of(answer: &Answer) -> Result<Self> {
        read(answer).map(Self)
    }

    /// A secret that isn't empty, taken out without a copy.
    pub(crate) fn secret(&mut self, name: &str) -> Option<Secret> {
        match self.0.remove(name) {
            Some(Value::String(text)) => {
                Some(Secret::new(text)).filter(|secret| !secret.expose().trim().is_empty())
            }
            _ => None,
        }
    }

    /// A text that isn't blank, or a number as text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Seconds, as a number or as text.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(seconds_of)
    }
}

/// Seconds as a number or, from v1 endpoints, as text. Never negative, never beyond the year 9999.
pub(super) fn seconds_of(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    #[allow(clippy::cast_possible_truncation)] // clamped to what fits
    (!number.is_nan()).then(|| number.clamp(0.0, 253_402_300_799.0) as i64)
}
