//! The answer of the device authorization endpoint (RFC 8628 section 3.2).

use std::time::Duration;

use url::Url;

use crate::error::{Error, Result};
use crate::http::Answer;
use crate::params::field;
use crate::secret::Secret;
use crate::text::printable;
use crate::token::Members;

/// RFC 8628 section 3.2: the interval where the service names none.
const DEFAULT_INTERVAL: i64 = 5;
/// The service's own lifetime of a code, where it names none.
const DEFAULT_LIFETIME: i64 = 900;
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

impl Authorization {
    /// Reads an answer. What a terminal will show is freed of control characters, and the page must be on the web.
    pub(super) fn read(answer: &Answer, loopback: bool) -> Result<Self> {
        let mut members = Members::of(answer)?;
        let refuse = |what: &str| {
            let message = format!("The service's answer can't be used: {what}.");
            Error::invalid_response(message).with_status(answer.status)
        };
        let device_code =
            members.secret(field::DEVICE_CODE).ok_or_else(|| refuse("it has no device_code"))?;
        let user_code = members.text("user_code").ok_or_else(|| refuse("it has no user_code"))?;
        // v1 endpoints and AD FS say verification_url
        let uri = members.text("verification_uri").or_else(|| members.text("verification_url"));
        let uri = uri.ok_or_else(|| refuse("it has no verification_uri"))?;
        match Url::parse(uri.trim()) {
            Ok(url) if matches!(url.scheme(), "https" | "http") => {}
            _ => return Err(refuse("verification_uri is not a web address")),
        }
        let (user_code, verification_uri) = (printable(user_code.trim()), printable(uri.trim()));
        let message = members.text("message").map(|text| printable(&text)).filter(|text| !text.is_empty());
        let lifetime = members.seconds("expires_in").unwrap_or(DEFAULT_LIFETIME);
        let asked = members.seconds("interval").unwrap_or(DEFAULT_INTERVAL);
        Ok(Self {
            message: message.unwrap_or_else(|| {
                format!(
                    "To sign in, open {verification_uri} in a web browser and enter the code {user_code}."
                )
            }),
            device_code,
            user_code,
            verification_uri,
            expires_in: whole_seconds(lifetime.min(MAX_LIFETIME)),
            interval: interval(asked, loopback),
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
    fn an_optional_member_of_another_type_counts_as_absent() {
        for members in [
            r#""expires_in":null,"interval":null,"message":null"#,
            r#""expires_in":{},"interval":"soon","message":[7]"#,
            r#""expires_in":[],"interval":false,"message":" ""#,
            r#""x":1"#,
        ] {
            let body = format!(
                "{{\"device_code\":\"d\",\"user_code\":123456,\"verification_uri\":\" https://x/ \",{members}}}"
            );
            let authorization = read(&body).expect(&body);
            assert_eq!(authorization.interval, Duration::from_secs(5));
            assert_eq!(authorization.expires_in, Duration::from_secs(900));
            assert_eq!(authorization.user_code, "123456");
            assert!(authorization.message.contains("open https://x/ in"), "{}", authorization.message);
        }
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
                "it has no",
            ),
            (
                r#"{"device_code":"d","user_code":" ","verification_uri":"https://x","expires_in":1}"#,
                "it has no",
            ),
            (
                r#"{"device_code":"d","user_code":"A","verification_uri":"javascript:x","expires_in":1}"#,
                "web address",
            ),
            (r#"{"device_code":"d","user_code":"A","verification_uri":"x","expires_in":1}"#, "web address"),
            (r#"{"device_code":"d","user_code":"A","expires_in":1}"#, "no verification_uri"),
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
        ] {
            let error = read(body).expect_err(body);
            assert!(error.message.contains(expected), "{error}");
        }
    }
}
