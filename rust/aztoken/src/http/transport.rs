//! Sending a form and reading the answer, for all grants.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use url::Url;
use zeroize::Zeroizing;

use super::clients::Clients;
use super::failure::describe;
use super::form::Form;
use super::network::NetworkSettings;
use super::retry::{Outcome, Policy};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventSink, Level};
use crate::params::header;

/// Answers over this size are refused (1 MiB).
const MAX_ANSWER: usize = 1 << 20;

/// Stands for a missing `Content-Type` in messages.
const NO_CONTENT_TYPE: &str = "of no type";

/// A whole HTTP answer. The body may hold tokens.
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// The bytes of the body.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// `Retry-After` in seconds.
    pub(crate) retry_after: Option<u64>,
    /// The service's ID of the request.
    pub(crate) request_id: Option<String>,
    /// `Content-Type`, for messages.
    pub(crate) content_type: String,
}

impl Answer {
    /// Whether it claims to be JSON (RFC 6749 section 5.1), or claims nothing.
    pub(crate) fn is_json(&self) -> bool {
        self.content_type == NO_CONTENT_TYPE || self.content_type.to_ascii_lowercase().contains("json")
    }
}

/// Sends the requests of one operation.
pub(crate) struct Transport {
    /// Shared by all operations of a process.
    pub(crate) clients: Arc<Clients>,
    pub(crate) network: NetworkSettings,
    /// GUID sent with every request.
    pub(crate) correlation_id: String,
    pub(crate) clock: Arc<dyn Clock>,
    /// Numbers from 0 to 1, for jitter.
    pub(crate) random: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Where traces go.
    pub(crate) events: Arc<dyn EventSink>,
}

impl Transport {
    /// Posts a form and gives the answer, whatever its status. Redirects are refused: a form with a secret is for the host
    /// that was asked, and no other.
    pub(crate) async fn post_form(&self, url: &Url, form: &Form, policy: Policy) -> Result<Answer> {
        self.exchange(url, Some(form), policy).await
    }

    /// Gets a document, under the same rules.
    pub(crate) async fn get(&self, url: &Url, policy: Policy) -> Result<Answer> {
        self.exchange(url, None, policy).await
    }

    /// Emits a line for the debug stream.
    pub(crate) fn debug(&self, text: String) {
        self.events.emit(&Event::Trace { level: Level::Debug, text });
    }

    async fn exchange(&self, url: &Url, form: Option<&Form>, policy: Policy) -> Result<Answer> {
        let client = self.clients.get(url, &self.network)?;
        let mut attempt = 0;
        loop {
            self.debug(
                form.map_or_else(|| format!("GET {url}"), |form| format!("POST {url} ({})", form.names())),
            );
            let sent = self.send(&client, url, form).await;
            let outcome = match &sent {
                Ok(answer) => {
                    Outcome::Status { status: answer.status, retry_after: answer.retry_after.is_some() }
                }
                Err(error) if error.kind == ErrorKind::Timeout => {
                    Outcome::Timeout { connected: error.connected }
                }
                Err(_) => Outcome::Failure,
            };
            let Some(wait) = policy.next_wait(attempt, outcome, (self.random)()) else {
                return sent;
            };
            self.debug(format!("Retrying in {} s", wait.as_secs_f64()));
            self.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    async fn send(&self, client: &reqwest::Client, url: &Url, form: Option<&Form>) -> Result<Answer> {
        let request = match form {
            None => client.get(url.clone()),
            Some(form) => client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.body()),
        };
        let request = request
            .header(ACCEPT, "application/json")
            .header(header::CLIENT_REQUEST_ID, &self.correlation_id)
            .header(header::RETURN_CLIENT_REQUEST_ID, "true")
            .header(header::CLIENT_SKU, "AzTokenRs")
            .header(header::CLIENT_VERSION, env!("CARGO_PKG_VERSION"));
        let by_proxy = self.network.proxy.is_some();
        let response = request.send().await.map_err(|error| describe(&error, url, by_proxy))?;
        let status = response.status();
        let mut answer = Answer {
            status: status.as_u16(),
            body: Zeroizing::default(),
            retry_after: retry_after(response.headers(), &*self.clock),
            request_id: text(response.headers(), header::REQUEST_ID),
            content_type: text(response.headers(), CONTENT_TYPE.as_str())
                .unwrap_or_else(|| NO_CONTENT_TYPE.into()),
        };
        self.debug(format!("{url} answered HTTP {status}, {}", answer.content_type));
        if status.is_redirection() {
            let message = "The service answered with a redirect, which isn't followed: the URL may be wrong.";
            return Err(
                Error::new(ErrorKind::Protocol, "unexpected_redirect", message).with_status(answer.status)
            );
        }
        answer.body = read_body(response, url).await.map_err(|error| error.with_status(answer.status))?;
        Ok(answer)
    }
}

async fn read_body(mut response: reqwest::Response, url: &Url) -> Result<Zeroizing<Vec<u8>>> {
    let too_large = || {
        let message =
            format!("The answer is larger than {} MiB, which no token answer is.", MAX_ANSWER >> 20);
        Error::new(ErrorKind::Protocol, "response_too_large", message)
    };
    let announced = response.content_length().unwrap_or_default();
    if announced > MAX_ANSWER as u64 {
        return Err(too_large());
    }
    let mut body =
        Zeroizing::new(Vec::with_capacity(usize::try_from(announced).unwrap_or_default().max(4096)));
    while let Some(chunk) = response.chunk().await.map_err(|error| describe(&error, url, false))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// RFC 9110 section 10.2.3: seconds, or a date.
fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<u64> {
    let value = text(headers, RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(seconds);
    }
    let date = httpdate::parse_http_date(&value).ok()?;
    Some(date.duration_since(clock.now()).unwrap_or(Duration::ZERO).as_secs())
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
