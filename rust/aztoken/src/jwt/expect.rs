//! The values that a token's claims are compared with (RFC 7519 section 4.1; Microsoft, "Access tokens", "Validate tokens").

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::issuer;
use super::report::{Finding, Pinned};
use crate::params::claim;
use crate::text::printable;

/// 9999-12-31T23:59:59Z, the last moment that can be written as a date.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// What a valid token must have.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// Accepted signature algorithms.
    pub algorithms: Vec<Algorithm>,
    /// Accepted audiences. Empty: the audience isn't checked.
    pub audience: Vec<String>,
    /// Accepted issuers; `{tenantid}` stands for the token's own tenant. Empty: the issuer isn't checked.
    pub issuers: Vec<String>,
    /// Allowed difference between clocks.
    pub skew: Duration,
    /// The time, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
}

impl Expectations {
    /// RS256 and the default clock skew; neither audience nor issuer is checked.
    pub fn at(now: i64) -> Self {
        Self {
            algorithms: vec![Algorithm::Rs256],
            audience: Vec::new(),
            issuers: Vec::new(),
            skew: super::DEFAULT_SKEW,
            now,
        }
    }

    /// Whether one tenant and one or more audiences are expected.
    pub(super) fn pinned(&self) -> Pinned {
        let tenant =
            !self.issuers.is_empty() && !self.issuers.iter().any(|issuer| issuer::is_template(issuer));
        Pinned { tenant, audience: !self.audience.is_empty() }
    }

    pub(super) fn issuer(&self, claims: &Map<String, Value>) -> Finding {
        if self.issuers.is_empty() {
            return Finding::Skipped("Not checked: no `authority` or `tenant` to compare with.".to_owned());
        }
        let Some(issuer) = claims.get(claim::ISSUER).and_then(Value::as_str) else {
            return Finding::Failed("The token has no issuer (iss).".to_owned());
        };
        let shown = printable(issuer);
        if self.issuers.iter().any(|template| issuer::matches(template, claims)) {
            return Finding::Passed(format!("The issuer is {shown}, as expected."));
        }
        Finding::Failed(format!("The issuer is {shown}; expected {}.", self.issuers.join(" or ")))
    }

    pub(super) fn audience(&self, claims: &Map<String, Value>) -> Finding {
        let named: Vec<&str> = match claims.get(claim::AUDIENCE) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if self.audience.is_empty() {
            return Finding::Skipped("Not checked: no `audience` to compare with.".to_owned());
        }
        if named.is_empty() {
            return Finding::Failed("The token has no audience (aud).".to_owned());
        }
        let shown = printable(&named.join(", "));
        let expected = self.audience.join(" or ");
        if named.iter().any(|name| self.audience.iter().any(|expected| is_same_audience(name, expected))) {
            return Finding::Passed(format!("The audience is {shown}, as expected."));
        }
        if named.iter().all(|name| issuer::is_guid(name)) {
            return Finding::Failed(format!(
                "The audience is {shown}; expected {expected}. A v2.0 token names its API by the API's application ID."
            ));
        }
        Finding::Failed(format!("The audience is {shown}; expected {expected}."))
    }

    pub(super) fn not_before(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::NOT_BEFORE) {
            Time::Absent => Finding::Skipped("Not checked: the token has no start time (nbf).".to_owned()),
            Time::Unusable => unusable(claim::NOT_BEFORE),
            Time::At(second) if self.ahead(second) > self.skew() => {
                let wait = span(self.ahead(second));
                Finding::Failed(format!("Not yet valid: starts at {}, in {wait}.", date(second)))
            }
            Time::At(second) => Finding::Passed(format!("Valid since {}.", date(second))),
        }
    }

    /// A token without an expiry would be valid for ever; Entra issues none.
    pub(super) fn expires(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::EXPIRES) {
            Time::Absent => Finding::Failed("The token has no expiry (exp).".to_owned()),
            Time::Unusable => unusable(claim::EXPIRES),
            Time::At(second) if -self.ahead(second) >= self.skew() => {
                let ago = span(-self.ahead(second));
                Finding::Failed(format!("Expired at {}, {ago} ago.", date(second)))
            }
            Time::At(second) if self.ahead(second) <= 0.0 => {
                Finding::Passed(format!("Expired at {}, within the allowed clock skew.", date(second)))
            }
            Time::At(second) => {
                Finding::Passed(format!("Expires at {}, in {}.", date(second), span(self.ahead(second))))
            }
        }
    }

    pub(super) fn issued_at(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::ISSUED_AT) {
            Time::Absent => Finding::Skipped("Not checked: the token has no issue time (iat).".to_owned()),
            Time::Unusable => unusable(claim::ISSUED_AT),
            Time::At(second) if self.ahead(second) > self.skew() => {
                let wait = span(self.ahead(second));
                Finding::Failed(format!("Issued in the future: at {}, in {wait}.", date(second)))
            }
            Time::At(second) => Finding::Passed(format!("Issued at {}.", date(second))),
        }
    }

    /// Seconds from now until a time.
    #[allow(clippy::cast_precision_loss)] // exact until the year 285,000,000
    fn ahead(&self, second: f64) -> f64 {
        second - self.now as f64
    }

    fn skew(&self) -> f64 {
        self.skew.as_secs_f64()
    }
}

/// Whether two audiences are the same app. A v1.0 token names the app by the URI that was requested, `api://{id}`, and a v2.0
/// token by its application ID alone (Microsoft, "Access token claims reference").
fn is_same_audience<'a>(one: &'a str, other: &'a str) -> bool {
    let application = |audience: &str| {
        let id = audience.strip_prefix("api://").unwrap_or(audience);
        issuer::is_guid(id).then(|| id.to_ascii_lowercase())
    };
    // One slash at the end makes no difference to Microsoft's own validation library either.
    let without_slash = |audience: &'a str| audience.strip_suffix('/').unwrap_or(audience);
    without_slash(one) == without_slash(other)
        || application(one).is_some_and(|id| application(other) == Some(id))
}

/// A `NumericDate` (RFC 7519 section 2).
enum Time {
    Absent,
    /// Not a number, or outside the range of dates.
    Unusable,
    At(f64),
}

fn time(claims: &Map<String, Value>, name: &str) -> Time {
    match claims.get(name) {
        None => Time::Absent,
        Some(value) => match value.as_f64() {
            Some(second) if (0.0..=LAST_SECOND).contains(&second) => Time::At(second),
            _ => Time::Unusable,
        },
    }
}

fn unusable(name: &str) -> Finding {
    Finding::Failed(format!("{name} is not a time in seconds since 1970."))
}

/// A time as HTTP writes it (RFC 9110 section 5.6.7).
fn date(second: f64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs_f64(second.clamp(0.0, LAST_SECOND)))
}

/// A duration in its largest unit, rounded down.
fn span(seconds: f64) -> String {
    let (count, unit) = match seconds {
        ..120.0 => (seconds, "second"),
        ..7_200.0 => (seconds / 60.0, "minute"),
        ..172_800.0 => (seconds / 3_600.0, "hour"),
        _ => (seconds / 86_400.0, "day"),
    };
    let count = count.floor();
    format!("{count} {unit}{}", if (count - 1.0).abs() < 0.5 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        for (seconds, expected) in [
            (0.0, "0 seconds"),
            (1.0, "1 second"),
            (119.9, "119 seconds"),
            (120.0, "2 minutes"),
            (7_199.0, "119 minutes"),
            (7_200.0, "2 hours"),
            (200_000.0, "2 days"),
        ] {
            assert_eq!(span(seconds), expected);
        }
    }

    #[test]
    fn both_forms_of_an_apps_own_audience_are_the_same() {
        let id = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
        let other = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d94";
        let uri = format!("api://{id}");
        for (named, expected, passes) in [
            (id, uri.as_str(), true),
            (uri.as_str(), id, true),
            (id, &uri.to_ascii_uppercase().replace("API", "api"), true),
            (id, &format!("api://{other}"), false),
            (id, &format!("{uri}/"), false),
            ("api://my-api", "my-api", false),
            (id, &format!("https://{id}"), false),
        ] {
            let expectations = Expectations { audience: vec![expected.to_owned()], ..Expectations::at(0) };
            let claims = Map::from_iter([(claim::AUDIENCE.to_owned(), Value::from(named))]);
            let found = expectations.audience(&claims);
            assert_eq!(matches!(found, Finding::Passed(_)), passes, "{named} and {expected}");
        }
        let expectations = Expectations { audience: vec!["api://my-api".to_owned()], ..Expectations::at(0) };
        let claims = Map::from_iter([(claim::AUDIENCE.to_owned(), Value::from(id))]);
        let Finding::Failed(why) = expectations.audience(&claims) else { panic!("another audience") };
        assert!(why.contains("application ID"), "{why}");
    }
}
