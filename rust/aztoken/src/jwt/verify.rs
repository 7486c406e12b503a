//! Whether a token is good: a pure function of the token, the keys, what is expected, and the time.

use std::time::Duration;

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::base64url;
use super::compact::{Compact, malformed};
use super::decode::{Token, object};
use super::expect::{self, Expectations};
use super::jwk::{Jwk, KeySet, RsaKey};
use super::verification::{CheckName, Finding, Verification};
use crate::error::Result;
use crate::params::{claim, jose};
use crate::token::printable;

/// Checks a token. Never fails: what is wrong with the token stands in the checks.
///
/// Keys that the token itself names (`jku`, `jwk`, `x5u`, `x5c`) are never used.
pub fn verify(token: &str, keys: &KeySet, expected: &Expectations) -> Verification {
    let signed = match Signed::read(token) {
        Ok(signed) => signed,
        Err(error) => {
            let found = vec![(CheckName::Format, Finding::Failed(error.message.clone()))];
            return Verification::of(found, "the token can't be read.");
        }
    };
    let mut found = vec![(CheckName::Format, signed.format())];
    if signed.compact.encrypted {
        return signed.name(Verification::of(found, "the token is encrypted."), token);
    }
    let critical = signed.header.contains_key(jose::CRITICAL);
    if !critical {
        found.extend(signed.proof(keys, &expected.algorithms));
    }
    if let Ok(claims) = &signed.claims {
        found.extend([
            (CheckName::Issuer, expected.issuer(claims)),
            (CheckName::Audience, expected.audience(claims)),
            (CheckName::NotBefore, expected.not_before(claims)),
            (CheckName::Expires, expected.expires(claims)),
            (CheckName::IssuedAt, expected.issued_at(claims)),
        ]);
    }
    let skipped =
        if critical { "the header demands what is not known here." } else { "an earlier check failed." };
    signed.name(Verification::of(found, skipped), token)
}

/// Whether keys can decide about a token: it is signed, by an accepted algorithm. Also gives the key's ID, and
/// whether it is of version 1.0.
pub(crate) fn needs_key(token: &str, accepted: &[Algorithm]) -> Option<(Option<String>, bool)> {
    let signed = Signed::read(token).ok()?;
    let usable = !signed.compact.encrypted && !signed.header.contains_key(jose::CRITICAL);
    signed.algorithm(accepted).ok().filter(|_| usable)?;
    let version1 = signed.claims.as_ref().is_ok_and(|claims| text(claims, claim::VERSION) == Some("1.0"));
    Some((text(&signed.header, jose::KEY_ID).map(str::to_owned), version1))
}

/// A token whose header could be read.
struct Signed<'a> {
    compact: Compact<'a>,
    header: Map<String, Value>,
    claims: Result<Map<String, Value>>,
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    fn read(token: &'a str) -> Result<Self> {
        let compact = Compact::split(token)?;
        let header = object("header", compact.header, 0)?;
        let claims = object("payload", compact.payload, compact.payload_offset());
        let signature = base64url::decode(compact.signature)
            .map_err(|fault| malformed(&fault.moved(compact.signature_offset())))?;
        Ok(Self { compact, header, claims, signature })
    }

    fn format(&self) -> Finding {
        if self.compact.encrypted {
            return Finding::Failed(
                "The token is encrypted for its resource; only that can read it.".to_owned(),
            );
        }
        if self.header.contains_key(jose::CRITICAL) {
            let problem = "The header has crit: it demands an extension, and none is known here (RFC 7515 section 4.1.11).";
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
            None => Err("The header names no algorithm (alg).".to_owned()),
        }
    }

    /// The checks of algorithm, key and signature, up to the first that fails.
    fn proof(&self, keys: &KeySet, accepted: &[Algorithm]) -> Vec<(CheckName, Finding)> {
        let algorithm = match self.algorithm(accepted) {
            Ok(algorithm) => algorithm,
            Err(problem) => return vec![(CheckName::Algorithm, Finding::Failed(problem))],
        };
        let mut found = vec![(CheckName::Algorithm, Finding::Passed(format!("{algorithm} is accepted.")))];
        match self.keys(keys, algorithm) {
            Err(problem) => found.push((CheckName::Key, Finding::Failed(problem))),
            Ok(fitting) => {
                let bits: Vec<String> = fitting.iter().map(|key| key.bits().to_string()).collect();
                let detail = format!("An RSA key of {} bits.{}", bits.join(" and "), self.own_keys());
                found.push((CheckName::Key, Finding::Passed(detail)));
                found.push((CheckName::Signature, self.signature(&fitting, algorithm)));
            }
        }
        found
    }

    /// The keys that the token means and that may sign for its issuer, or why there is none.
    fn keys(&self, keys: &KeySet, algorithm: Algorithm) -> std::result::Result<Vec<RsaKey>, String> {
        let kid = match self.header.get(jose::KEY_ID) {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err("The header's kid is not a string.".to_owned()),
        };
        let candidates = keys.candidates(kid);
        let mut problem = match kid {
            _ if keys.is_empty() => "There are no keys to verify with.".to_owned(),
            Some(_) => format!(
                "None of the {} keys of the issuer has the ID that the token names.{}",
                keys.len(),
                self.own_keys()
            ),
            None => format!("The token names no key (kid), and there are {}.", keys.len()),
        };
        let mut fitting = Vec::new();
        for candidate in candidates {
            match candidate.for_algorithm(algorithm).and_then(|key| self.may_sign(candidate).map(|()| key)) {
                Ok(key) => fitting.push(key),
                Err(why) => problem = format!("The key {why}"),
            }
        }
        if fitting.is_empty() { Err(problem) } else { Ok(fitting) }
    }

    /// Microsoft, "Access tokens in the Microsoft identity platform", "Validate the signing key issuer".
    fn may_sign(&self, key: &Jwk) -> std::result::Result<(), String> {
        let Some(template) = key.issuer() else { return Ok(()) };
        let claims = self.claims.as_ref().ok();
        if claims.is_some_and(|claims| expect::matches(template, claims)) {
            return Ok(());
        }
        Err("is limited to another issuer than the token's.".to_owned())
    }

    fn signature(&self, keys: &[RsaKey], algorithm: Algorithm) -> Finding {
        if self.signature.is_empty() {
            return Finding::Failed("There is no signature.".to_owned());
        }
        let message = self.compact.signing_input.as_bytes();
        if keys.iter().any(|key| key.verifies(algorithm, message, &self.signature)) {
            return Finding::Passed("Signed with the key, and unchanged since.".to_owned());
        }
        if self.header.contains_key(jose::NONCE) {
            let why = "Can't be verified by others: the header has a nonce, as Microsoft Graph and SharePoint have it, \
                       and only they can verify such a token. Send it to them to see whether it is good.";
            return Finding::Skipped(why.to_owned());
        }
        Finding::Failed("Not signed with this key, or changed since.".to_owned())
    }

    /// Says that keys in the header were seen and not used.
    fn own_keys(&self) -> String {
        let named: Vec<&str> =
            jose::OWN_KEYS.into_iter().filter(|name| self.header.contains_key(*name)).collect();
        if named.is_empty() {
            return String::new();
        }
        format!(" The token brings its own key ({}), which is never used.", named.join(", "))
    }

    /// Adds what the token says of itself.
    fn name(&self, mut verification: Verification, token: &str) -> Verification {
        verification.kind = Token::decode(token).ok().map(|token| token.kind());
        verification.kid = text(&self.header, jose::KEY_ID).map(printable);
        verification.algorithm = text(&self.header, jose::ALGORITHM).map(printable);
        let claims = self.claims.as_ref().ok();
        verification.issuer = claims.and_then(|claims| text(claims, claim::ISSUER)).map(printable);
        verification
    }
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name).and_then(Value::as_str)
}

/// The skew of clocks that is allowed for unless another one is given (Microsoft, "Access tokens", "Validate tokens").
pub const DEFAULT_SKEW: Duration = Duration::from_secs(300);
