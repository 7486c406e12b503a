//! Validates an ID token that came through the browser (`OpenID` Connect Core sections 3.2.2.11 and 3.3.2.12).

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::discovery::Version;
use crate::error::{Error, ErrorKind, Result};
use crate::io::Io;
use crate::jwt::{Expectations, Token, ValidationReport, base64url, needed_key, validate};
use crate::params::claim;
use crate::request::ResolvedRequest;

/// The values in the same response that the ID token must be bound to by hashes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct BoundValues<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) access_token: Option<&'a str>,
}

/// The claims of an ID token with a valid signature, issuer, audience, lifetime and nonce, which is bound to the code and
/// access token of the same response.
pub(crate) async fn check(
    io: &Io,
    resolved: &ResolvedRequest,
    id_token: &str,
    nonce: &str,
    bound: BoundValues<'_>,
) -> Result<Map<String, Value>> {
    let client_id = resolved.client_id.as_str();
    let metadata = io.discovery().metadata(&resolved.authority, Version::V2, Some(client_id)).await?;
    let expected = Expectations {
        audience: vec![client_id.to_owned()],
        issuers: vec![metadata.issuer.clone()],
        ..Expectations::at(io.clock().unix_now())
    };
    let kid = needed_key(id_token, &expected.algorithms).and_then(|key| key.kid);
    let keys = io.discovery().keys(&metadata.jwks_uri, kid.as_deref()).await?;
    let report = validate(id_token, &keys, &expected);
    if !report.valid {
        return Err(refused(&reason(&report)));
    }
    let claims = Token::decode(id_token)?.claims();
    check_claims(&claims, nonce, bound)?;
    Ok(claims)
}

/// Checks that a valid token belongs to this sign-in. `c_hash` and `at_hash` are required when the same response has a code
/// or an access token (`OpenID` Connect Core sections 3.2.2.10 and 3.3.2.11).
fn check_claims(claims: &Map<String, Value>, nonce: &str, bound: BoundValues<'_>) -> Result<()> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text(claim::NONCE) != Some(nonce) {
        return Err(refused("it belongs to another sign-in (nonce)."));
    }
    for (name, value, what) in [
        (claim::CODE_HASH, bound.code, "code"),
        (claim::ACCESS_TOKEN_HASH, bound.access_token, "access token"),
    ] {
        let Some(value) = value else { continue };
        match text(name) {
            Some(hash) if hash == half_hash(value) => {}
            Some(_) => return Err(refused(&format!("it belongs to another {what} ({name})."))),
            None => {
                return Err(refused(&format!("it isn't bound to the {what} beside it: {name} is missing.")));
            }
        }
    }
    Ok(())
}

/// The left half of the hash that the token's signature uses, SHA-256 for RS256 (`OpenID` Connect Core section 3.1.3.6).
fn half_hash(value: &str) -> String {
    base64url::encode(&Sha256::digest(value)[..16])
}

/// The detail of the first check that failed, or of a required one that was skipped.
fn reason(report: &ValidationReport) -> String {
    let failed = report.checks.iter().find(|check| check.passed == Some(false));
    let skipped = || report.checks.iter().find(|check| check.passed.is_none());
    failed.or_else(skipped).map_or_else(String::new, |check| check.detail.clone())
}

fn refused(reason: &str) -> Error {
    let message = format!("The ID token of the sign-in is not valid: {reason}");
    Error::new(ErrorKind::Protocol, "invalid_id_token", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hashes_are_those_of_the_specification() {
        // OpenID Connect Core 1.0, appendix A.4 and A.6.
        assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }

    #[test]
    fn a_token_of_another_sign_in_is_refused() {
        let claims = |claims: Value| claims.as_object().cloned().expect("an object");
        let both = BoundValues { code: Some("code"), access_token: Some("token") };
        let good = json!({ "nonce": "n", "c_hash": half_hash("code"), "at_hash": half_hash("token") });
        check_claims(&claims(good.clone()), "n", both).expect("good");
        check_claims(&claims(json!({ "nonce": "n" })), "n", BoundValues::default()).expect("nothing to bind");
        check_claims(&claims(good.clone()), "n", BoundValues::default()).expect("unused hashes");
        for (name, value, words) in [
            ("nonce", json!("other"), "another sign-in"),
            ("nonce", json!(null), "another sign-in"),
            ("c_hash", json!(half_hash("token")), "another code"),
            ("c_hash", json!(7), "c_hash is missing"),
            ("c_hash", json!(null), "c_hash is missing"),
            ("at_hash", json!(null), "at_hash is missing"),
            ("at_hash", json!(half_hash("code")), "another access token"),
        ] {
            let mut changed = claims(good.clone());
            changed.insert(name.to_owned(), value);
            let error = check_claims(&changed, "n", both).expect_err(name);
            assert!(error.message.contains(words), "{error}");
            assert_eq!(error.error, "invalid_id_token");
        }
        assert!(check_claims(&claims(json!({})), "n", both).is_err());
    }
}
