//! What a token's claims are compared with (RFC 7519 section 4.1; Microsoft, "Access tokens", "Validate tokens").

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::verification::Finding;
use crate::params::claim;
use crate::token::printable;

/// What the metadata of an authority for many tenants has in place of the tenant's GUID.
const TENANT_TEMPLATE: &str = "{tenantid}";
/// 9999-12-31T23:59:59Z: later is no date.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// What a good token must have.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// Algorithms that are accepted.
    pub algorithms: Vec<Algorithm>,
    /// Resources, one of which it must be for; if there are none, it isn't checked.
    pub audience: Vec<String>,
    /// Issuers, one of which it must be from, as they are or with `{tenantid}`; if there are none, it isn't checked.
    pub issuers: Vec<String>,
    /// How far clocks may differ.
    pub skew: Duration,
    /// The time, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
}

impl Expectations {
    /// RS256, the usual skew, and neither audience nor issuer.
    pub fn at(now: i64) -> Self {
        Self {
            algorithms: vec![Algorithm::Rs256],
            audience: Vec::new(),
            issuers: Vec::new(),
            skew: super::DEFAULT_SKEW,
            now,
        }
    }

    pub(super) fn issuer(&self, claims: &Map<String, Value>) -> Finding {
        if self.issuers.is_empty() {
            return Finding::Skipped("Not checked: there is no authority to compare with.".to_owned());
        }
        let Some(issuer) = claims.get(claim::ISSUER).and_then(Value::as_str) else {
            return Finding::Failed("The token names no issuer (iss).".to_owned());
        };
        if self.issuers.iter().any(|template| matches(template, claims)) {
            return Finding::Passed(format!("From {}, as expected.", printable(issuer)));
        }
        let expected = self.issuers.join(" or ");
        Finding::Failed(format!("From {}, expected was {expected}.", printable(issuer)))
    }

    pub(super) fn audience(&self, claims: &Map<String, Value>) -> Finding {
        let named: Vec<&str> = match claims.get(claim::AUDIENCE) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if self.audience.is_empty() {
            return Finding::Skipped("Not checked: no audience was given.".to_owned());
        }
        if named.is_empty() {
            return Finding::Failed("The token names no audience (aud).".to_owned());
        }
        let shown = printable(&named.join(", "));
        if named.iter().any(|name| self.audience.iter().any(|expected| is_same_audience(name, expected))) {
            return Finding::Passed(format!("For {shown}, as expected."));
        }
        let expected = self.audience.join(" or ");
        if named.iter().all(|name| is_guid(name)) {
            return Finding::Failed(format!(
                "The audience is {shown}; expected {expected}. A v2.0 token names its API by the API's application ID."
            ));
        }
        Finding::Failed(format!("The audience is {shown}; expected {expected}."))
    }

    pub(super) fn not_before(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::NOT_BEFORE) {
            Time::Absent => Finding::Skipped("Not checked: the token has no nbf.".to_owned()),
            Time::Unusable => unusable(claim::NOT_BEFORE),
            Time::At(second) if self.ahead(second) > self.skew() => {
                Finding::Failed(format!("Valid only from {}, in {}.", date(second), span(self.ahead(second))))
            }
            Time::At(second) => Finding::Passed(format!("Valid since {}.", date(second))),
        }
    }

    /// A token without an end would be good for ever: that is none of Entra's.
    pub(super) fn expires(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::EXPIRES) {
            Time::Absent => Finding::Failed("The token has no end (exp).".to_owned()),
            Time::Unusable => unusable(claim::EXPIRES),
            Time::At(second) if -self.ahead(second) >= self.skew() => {
                Finding::Failed(format!("Expired {} ago, at {}.", span(-self.ahead(second)), date(second)))
            }
            Time::At(second) if self.ahead(second) <= 0.0 => {
                Finding::Passed(format!("Expired at {}, within the skew of clocks.", date(second)))
            }
            Time::At(second) => Finding::Passed(format!(
                "Valid until {}, for {} more.",
                date(second),
                span(self.ahead(second))
            )),
        }
    }

    pub(super) fn issued_at(&self, claims: &Map<String, Value>) -> Finding {
        match time(claims, claim::ISSUED_AT) {
            Time::Absent => Finding::Skipped("Not checked: the token has no iat.".to_owned()),
            Time::Unusable => unusable(claim::ISSUED_AT),
            Time::At(second) if self.ahead(second) > self.skew() => {
                let problem = "Issued in the future, at";
                Finding::Failed(format!("{problem} {}: in {}.", date(second), span(self.ahead(second))))
            }
            Time::At(second) => Finding::Passed(format!("Issued at {}.", date(second))),
        }
    }

    /// Seconds from now until a moment.
    #[allow(clippy::cast_precision_loss)] // exact until the year 285,000,000
    fn ahead(&self, second: f64) -> f64 {
        second - self.now as f64
    }

    fn skew(&self) -> f64 {
        self.skew.as_secs_f64()
    }
}

/// Whether a token's issuer is this one, or this one with the token's own tenant in place of `{tenantid}`.
pub(super) fn matches(template: &str, claims: &Map<String, Value>) -> bool {
    let text = |name| claims.get(name).and_then(Value::as_str);
    let Some(issuer) = text(claim::ISSUER) else { return false };
    if !template.contains(TENANT_TEMPLATE) {
        return issuer == template;
    }
    // `tid` stands in the middle of an address, so it must be a GUID and nothing else.
    text(claim::TENANT_ID)
        .filter(|tenant| is_guid(tenant))
        .is_some_and(|tenant| issuer == template.replace(TENANT_TEMPLATE, tenant))
}

/// Whether two audiences are the same app. A v1.0 token names the app by the URI that was requested, `api://{id}`, and a v2.0
/// token by its application ID alone (Microsoft, "Access token claims reference").
fn is_same_audience(one: &str, other: &str) -> bool {
    let application = |audience: &str| {
        let id = audience.strip_prefix("api://").unwrap_or(audience);
        is_guid(id).then(|| id.to_ascii_lowercase())
    };
    one == other || application(one).is_some_and(|id| application(other) == Some(id))
}

/// 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// A `NumericDate` (RFC 7519 section 2).
enum Time {
    Absent,
    /// Not a number, or no date.
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
    Finding::Failed(format!("{name} is no time in seconds since 1970."))
}

/// A moment as HTTP writes it (RFC 9110 section 5.6.7).
fn date(second: f64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs_f64(second.clamp(0.0, LAST_SECOND)))
}

/// A length of time in its largest unit, rounded down.
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

    #[test]
    fn only_a_guid_takes_the_tenants_place() {
        let template = "https://login.contoso.com/{tenantid}/v2.0";
        let guid = "00000000-0000-0000-0000-00000000000a";
        for (tenant, matched) in [
            (guid, true),
            ("contoso.com", false),
            ("", false),
            ("..", false),
            ("{tenantid}", false),
            ("urn:uuid:00000000-0000-0000-0000-00000000000a", false),
            ("0000000000000000000000000000000a", false),
        ] {
            let issuer = template.replace("{tenantid}", tenant);
            let claims = serde_json::json!({ "iss": issuer, "tid": tenant });
            assert_eq!(matches(template, claims.as_object().expect("an object")), matched, "{tenant}");
        }
        let other =
            serde_json::json!({ "iss": template.replace("{tenantid}", guid), "tid": guid.replace('a', "b") });
        assert!(!matches(template, other.as_object().expect("an object")));
    }
}
