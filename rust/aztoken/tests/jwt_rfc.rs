//! The examples of RFC 7515, 7519 and 7520 give the stated result.

mod common;

use aztoken::jwt::CheckName::{Algorithm as AlgorithmCheck, Expires, Format, Key, Signature};
use aztoken::jwt::{Algorithm, Expectations, KeySet, Kind, Token, ValidationReport, validate};
use serde_json::json;

fn vector(section: &str, field: &str) -> &'static str {
    include_str!("vectors/rfc.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            line.strip_prefix(section)?.strip_prefix(' ')?.strip_prefix(field)?.strip_prefix(' ')
        })
        .expect("a vector")
}

fn keys(section: &str) -> KeySet {
    common::key_set(&[serde_json::from_str(vector(section, "key")).expect("JSON")])
}

/// Verified with every algorithm that there is, at a time when the example is valid.
fn check(token: &str, keys: &KeySet) -> ValidationReport {
    let algorithms = Algorithm::ALL.to_vec();
    validate(token, keys, &Expectations { algorithms, ..Expectations::at(1_300_819_000) })
}

#[test]
fn rfc_7515_a2_verifies_with_rs256() {
    let token = vector("7515-A.2", "token");
    let outcome = check(token, &keys("7515-A.2"));
    assert!(outcome.valid, "{outcome:?}");
    assert_eq!((outcome.issuer.as_deref(), outcome.kid), (Some("joe"), None));
    let claims = Token::decode(token).expect("readable").claims();
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["iss", "exp", "http://example.com/is_root"]);
    // Its time is over; its signature stays good.
    let now = validate(token, &keys("7515-A.2"), &Expectations::at(1_300_819_380 + 300));
    assert!(!now.valid && now.check(Signature).passed == Some(true));
    assert_eq!(now.check(Expires).passed, Some(false));
    // With another RFC's key, it isn't.
    let key = vector("7520-4.1", "key").replace("\"kid\":\"bilbo.baggins@hobbiton.example\",", "");
    let other = check(token, &common::key_set(&[serde_json::from_str(&key).expect("JSON")]));
    assert_eq!(other.check(Signature).passed, Some(false), "{other:?}");
}

#[test]
fn rfc_7520_4_1_verifies_with_rs256() {
    let outcome = check(vector("7520-4.1", "token"), &keys("7520-4.1"));
    for name in [AlgorithmCheck, Key, Signature] {
        assert_eq!(outcome.check(name).passed, Some(true), "{outcome:?}");
    }
    assert_eq!(outcome.kid.as_deref(), Some("bilbo.baggins@hobbiton.example"));
    // Its payload is a sentence and no claims: a JWS, but no JWT.
    assert_eq!(outcome.check(Format).passed, Some(false));
    assert!(!outcome.valid && outcome.check(Format).detail.contains("payload is not a JSON object"));
}

#[test]
fn other_algorithms_are_refused_by_name() {
    for (section, keys_of, algorithm) in [
        ("7515-A.1", "7515-A.1", "HS256"),
        ("7515-A.3", "7515-A.3", "ES256"),
        ("7515-A.4", "7515-A.3", "ES512"),
        ("7515-A.5", "7515-A.2", "none"),
        ("7519-3.1", "7515-A.1", "HS256"),
        ("7519-6.1", "7515-A.2", "none"),
        ("7520-4.2", "7520-4.1", "PS384"),
        ("7520-4.3", "7520-4.1", "ES512"),
        ("7520-4.4", "7520-4.1", "HS256"),
    ] {
        let outcome = check(vector(section, "token"), &keys(keys_of));
        let refusal = outcome.check(AlgorithmCheck);
        assert_eq!(refusal.passed, Some(false), "{section}");
        assert!(refusal.detail.starts_with(&format!("{algorithm} is refused")), "{section}: {refusal:?}");
        assert_eq!((outcome.valid, outcome.algorithm.as_deref()), (false, Some(algorithm)));
        assert_eq!((outcome.check(Key).passed, outcome.check(Signature).passed), (None, None), "{section}");
    }
}

#[test]
fn claims_of_the_jwt_examples_are_read() {
    for section in ["7519-3.1", "7519-6.1", "7515-A.1", "7515-A.3", "7515-A.5"] {
        let token = Token::decode(vector(section, "token")).expect(section);
        assert_eq!(token.kind(), Kind::Unknown);
        let claims = json!({ "iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true });
        assert_eq!(Some(&token.claims()), claims.as_object(), "{section}");
    }
    let header = Token::decode(vector("7519-3.1", "token")).expect("readable").header();
    assert_eq!(header.keys().collect::<Vec<_>>(), ["typ", "alg"]);
}

#[test]
fn encrypted_tokens_are_recognized() {
    for (section, algorithm, encryption) in [
        ("7519-A.1", "RSA1_5", "A128CBC-HS256"),
        ("7520-5.1", "RSA1_5", "A128CBC-HS256"),
        ("7520-5.2", "RSA-OAEP", "A256GCM"),
        ("7520-5.4", "ECDH-ES+A128KW", "A128GCM"),
        ("7520-5.6", "dir", "A128GCM"),
        ("7520-5.8", "A128KW", "A128GCM"),
    ] {
        let text = vector(section, "token");
        let token = Token::decode(text).expect(section);
        assert_eq!((token.kind(), token.claims_json()), (Kind::Jwe, ""), "{section}");
        assert!(token.claims().is_empty() && token.signing_input().is_empty());
        assert_eq!(token.header()["alg"], algorithm);
        assert_eq!(token.header()["enc"], encryption);
        let outcome = check(text, &keys("7520-4.1"));
        assert_eq!((outcome.valid, outcome.kind), (false, Some(Kind::Jwe)));
        assert!(
            outcome
                .check(Format)
                .detail
                .contains("encrypted for its resource; only that resource can read it")
        );
        assert_eq!(outcome.check(AlgorithmCheck).passed, None);
    }
}
