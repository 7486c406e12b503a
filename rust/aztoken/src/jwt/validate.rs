//! Validates a token: a pure function of the token, the keys, the expected values and the time.

use std::time::Duration;

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::base64url;
use super::compact::{Compact, malformed};
use super::decode::{Token, object};
use super::expect::Expectations;
use super::issuer;
use super::jwk::{Jwk, KeySet, RsaKey};
use super::report::{CheckName, Finding, ValidationReport};
use crate::error::Result;
use crate::params::{claim, jose};
use crate::text::printable;

/// Validates a token. Never fails: the checks of the report say what is wrong with the token.
///
/// Keys that the token itself names (`jku`, `jwk`, `x5u`, `x5c`) are never used.
pub fn validate(token: &str, keys: &KeySet, expected: &Expectations) -> ValidationReport {
    let pinned = expected.pinned();
    let parsed = match ParsedToken::read(token) {
        Ok(parsed) => parsed,
        Err(error) => {
            let found = vec![(CheckName::Format, Finding::Failed(error.message.clone()))];
            return ValidationReport::of(found, pinned, "the token can't be read.");
        }
    };
    let mut found = vec![(CheckName::Format, parsed.check_format())];
    if parsed.compact.encrypted {
        return parsed.describe(ValidationReport::of(found, pinned, "the token is encrypted."), token);
    }
    let critical = parsed.header.contains_key(jose::CRITICAL);
    if !critical {
        found.extend(parsed.check_signature(keys, &expected.algorithms));
    }
    if let Ok(claims) = &parsed.claims {
        found.extend([
            (CheckName::Issuer, expected.issuer(claims)),
            (CheckName::Audience, expected.audience(claims)),
            (CheckName::NotBefore, expected.not_before(claims)),
            (CheckName::Expires, expected.expires(claims)),
            (CheckName::IssuedAt, expected.issued_at(claims)),
        ]);
    }
    let skipped = if critical {
        "the header requires an unsupported extension (crit)."
    } else {
        "an earlier check failed."
    };
    parsed.describe(ValidationReport::of(found, pinned, skipped), token)
}

/// The key that a token is signed with.
pub(crate) struct KeyHint {
    /// Its ID, if the token names one.
    pub(crate) kid: Option<String>,
    /// Whether the token has version 1.0.
    pub(crate) version1: bool,
}

/// The key that is needed to validate a token. `None` if no key can make the token valid: it is encrypted, or not signed
/// with an accepted algorithm.
pub(crate) fn needed_key(token: &str, accepted: &[Algorithm]) -> Option<KeyHint> {
    let parsed = ParsedToken::read(token).ok()?;
    let usable = !parsed.compact.encrypted && !parsed.header.contains_key(jose::CRITICAL);
    parsed.algorithm(accepted).ok().filter(|_| usable)?;
    let version1 = parsed.claims.as_ref().is_ok_and(|claims| text(claims, claim::VERSION) == Some("1.0"));
    Some(KeyHint { kid: text(&parsed.header, jose::KEY_ID).map(str::to_owned), version1 })
}

/// A token whose header could be read.
struct ParsedToken<'a> {
    compact: Compact<'a>,
    header: Map<String, Value>,
    claims: Result<Map<String, Value>>,
    signature: Vec<u8>,
}

impl<'a> ParsedToken<'a> {
    fn read(token: &'a str) -> Result<Self> {
        let compact = Compact::split(token)?;
        let header = object("header", compact.header, 0)?;
        let claims = object("payload", compact.payload, compact.payload_offset());
        let signature = base64url::decode(compact.signature)
            .map_err(|fault| malformed(&fault.moved(compact.signature_offset())))?;
        Ok(Self { compact, header, claims, signature })
    }

    fn check_format(&self) -> Finding {
        if self.compact.encrypted {
            return Finding::Failed(
                "The token is encrypted for its resource; only that resource can read it.".to_owned(),
            );
        }
        if self.header.contains_key(jose::CRITICAL) {
            let problem = "The header requires an unsupported extension (crit, RFC 7515 section 4.1.11).";
            return Finding::Failed(problem.to_owned());
        }
        match &self.claims {
            Ok(_) => Finding::Passed("A signed token with readable header and claims.".to_owned()),
            Err(error) => Finding::Failed(error.message.clone()),
        }
    }

    fn algorithm(&self, accepted: &[Algorithm]) -> std::result::Result<Algorithm, String> {
        match text(&self.header, jose::ALGORITHM) {
            Some(name) => Algorithm::accept(name, accepted),
            None => Err("The header has no algorithm (alg).".to_owned()),
        }
    }

    /// The checks of algorithm, key and signature, up to the first that fails.
    fn check_signature(&self, keys: &KeySet, accepted: &[Algorithm]) -> Vec<(CheckName, Finding)> {
        let algorithm = match self.algorithm(accepted) {
            Ok(algorithm) => algorithm,
            Err(problem) => return vec![(CheckName::Algorithm, Finding::Failed(problem))],
        };
        let mut found = vec![(CheckName::Algorithm, Finding::Passed(format!("{algorithm} is accepted.")))];
        match self.fitting_keys(keys, algorithm) {
            Err(problem) => found.push((CheckName::Key, Finding::Failed(problem))),
            Ok(fitting) => {
                let bits: Vec<String> = fitting.iter().map(|key| key.bits().to_string()).collect();
                let detail = format!("RSA key of {} bits.{}", bits.join(" and "), self.ignored_keys());
                found.push((CheckName::Key, Finding::Passed(detail)));
                found.push((CheckName::Signature, self.verify(&fitting, algorithm)));
            }
        }
        found
    }

    /// The keys that the token means and that may sign for its issuer, or why there is none.
    fn fitting_keys(&self, keys: &KeySet, algorithm: Algorithm) -> std::result::Result<Vec<RsaKey>, String> {
        let kid = match self.header.get(jose::KEY_ID) {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err("The header's kid is not a string.".to_owned()),
        };
        let candidates = keys.candidates(kid);
        let mut problem = match kid {
            _ if keys.is_empty() => "The key set is empty.".to_owned(),
            Some(_) => format!(
                "None of the issuer's {} keys has the token's key ID (kid).{}",
                keys.len(),
                self.ignored_keys()
            ),
            None => format!("The token has no key ID (kid), and the issuer has {} keys.", keys.len()),
        };
        let mut fitting = Vec::new();
        for candidate in candidates {
            match candidate
                .for_algorithm(algorithm)
                .and_then(|key| self.check_key_issuer(candidate).map(|()| key))
            {
                Ok(key) => fitting.push(key),
                Err(why) => problem = format!("The key {why}"),
            }
        }
        if fitting.is_empty() { Err(problem) } else { Ok(fitting) }
    }

    /// Microsoft, "Access tokens in the Microsoft identity platform", "Validate the signing key issuer".
    fn check_key_issuer(&self, key: &Jwk) -> std::result::Result<(), String> {
        let Some(key_issuer) = key.issuer() else { return Ok(()) };
        let claims = self.claims.as_ref().ok();
        if claims.is_some_and(|claims| issuer::key_may_sign(key_issuer, claims)) {
            return Ok(());
        }
        Err(format!("signs for another issuer: {}.", printable(key_issuer)))
    }

    fn verify(&self, keys: &[RsaKey], algorithm: Algorithm) -> Finding {
        if self.signature.is_empty() {
            return Finding::Failed("The token has no signature.".to_owned());
        }
        let message = self.compact.signing_input.as_bytes();
        if keys.iter().any(|key| key.verifies(algorithm, message, &self.signature)) {
            return Finding::Passed("Signed with this key and unchanged since.".to_owned());
        }
        if self.header.contains_key(jose::NONCE) {
            let why = "Can't be verified here: the header has a nonce, as in tokens for Microsoft Graph and SharePoint. \
                       Only they can verify such a token.";
            return Finding::Skipped(why.to_owned());
        }
        Finding::Failed(
            "The signature doesn't match: the token was signed with another key, or changed.".to_owned(),
        )
    }

    /// A note about keys in the token's own header, which are ignored.
    fn ignored_keys(&self) -> String {
        let named: Vec<&str> =
            jose::OWN_KEYS.into_iter().filter(|name| self.header.contains_key(*name)).collect();
        if named.is_empty() {
            return String::new();
        }
        format!(" The key in the token's own header ({}) is never used.", named.join(", "))
    }

    /// Adds the token's own names for key, algorithm and issuer.
    fn describe(&self, mut report: ValidationReport, token: &str) -> ValidationReport {
        report.kind = Token::decode(token).ok().map(|token| token.kind());
        report.kid = text(&self.header, jose::KEY_ID).map(printable);
        report.algorithm = text(&self.header, jose::ALGORITHM).map(printable);
        let claims = self.claims.as_ref().ok();
        report.issuer = claims.and_then(|claims| text(claims, claim::ISSUER)).map(printable);
        report
    }
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name).and_then(Value::as_str)
}

/// The default clock skew (Microsoft, "Access tokens", "Validate tokens").
pub const DEFAULT_SKEW: Duration = Duration::from_secs(300);
