//! Whether an ID token that came through the browser is the answer to what was asked (`OpenID` Connect Core sections
//! 3.2.2.11 and 3.3.2.12).

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::discovery::Version;
use crate::error::{Error, ErrorKind, Result};
use crate::io::Io;
use crate::jwt::{Expectations, Token, Verification, base64url, needs_key, verify};
use crate::params::claim;
use crate::request::ResolvedRequest;

/// What came with the ID token.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct IssuedBeside<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) access_token: Option<&'a str>,
}

/// The claims of an ID token whose signature, issuer, audience, times and nonce are right, and which goes with what came
/// beside it.
pub(crate) async fn check(
    io: &Io,
    resolved: &ResolvedRequest,
    id_token: &str,
    nonce: &str,
    beside: IssuedBeside<'_>,
) -> Result<Map<String, Value>> {
    let client_id = resolved.client_id.as_str();
    let metadata = io.discovery().metadata(&resolved.authority, Version::V2, Some(client_id)).await?;
    let expected = Expectations {
        audience: vec![client_id.to_owned()],
        issuers: vec![metadata.issuer.clone()],
        ..Expectations::at(io.clock().unix_now())
    };
    let kid = needs_key(id_token, &expected.algorithms).and_then(|(kid, _)| kid);
    let keys = io.discovery().keys(&metadata.jwks_uri, kid.as_deref()).await?;
    let verification = verify(id_token, &keys, &expected);
    if !verification.valid {
        return Err(refused(&why(&verification)));
    }
    let claims = Token::decode(id_token)?.claims();
    check_claims(&claims, nonce, beside)?;
    Ok(claims)
}

/// What a good token of the right issuer still has to be: this sign-in's.
fn check_claims(claims: &Map<String, Value>, nonce: &str, beside: IssuedBeside<'_>) -> Result<()> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text(claim::NONCE) != Some(nonce) {
        return Err(refused("it is of another sign-in: its nonce is not the one that was sent."));
    }
    for (name, value, what) in [
        (claim::CODE_HASH, beside.code, "code"),
        (claim::ACCESS_TOKEN_HASH, beside.access_token, "access token"),
    ] {
        if let (Some(value), Some(hash)) = (value, claims.get(name))
            && hash.as_str() != Some(&half_hash(value))
        {
            return Err(refused(&format!(
                "it goes with another {what}: {name} is not the hash of this one."
            )));
        }
    }
    Ok(())
}

/// `OpenID` Connect Core section 3.1.3.6: the left half of the hash, by the algorithm of the token's signature (RS256).
fn half_hash(value: &str) -> String {
    base64url::encode(&Sha256::digest(value)[..16])
}

/// The first check that failed, or that was needed and not performed.
fn why(verification: &Verification) -> String {
    let failed = verification.checks.iter().find(|check| check.passed == Some(false));
    let skipped = || verification.checks.iter().find(|check| check.passed.is_none());
    failed.or_else(skipped).map_or_else(String::new, |check| check.detail.clone())
}

fn refused(why: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        "invalid_id_token",
        format!("The sign-in's ID token can't be trusted: {why}"),
    )
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
        let beside = IssuedBeside { code: Some("code"), access_token: Some("token") };
        let good = json!({ "nonce": "n", "c_hash": half_hash("code"), "at_hash": half_hash("token") });
        check_claims(&claims(good.clone()), "n", beside).expect("good");
        check_claims(&claims(json!({ "nonce": "n" })), "n", beside).expect("no hash, nothing to compare");
        check_claims(&claims(good.clone()), "n", IssuedBeside::default()).expect("nothing beside it");
        for (name, value, words) in [
            ("nonce", json!("other"), "another sign-in"),
            ("nonce", json!(null), "another sign-in"),
            ("c_hash", json!(half_hash("token")), "another code"),
            ("c_hash", json!(7), "another code"),
            ("at_hash", json!(half_hash("code")), "another access token"),
        ] {
            let mut changed = claims(good.clone());
            changed.insert(name.to_owned(), value);
            let error = check_claims(&changed, "n", beside).expect_err(name);
            assert!(error.message.contains(words), "{error}");
            assert_eq!(error.error, "invalid_id_token");
        }
        assert!(check_claims(&claims(json!({})), "n", beside).is_err());
    }
}
