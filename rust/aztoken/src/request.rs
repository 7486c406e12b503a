//! What a request may hold: the options that all operations share, and the members of its own operation.

mod resolved;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

pub use resolved::ResolvedRequest;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::http::ProxySetting;
use crate::text::trimmed;

/// The options that all requests share (docs/abi.md).
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestOptions {
    /// Base URL of the authority, with or without a tenant.
    pub authority: Option<String>,
    /// `public`, `usgov`, `china`, `bleu`, `delos` or `govsg`.
    pub cloud: Option<String>,
    /// GUID, domain or well-known name.
    pub tenant: Option<String>,
    /// Application (client) ID.
    pub client_id: Option<String>,
    /// URI or application ID of the resource.
    pub resource: Option<String>,
    /// Scopes, with or without their resource.
    #[serde(deserialize_with = "null_as_default")]
    pub scopes: Vec<String>,
    /// A claims request, JSON.
    pub claims: Option<String>,
    /// GUID to find the request by.
    pub correlation_id: Option<String>,
    /// Limit for the whole operation in seconds.
    pub timeout_seconds: Option<f64>,
    /// Waits for the caller's reply before something happens that the caller may want to stop. Default: false.
    pub confirm: bool,
    /// Further form fields.
    #[serde(deserialize_with = "null_as_default")]
    pub extra_parameters: BTreeMap<String, String>,
    /// A proxy to use whatever the environment says.
    pub proxy: Option<ProxySetting>,
    /// The operating system's proxy for the authority, used where the environment names none.
    pub system_proxy: Option<String>,
    /// The caller's variables.
    #[serde(deserialize_with = "null_as_default")]
    pub environment: Environment,
}

/// A request in JSON. Both members may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "O: DeserializeOwned, P: DeserializeOwned")]
struct Request<O, P> {
    options: Option<O>,
    parameters: Option<P>,
}

/// The options of a request that has none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}

/// Reads a request: `options`, which all operations share, and the operation's own `parameters`. Unknown members are refused
/// by name.
pub fn parse<P: DeserializeOwned>(json: &[u8]) -> Result<(RequestOptions, P)> {
    parse_with(json)
}

/// Reads a request whose options are of another type.
pub fn parse_with<O: DeserializeOwned + Default, P: DeserializeOwned>(json: &[u8]) -> Result<(O, P)> {
    let read = || {
        let request: Request<O, P> = serde_json::from_slice(json)?;
        // An empty object names the parameter that is missing.
        let parameters = request.parameters.map_or_else(|| serde_json::from_str("{}"), Ok)?;
        Ok((request.options.unwrap_or_default(), parameters))
    };
    read().map_err(|error: serde_json::Error| {
        Error::invalid_parameter("request", without_value(&error.to_string()))
    })
}

/// A list or map that is null is empty: some languages write it so.
fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// serde quotes a string of the wrong type in its message, and that string may be a secret.
fn without_value(problem: &str) -> String {
    match problem.rsplit_once(", expected ") {
        Some((_, expected)) if problem.starts_with("invalid") => {
            format!("a member has the wrong type, expected {expected}")
        }
        _ => problem.to_owned(),
    }
}

impl RequestOptions {
    /// The time limit: the given one, or the operation's.
    pub(crate) fn timeout(&self, default: Option<Duration>) -> Result<Option<Duration>> {
        match self.timeout_seconds {
            None => Ok(default),
            Some(seconds) if seconds > 0.0 && seconds <= 86_400.0 => {
                Ok(Some(Duration::from_secs_f64(seconds)))
            }
            Some(_) => {
                let problem = "must be over 0 and at most 86400 (a day).";
                Err(Error::invalid_parameter("timeout_seconds", problem))
            }
        }
    }

    /// The given correlation ID, if it is one.
    pub(crate) fn correlation_id(&self) -> Result<Option<String>> {
        let Some(given) = &self.correlation_id else {
            return Ok(None);
        };
        match uuid::Uuid::parse_str(trimmed(given)) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(_) => Err(Error::invalid_parameter("correlation_id", "must be a GUID.")),
        }
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
