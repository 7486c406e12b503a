//! The device authorization grant (RFC 8628; Microsoft, "OAuth 2.0 device authorization grant").

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::token_request::read_token;
use crate::client_auth::{Assertion, ClientAuth, ClientCredential};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Subject};
use crate::http::{Form, Request, retry};
use crate::io::Io;
use crate::operation::{Operation, Plan};
use crate::params::{error_code, field, grant_type};
use crate::request::{RequestOptions, ResolvedRequest};
use crate::secret::Secret;
use crate::token_set::TokenSet;

mod authorization;

use authorization::Authorization;

/// What `slow_down` adds to the interval (RFC 8628 section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// The longest wait that lost connections lead to.
const MAX_BACK_OFF: Duration = Duration::from_secs(60);
/// Progress is reported this often.
const TICK: Duration = Duration::from_secs(1);

/// Sign-in on another device: a code is shown, the user enters it on a page.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceCode {
    /// Language of the message, such as `sv-SE`; sent as `mkt`.
    pub culture: Option<String>,
    /// The credential of a confidential client.
    pub client_auth: Option<ClientAuth>,
}

/// The request for the code, and what polling for the token needs.
#[derive(Debug)]
pub struct DeviceCodePlan {
    resolved: ResolvedRequest,
    credential: Option<ClientCredential>,
    /// The request for the code.
    code_request: Request,
}

impl Plan for DeviceCodePlan {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        Some(&self.resolved)
    }
}

impl Operation for DeviceCode {
    type Output = TokenSet;
    type Plan = DeviceCodePlan;
    /// The code's own lifetime is the limit.
    const DEFAULT_TIMEOUT: Option<Duration> = None;

    fn is_slow_to_prepare(&self) -> bool {
        self.client_auth.as_ref().is_some_and(ClientAuth::is_slow_to_open)
    }

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<DeviceCodePlan> {
        let culture = self.culture.as_deref().map(check_culture).transpose()?;
        let credential = ClientCredential::open(self.client_auth)?;
        // The culture is sent as mkt.
        let owned: &[&str] = if culture.is_some() { &[field::MARKET] } else { &[] };
        let resolved = options.resolve_for_user(environment, owned)?;
        let mut url = resolved.authority.device_code_url();
        if let Some(culture) = culture {
            url.query_pairs_mut().append_pair(field::MARKET, culture);
        }
        let mut form = Form::new();
        form.add(field::CLIENT_ID, &resolved.client_id);
        resolved.add_to(&mut form);
        let code_request = Request::post_form(url, form, retry::IDEMPOTENT);
        Ok(DeviceCodePlan { resolved, credential, code_request })
    }

    async fn execute(plan: DeviceCodePlan, io: &Io) -> Result<TokenSet> {
        let answer = io.http().send(&plan.code_request).await?;
        let authorization = Authorization::read(&answer, plan.resolved.authority.is_loopback())?;
        io.emit(&Event::Message {
            text: authorization.message.clone(),
            confirm: false,
            subject: Subject::DeviceCode {
                user_code: authorization.user_code.clone(),
                verification_uri: authorization.verification_uri.clone(),
                expires_in: authorization.expires_in.as_secs(),
                interval: authorization.interval.as_secs(),
            },
        });
        Poll::new(io, &plan, &authorization).until_answered().await
    }
}

/// A language tag as `mkt` takes it.
fn check_culture(culture: &str) -> Result<&str> {
    let fits = (2..=35).contains(&culture.len())
        && culture.starts_with(|c: char| c.is_ascii_alphabetic())
        && culture.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if fits {
        return Ok(culture);
    }
    Err(Error::invalid_parameter("culture", "must be a language such as en-US or sv-SE."))
}

/// Asking for the token until there is an answer.
struct Poll<'a> {
    io: &'a Io,
    plan: &'a DeviceCodePlan,
    url: Url,
    device_code: &'a Secret,
    /// The client's assertion, reused by the next polls.
    assertion: Option<Assertion>,
    /// The wait between polls, as the service wants it.
    interval: Duration,
    /// Lost connections in a row; each doubles the wait (RFC 8628 section 3.5).
    lost: u32,
    /// When the code ends, on the monotonic clock.
    deadline: Duration,
    lifetime: Duration,
}

impl<'a> Poll<'a> {
    fn new(io: &'a Io, plan: &'a DeviceCodePlan, authorization: &'a Authorization) -> Self {
        Self {
            io,
            plan,
            url: plan.resolved.authority.token_url(),
            device_code: &authorization.device_code,
            assertion: None,
            interval: authorization.interval,
            lost: 0,
            deadline: io.clock().monotonic() + authorization.expires_in,
            lifetime: authorization.expires_in,
        }
    }

    async fn until_answered(mut self) -> Result<TokenSet> {
        let mut wait = self.interval;
        loop {
            self.sleep(wait).await?;
            wait = match self.ask().await {
                Ok(token) => return Ok(token),
                Err(error) => self.next_wait(error)?,
            };
        }
    }

    async fn ask(&mut self) -> Result<TokenSet> {
        let mut form = Form::new();
        form.add(field::GRANT_TYPE, grant_type::DEVICE_CODE);
        form.add(field::DEVICE_CODE, self.device_code.expose());
        form.add(field::CLIENT_ID, &self.plan.resolved.client_id);
        if let Some(credential) = &self.plan.credential {
            credential.apply_reusing(self.io, &self.plan.resolved, &mut form, &mut self.assertion).await?;
        }
        // As at the request for the code: the service may need the caller's own fields at both.
        self.plan.resolved.add_extra_to(&mut form);
        // A poll is repeated by its interval, not by the transport.
        let answer = self.io.http().post_form(&self.url, &form, retry::NEVER).await?;
        read_token(self.io, &self.plan.resolved, &form, &answer)
    }

    /// The wait before the next poll, or the error if that is the end.
    fn next_wait(&mut self, error: Error) -> Result<Duration> {
        match error.error.as_str() {
            error_code::AUTHORIZATION_PENDING => {}
            error_code::SLOW_DOWN => self.interval += SLOW_DOWN,
            _ if error.retryable => return Ok(self.back_off(&error)),
            _ => return Err(error),
        }
        self.lost = 0;
        Ok(self.interval)
    }

    fn back_off(&mut self, error: &Error) -> Duration {
        self.lost = (self.lost + 1).min(16);
        let doubled = self.interval.saturating_mul(1 << self.lost).min(MAX_BACK_OFF).max(self.interval);
        let asked = Duration::from_secs(error.retry_after.unwrap_or_default());
        let wait = doubled.max(asked);
        let text = format!("{} Retrying in {:.1} s.", error.message, wait.as_secs_f64());
        self.io.emit(&Event::Warning { text, confirm: false });
        wait
    }

    /// Waits, reporting progress, or fails when the code ends first.
    async fn sleep(&self, wait: Duration) -> Result<()> {
        let until = self.io.clock().monotonic().saturating_add(wait);
        loop {
            let now = self.io.clock().monotonic();
            let left = self.deadline.saturating_sub(now);
            if left.is_zero() {
                return Err(expired());
            }
            self.io.emit(&Event::Progress {
                activity: "Waiting for the sign-in",
                status: format!("The code expires in {} seconds.", left.as_secs()),
                seconds_left: left.as_secs(),
                seconds_total: self.lifetime.as_secs(),
            });
            if now >= until {
                return Ok(());
            }
            self.io.clock().sleep(until.saturating_sub(now).min(TICK).min(left)).await;
        }
    }
}

fn expired() -> Error {
    let message = "The code expired before anyone signed in.";
    let mut error = Error::new(ErrorKind::Timeout, error_code::EXPIRED_TOKEN, message);
    error.retryable = false;
    error
}

#[cfg(test)]
#[path = "device_code_tests.rs"]
mod tests;
