//! Sending a request and reading the answer, for all operations.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use url::Url;
use zeroize::Zeroizing;

use super::clients::{Clients, Network, Told};
use super::failure::describe;
use super::form::Form;
use super::request::Request;
use super::retry::{Outcome, Policy};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventSink, Level};
use crate::params::header;
use crate::text;

/// Answers over this size are refused (1 MiB).
const MAX_ANSWER: usize = 1 << 20;

/// The longest wait that a service is believed to ask for.
const MAX_RETRY_AFTER: u64 = 24 * 60 * 60;

/// A whole HTTP answer. The body may hold tokens.
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// The bytes of the body.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// `Retry-After` in seconds, at most a day.
    pub(crate) retry_after: Option<u64>,
    /// The service's ID of the request.
    pub(crate) request_id: Option<String>,
    /// `Content-Type`, for messages; empty if there was none.
    pub(crate) content_type: String,
}

/// What sending takes: the clients, the settings of the network, time, and a place for traces.
#[derive(Clone, Copy)]
pub(crate) struct Http<'a> {
    pub(crate) clients: &'a Clients,
    pub(crate) network: Network<'a>,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) events: &'a dyn EventSink,
    /// Numbers from 0 to 1, for jitter.
    pub(crate) random: &'a (dyn Fn() -> f64 + Send + Sync),
    /// GUID sent with every request.
    pub(crate) correlation_id: &'a str,
    /// What the operation was warned of.
    pub(crate) told: &'a Told,
}

impl Http<'_> {
    /// Posts a form and gives the answer, whatever its status.
    pub(crate) async fn post_form(&self, url: &Url, form: &Form, policy: Policy) -> Result<Answer> {
        self.send(&Request::post_form(url.clone(), form.clone(), policy)).await
    }

    /// Gets a document and gives the answer, whatever its status.
    pub(crate) async fn get(&self, url: &Url, policy: Policy) -> Result<Answer> {
        self.send(&Request::get(url.clone(), policy)).await
    }

    /// Sends a request, again where its policy says so, and gives the last answer, whatever its status.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer> {
        // Boxed: the future of every operation would otherwise have room for all of it.
        Box::pin(self.exchange(request)).await
    }

    async fn exchange(&self, request: &Request) -> Result<Answer> {
        let network = if request.direct { self.network.direct() } else { self.network };
        let limits = request.limits.unwrap_or(self.clients.limits());
        let ready = self.clients.get(&request.url, &network, limits.connect, self.told).await?;
        for text in ready.warnings {
            self.events.emit(&Event::Warning { text, confirm: false });
        }
        let mut attempt = 0;
        loop {
            let Request { method, url, .. } = request;
            let fields = request.form.as_ref().map(|form| format!(" ({})", form.names())).unwrap_or_default();
            self.debug(format!("{method} {url}{fields}"));
            let sent = self.send_once(&ready.client, request, limits.request).await;
            let outcome = match &sent {
                Ok(answer) => Outcome::Status {
                    status: answer.status,
                    retry_after: answer.retry_after.map(Duration::from_secs),
                },
                Err(error) if error.kind == ErrorKind::Timeout => {
                    Outcome::Timeout { connected: error.connected }
                }
                Err(_) => Outcome::Failure,
            };
            let Some(wait) = request.retry.next_wait(attempt, outcome, (self.random)()) else {
                return sent;
            };
            self.debug(format!("Retrying in {} s", wait.as_secs_f64()));
            self.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    async fn send_once(
        &self,
        client: &reqwest::Client,
        request: &Request,
        limit: Duration,
    ) -> Result<Answer> {
        let url = &request.url;
        let mut builder = client
            .request(request.method.clone(), url.clone())
            .timeout(limit)
            .header(ACCEPT, "application/json")
            .header(header::CLIENT_REQUEST_ID, self.correlation_id)
            .header(header::RETURN_CLIENT_REQUEST_ID, "true")
            .header(header::CLIENT_SKU, "AzTokenRs")
            .header(header::CLIENT_VERSION, env!("CARGO_PKG_VERSION"));
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_str(value.expose())
                .map_err(|_| Error::internal(format!("A header {name} can't be sent.")))?;
            value.set_sensitive(true);
            builder = builder.header(*name, value);
        }
        if let Some(form) = &request.form {
            builder = builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.body());
        }
        let by_proxy = self.network.proxy.is_some() && !request.direct;
        let response = builder.send().await.map_err(|error| describe(&error, url, by_proxy))?;
        let status = response.status();
        let mut answer = Answer {
            status: status.as_u16(),
            body: Zeroizing::default(),
            retry_after: retry_after(response.headers(), self.clock),
            request_id: header_text(response.headers(), header::REQUEST_ID),
            content_type: header_text(response.headers(), CONTENT_TYPE.as_str()).unwrap_or_default(),
        };
        let content_type =
            if answer.content_type.is_empty() { "no Content-Type" } else { &answer.content_type };
        self.debug(format!("{url} answered HTTP {status}, {content_type}"));
        if status.is_redirection() {
            let message = "The service answered with a redirect, which isn't followed: the URL may be wrong.";
            return Err(
                Error::new(ErrorKind::Protocol, "unexpected_redirect", message).with_status(answer.status)
            );
        }
        let body = read_body(response, url).await.map_err(|error| error.with_status(answer.status))?;
        answer.body = text::utf8(body);
        Ok(answer)
    }

    /// Emits a line for the debug stream.
    pub(crate) fn debug(&self, text: String) {
        self.events.emit(&Event::Trace { level: Level::Debug, text });
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

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// RFC 9110 section 10.2.3: seconds, or a date. A number beyond all measure stands for the longest wait.
fn retry_after(headers: &HeaderMap, clock: &dyn Clock) -> Option<u64> {
    let value = header_text(headers, RETRY_AFTER.as_str())?;
    let value = value.trim();
    let seconds = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().unwrap_or(u64::MAX)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(clock.now()).unwrap_or(Duration::ZERO).as_secs()
    };
    Some(seconds.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
