//! The answer of the device authorization endpoint (RFC 8628 section 3.2).

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::error::{Error, Result};
use crate::http::Answer;
use crate::secret::Secret;
use crate::text::printable;
use crate::token::{check, seconds, unreadable};

/// RFC 8628 section 3.2: the interval where the service names none.
const DEFAULT_INTERVAL: i64 = 5;
/// The shortest interval with a server on this machine that asks for 0.
const LOOPBACK_INTERVAL: Duration = Duration::from_millis(100);
/// The longest lifetime that is believed (a day).
const MAX_LIFETIME: i64 = 86_400;

/// A code for the user and one for the client.
#[derive(Debug)]
pub(super) struct Authorization {
    pub(super) device_code: Secret,
    pub(super) user_code: String,
    pub(super) verification_uri: String,
    pub(super) message: String,
    pub(super) expires_in: Duration,
    pub(super) interval: Duration,
}

#[derive(Deserialize)]
struct Fields {
    device_code: Secret,
    user_code: String,
    // v1 endpoints and AD FS say verification_url
    #[serde(alias = "verification_url")]
    verification_uri: String,
    #[serde(deserialize_with = "seconds")]
    expires_in: i64,
    #[serde(default = "default_interval", deserialize_with = "seconds")]
    interval: i64,
    message: Option<String>,
}

fn default_interval() -> i64 {
    DEFAULT_INTERVAL
}

impl Authorization {
    /// Reads an answer. What a terminal will show is freed of control characters, and the page must be on the web.
    pub(super) fn read(answer: &Answer, loopback: bool) -> Result<Self> {
        check(answer)?;
        let fields: Fields =
            serde_json::from_slice(&answer.body).map_err(|error| unreadable(answer, &error))?;
        let refuse = |what: &str| {
            let message = format!("The service's answer can't be used: {what}.");
            Err(Error::invalid_response(message).with_status(answer.status))
        };
        if fields.device_code.is_empty() || fields.user_code.trim().is_empty() {
            return refuse("it holds no code");
        }
        match Url::parse(&fields.verification_uri) {
            Ok(url) if matches!(url.scheme(), "https" | "http") => {}
            _ => return refuse("verification_uri is not a web address"),
        }
        let (user_code, verification_uri) =
            (printable(&fields.user_code), printable(&fields.verification_uri));
        let message = fields.message.as_deref().map(printable).filter(|text| !text.is_empty());
        Ok(Self {
            message: message.unwrap_or_else(|| {
                format!(
                    "To sign in, open {verification_uri} in a web browser and enter the code {user_code}."
                )
            }),
            device_code: fields.device_code,
            user_code,
            verification_uri,
            expires_in: whole_seconds(fields.expires_in.min(MAX_LIFETIME)),
            interval: interval(fields.interval, loopback),
        })
    }
}

fn interval(seconds: i64, loopback: bool) -> Duration {
    match seconds {
        ..=0 if loopback => LOOPBACK_INTERVAL,
        ..=0 => whole_seconds(DEFAULT_INTERVAL),
        seconds => whole_seconds(seconds.min(MAX_LIFETIME)),
    }
}

fn whole_seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::answer_for_tests;

    fn read(body: &str) -> Result<Authorization> {
        Authorization::read(&answer_for_tests(200, body.as_bytes()), false)
    }

    #[test]
    fn strings_and_missing_members_are_accepted() {
        let authorization = read(
            r#"{"device_code":"d","user_code":"ABC","verification_url":"https://microsoft.com/devicelogin","expires_in":"900"}"#,
        )
        .expect("valid");
        assert_eq!(authorization.interval, Duration::from_secs(5));
        assert_eq!(authorization.expires_in, Duration::from_secs(900));
        assert!(authorization.message.contains("https://microsoft.com/devicelogin"));
        assert!(authorization.message.contains("ABC"));
        assert!(!format!("{authorization:?}").contains("\"d\""), "the device code is a secret");
    }

    #[test]
    fn an_interval_of_zero_is_for_loopback() {
        assert_eq!(interval(0, false), Duration::from_secs(5));
        assert_eq!(interval(0, true), Duration::from_millis(100));
        assert_eq!(interval(7, true), Duration::from_secs(7));
    }

    #[test]
    fn what_a_terminal_must_not_show_is_taken_out() {
        let authorization = read(
            r#"{"device_code":"d","user_code":"A\u001b[2JB","verification_uri":"https://x/","expires_in":1,"message":"go\u0007\u001b"}"#,
        )
        .expect("valid");
        assert_eq!((authorization.user_code.as_str(), authorization.message.as_str()), ("A[2JB", "go"));
    }

    #[test]
    fn answers_that_lead_nowhere_are_refused() {
        for (body, expected) in [
            (
                r#"{"device_code":"","user_code":"A","verification_uri":"https://x","expires_in":1}"#,
                "no code",
            ),
            (
                r#"{"device_code":"d","user_code":" ","verification_uri":"https://x","expires_in":1}"#,
                "no code",
            ),
            (
                r#"{"device_code":"d","user_code":"A","verification_uri":"javascript:x","expires_in":1}"#,
                "web address",
            ),
            (r#"{"device_code":"d","user_code":"A","verification_uri":"x","expires_in":1}"#, "web address"),
            (r#"{"device_code":"d","user_code":"A","expires_in":1}"#, "missing field"),
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
        ] {
            let error = read(body).expect_err(body);
            assert!(error.message.contains(expected), "{error}");
        }
    }
}
