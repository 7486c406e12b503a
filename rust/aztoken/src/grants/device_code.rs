//! The device authorization grant (RFC 8628; Microsoft, "OAuth 2.0 device authorization grant").

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::Grant;
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Subject};
use crate::http::retry;
use crate::params::{error_code, field, grant_type};
use crate::request::{RequestOptions, Settled};
use crate::secret::Secret;
use crate::token::form::Form;
use crate::token::{TokenSet, parse};

mod authorization;

use authorization::Authorization;

/// What `slow_down` adds to the interval (RFC 8628 section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// The longest wait that lost connections lead to.
const MAX_BACK_OFF: Duration = Duration::from_secs(60);
/// Progress is told this often.
const TICK: Duration = Duration::from_secs(1);

/// Sign-in on another device: a code is shown, the user enters it on a page.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceCode {
    /// Language of the message, such as `sv-SE`; sent as `mkt`.
    pub culture: Option<String>,
    /// What proves the client, if it is confidential.
    pub client_auth: Option<ClientAuth>,
}

impl Grant for DeviceCode {
    type Output = TokenSet;
    /// The code's own lifetime is the limit.
    const DEFAULT_TIMEOUT: Option<Duration> = None;

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<TokenSet> {
        let culture = self.culture.as_deref().map(check_culture).transpose()?;
        self.client_auth.as_ref().map_or(Ok(()), ClientAuth::check)?;
        let settled = common.settle_for_user(cx, &[field::DEVICE_CODE])?;
        let authorization = request_code(cx, &settled, culture).await?;
        cx.events.emit(&Event::Message {
            text: authorization.message.clone(),
            subject: Subject::DeviceCode {
                user_code: authorization.user_code.clone(),
                verification_uri: authorization.verification_uri.clone(),
                expires_in: authorization.expires_in.as_secs(),
                interval: authorization.interval.as_secs(),
            },
        });
        Poll::new(cx, &settled, &authorization, self.client_auth.as_ref()).until_answered().await
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

async fn request_code(cx: &Context, settled: &Settled, culture: Option<&str>) -> Result<Authorization> {
    let mut url = settled.authority.device_code_url();
    if let Some(culture) = culture {
        url.query_pairs_mut().append_pair(field::MARKET, culture);
    }
    let mut form = Form::new();
    form.add(field::CLIENT_ID, &settled.client_id);
    settled.add_to(&mut form);
    let answer = cx.http().post_form(&url, &form, retry::IDEMPOTENT).await?;
    Authorization::read(&answer, settled.authority.is_loopback())
}

/// Asking for the token until there is an answer.
struct Poll<'a> {
    cx: &'a Context,
    settled: &'a Settled,
    url: Url,
    device_code: &'a Secret,
    client_auth: Option<&'a ClientAuth>,
    /// The wait between polls, as the service wants it.
    interval: Duration,
    /// Lost connections in a row; each doubles the wait (RFC 8628 section 3.5).
    lost: u32,
    /// When the code ends, on the monotonic clock.
    deadline: Duration,
    lifetime: Duration,
}

impl<'a> Poll<'a> {
    fn new(
        cx: &'a Context,
        settled: &'a Settled,
        authorization: &'a Authorization,
        client_auth: Option<&'a ClientAuth>,
    ) -> Self {
        Self {
            cx,
            settled,
            url: settled.authority.token_url(),
            device_code: &authorization.device_code,
            client_auth,
            interval: authorization.interval,
            lost: 0,
            deadline: cx.clock.monotonic() + authorization.expires_in,
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

    async fn ask(&self) -> Result<TokenSet> {
        let mut form = Form::new();
        form.add(field::GRANT_TYPE, grant_type::DEVICE_CODE);
        form.add(field::DEVICE_CODE, self.device_code.expose());
        self.settled.authenticate(self.cx, self.client_auth, &mut form).await?;
        // A poll is repeated by its interval, not by the transport.
        let answer = self.cx.http().post_form(&self.url, &form, retry::NEVER).await?;
        parse(self.cx, self.settled, &answer)
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
        let text = format!("{} Trying again in {:.1} s.", error.message, wait.as_secs_f64());
        self.cx.events.emit(&Event::Warning { text });
        wait
    }

    /// Waits, telling the progress, or fails when the code ends first.
    async fn sleep(&self, wait: Duration) -> Result<()> {
        let until = self.cx.clock.monotonic().saturating_add(wait);
        loop {
            let now = self.cx.clock.monotonic();
            let left = self.deadline.saturating_sub(now);
            if left.is_zero() {
                return Err(expired());
            }
            self.cx.events.emit(&Event::Progress {
                activity: "Waiting for the sign-in",
                status: format!("The code is good for {} more seconds.", left.as_secs()),
                seconds_left: left.as_secs(),
                seconds_total: self.lifetime.as_secs(),
            });
            if now >= until {
                return Ok(());
            }
            self.cx.clock.sleep(until.saturating_sub(now).min(TICK).min(left)).await;
        }
    }
}

fn expired() -> Error {
    let message = "The code ran out before anyone signed in.";
    let mut error = Error::new(ErrorKind::Timeout, error_code::EXPIRED_TOKEN, message);
    error.retryable = false;
    error
}

#[cfg(test)]
#[path = "device_code_tests.rs"]
mod tests;
