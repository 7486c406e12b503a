//! Good and bad claims, keys that don't fit, and what a token is taken for.

mod common;

use aztoken::jwt::CheckName::{self, Audience, Expires, IssuedAt, Issuer, Key, NotBefore, Signature};
use aztoken::jwt::{Expectations, Kind, Token, validate};
use base64::Engine;
use common::{
    AUDIENCE, NOW, TENANT, claims, claims_with, expected, good, header, jwk, key_set, sign, validate_with_key,
};
use serde_json::{Value, json};

fn signed(changes: &Value) -> String {
    sign(&header("RS256"), &claims_with(changes))
}

#[test]
fn times_are_compared_with_the_skew() {
    for (changes, check, passed, words) in [
        (json!({ "exp": NOW + 1 }), Expires, true, "in 1 second"),
        (json!({ "exp": NOW }), Expires, true, "within the allowed clock skew"),
        (json!({ "exp": NOW - 299 }), Expires, true, "within the allowed clock skew"),
        (json!({ "exp": NOW - 300 }), Expires, false, "5 minutes ago"),
        (json!({ "exp": NOW - 172_800 }), Expires, false, "Expired at Wed, 13 Jan 2027"),
        (json!({ "exp": 0 }), Expires, false, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (json!({ "exp": 1_800_003_600.5 }), Expires, true, "in 60 minutes"),
        (json!({ "exp": null }), Expires, false, "has no expiry"),
        (json!({ "nbf": NOW + 300 }), NotBefore, true, "Valid since"),
        (json!({ "nbf": NOW + 301 }), NotBefore, false, "in 5 minutes"),
        (json!({ "iat": NOW + 300 }), IssuedAt, true, "Issued at"),
        (json!({ "iat": NOW + 7200 }), IssuedAt, false, "in 2 hours"),
    ] {
        let outcome = validate_with_key(&signed(&changes), &expected());
        assert_eq!((outcome.valid, outcome.check(check).passed), (passed, Some(passed)), "{outcome:?}");
        assert!(outcome.check(check).detail.contains(words), "{changes}: {:?}", outcome.check(check));
    }
    for name in ["nbf", "iat"] {
        let outcome = validate_with_key(&signed(&json!({ name: null })), &expected());
        let check = if name == "nbf" { NotBefore } else { IssuedAt };
        assert_eq!((outcome.valid, outcome.check(check).passed), (true, None), "{outcome:?}");
    }
    let strict = Expectations { skew: std::time::Duration::ZERO, ..expected() };
    assert!(!validate_with_key(&signed(&json!({ "exp": NOW })), &strict).valid);
    assert!(validate_with_key(&signed(&json!({ "exp": NOW + 1, "nbf": NOW })), &strict).valid);
}

#[test]
fn issuer_and_tenant_must_match() {
    let other = "99999999-2222-3333-4444-555555555555";
    let v2 = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let template = v2("{tenantid}");
    for (issuers, changes, passed) in [
        (vec![v2(TENANT)], json!({}), Some(true)),
        (vec![v2(other)], json!({}), Some(false)),
        (vec![v2(TENANT)], json!({ "iss": v2(other), "tid": other }), Some(false)),
        (vec![v2(TENANT)], json!({ "iss": format!("{}/", v2(TENANT)) }), Some(false)),
        (vec![v2(TENANT)], json!({ "iss": v2(TENANT).to_uppercase() }), Some(false)),
        (vec![v2(TENANT)], json!({ "iss": null }), Some(false)),
        (vec![v2(TENANT)], json!({ "iss": [v2(TENANT)] }), Some(false)),
        (vec![template.clone()], json!({}), Some(true)),
        (vec![template.clone()], json!({ "iss": v2(other), "tid": other }), Some(true)),
        (vec![template.clone()], json!({ "iss": v2(other) }), Some(false)),
        (vec![template.clone()], json!({ "tid": null }), Some(false)),
        (vec![template.clone()], json!({ "iss": v2("x"), "tid": "x" }), Some(false)),
        (vec![template.clone()], json!({ "iss": template, "tid": "{tenantid}" }), Some(false)),
        (
            vec!["https://sts.windows.net/{tenantid}/".into(), v2(TENANT)],
            json!({ "iss": format!("https://sts.windows.net/{TENANT}/") }),
            Some(true),
        ),
        (vec![], json!({}), None),
    ] {
        let expected = Expectations { issuers, ..expected() };
        let outcome = validate_with_key(&signed(&changes), &expected);
        assert_eq!(outcome.check(Issuer).passed, passed, "{expected:?} {outcome:?}");
        assert_eq!(outcome.valid, passed != Some(false));
    }
}

#[test]
fn the_audience_must_be_one_of_those_given() {
    for (audience, aud, passed) in [
        (vec![AUDIENCE], json!(AUDIENCE), Some(true)),
        (vec!["x", AUDIENCE], json!(AUDIENCE), Some(true)),
        (vec![AUDIENCE], json!(["y", AUDIENCE]), Some(true)),
        (vec![AUDIENCE], json!("api://orders/"), Some(true)),
        (vec!["api://orders/"], json!(AUDIENCE), Some(true)),
        (vec![AUDIENCE], json!("api://orders//"), Some(false)),
        (vec![AUDIENCE], json!("api://orders/x"), Some(false)),
        (vec![AUDIENCE], json!("API://orders"), Some(false)),
        (vec![AUDIENCE], json!([]), Some(false)),
        (vec![AUDIENCE], json!(5), Some(false)),
        (vec![AUDIENCE], json!({ AUDIENCE: 1 }), Some(false)),
        (vec![AUDIENCE], Value::Null, Some(false)),
        (vec![], json!(AUDIENCE), None),
        (vec![], Value::Null, None),
    ] {
        let expected =
            Expectations { audience: audience.into_iter().map(str::to_owned).collect(), ..expected() };
        let outcome = validate_with_key(&signed(&json!({ "aud": aud })), &expected);
        assert_eq!(outcome.check(Audience).passed, passed, "{outcome:?}");
        assert_eq!(outcome.valid, passed != Some(false));
    }
}

/// The test key as a JWK with some members changed, or taken out by null.
fn jwk_with(changes: &Value) -> Value {
    let mut jwk = jwk();
    let members = jwk.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    jwk
}

#[test]
fn a_key_must_fit() {
    let n = jwk()["n"].as_str().expect("n").to_owned();
    let (short, long) = ("_".repeat(171), "_".repeat(1370));
    for (changes, words) in [
        (json!({ "kty": "EC" }), "wrong type (kty)"),
        (json!({ "kty": "oct", "k": "AAAA" }), "wrong type (kty)"),
        (json!({ "kty": null }), "wrong type (kty)"),
        (json!({ "use": "enc" }), "isn't for signatures"),
        (json!({ "use": 5 }), "isn't for signatures"),
        (json!({ "key_ops": ["sign"] }), "isn't for verifying"),
        (json!({ "key_ops": "verify" }), "isn't for verifying"),
        (json!({ "alg": "RS512" }), "another algorithm (alg) than RS256"),
        (json!({ "n": short.replace('_', "A") }), "begins with a zero byte"),
        (json!({ "n": format!("{}8", &short[1..]) }), "accepted"),
        (json!({ "n": format!("{}w", &long[1..]) }), "accepted"),
        (json!({ "n": format!("AA{n}AA") }), "begins with a zero byte"),
        (json!({ "n": "" }), "empty"),
        (json!({ "n": "A=" }), "its n has padding"),
        (json!({ "e": "A+" }), "its e has"),
        (json!({ "e": null }), "n without e"),
        (json!({ "n": null }), "e without n"),
        (json!({ "n": null, "e": null }), "neither n and e nor a certificate"),
        (json!({ "n": null, "e": null, "x5c": ["AAAA"] }), "without a readable RSA key"),
        (json!({ "n": null, "e": null, "x5c": ["!"] }), "isn't base64"),
        (
            json!({ "issuer": "https://sts.windows.net/{tenantid}/" }),
            "signs for another issuer: https://sts.",
        ),
        (
            json!({ "issuer": "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0" }),
            "signs for another issuer",
        ),
    ] {
        let outcome = validate(&good(), &key_set(&[jwk_with(&changes)]), &expected());
        assert_eq!(
            (outcome.valid, outcome.check(Key).passed),
            (false, Some(false)),
            "{changes}: {outcome:?}"
        );
        assert!(outcome.check(Key).detail.contains(words), "{changes}: {:?}", outcome.check(Key));
        assert_eq!(outcome.check(Signature).passed, None);
    }
    for changes in [
        json!({ "use": null }),
        json!({ "key_ops": ["verify"] }),
        json!({ "alg": "RS256" }),
        json!({ "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0" }),
        json!({ "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0") }),
    ] {
        let outcome = validate(&good(), &key_set(&[jwk_with(&changes)]), &expected());
        assert!(outcome.valid, "{changes}: {outcome:?}");
    }
    // Exponents that no honest key has.
    for exponent in ["AQ", "Ag", "AQAAAAAAAAE"] {
        let outcome = validate(&good(), &key_set(&[jwk_with(&json!({ "e": exponent }))]), &expected());
        assert_eq!((outcome.valid, outcome.check(Signature).passed), (false, Some(false)), "{exponent}");
    }
}

#[test]
fn a_certificate_alone_gives_the_key() {
    let der = include_bytes!("keys/PUBLIC-TEST-CERTIFICATE.der");
    let certificate = base64::engine::general_purpose::STANDARD.encode(der);
    let key = jwk_with(&json!({ "n": null, "e": null, "x5c": [certificate] }));
    assert!(validate(&good(), &key_set(std::slice::from_ref(&key)), &expected()).valid);
    let tampered = good().replace(".ey", ".eyA");
    assert!(!validate(&tampered, &key_set(&[key]), &expected()).valid);
    // Cut anywhere, it gives no key, and no panic.
    for end in (0..der.len()).step_by(7) {
        let certificate = base64::engine::general_purpose::STANDARD.encode(&der[..end]);
        let key = jwk_with(&json!({ "n": null, "e": null, "x5c": [certificate] }));
        let outcome = validate(&good(), &key_set(&[key]), &expected());
        assert_eq!(outcome.check(Key).passed, Some(false), "{end}");
    }
}

#[test]
fn keys_are_found_by_their_id() {
    let unfit = jwk_with(&json!({ "use": "enc" }));
    let other = jwk_with(&json!({ "kid": "k2" }));
    assert!(validate(&good(), &key_set(&[other.clone(), unfit, jwk()]), &expected()).valid);
    let unnamed = sign(&json!({ "alg": "RS256" }), &claims());
    assert!(validate(&unnamed, &key_set(&[jwk()]), &expected()).valid, "the only key there is");
    for (keys, words) in
        [(vec![jwk(), other], "no key ID (kid), and the issuer has 2"), (vec![], "key set is empty")]
    {
        let outcome = validate(&unnamed, &key_set(&keys), &expected());
        assert!(!outcome.valid && outcome.check(Key).detail.contains(words), "{outcome:?}");
    }
}

#[test]
fn tokens_of_graph_are_said_to_be_its_own() {
    let mut with_nonce = header("RS256");
    with_nonce["nonce"] = json!("AQABAAAAAADXzZ3ifr");
    let token = sign(&with_nonce, &claims());
    assert!(validate_with_key(&token, &expected()).valid, "a nonce alone changes nothing");
    // As Graph has it: signed over another header than the one that is sent.
    let (_, signature) = good().rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("parts");
    let (message, _) = token.rsplit_once('.').expect("parts");
    let outcome = validate_with_key(&format!("{message}.{signature}"), &expected());
    assert_eq!((outcome.valid, outcome.check(Signature).passed), (false, None));
    assert!(outcome.check(Signature).detail.starts_with("Can't be verified here"));
}

#[test]
fn kinds_are_told_by_the_claims() {
    for (changes, kind) in [
        (json!({}), Kind::AccessTokenV2),
        (json!({ "appid": "x", "azp": null, "ver": "1.0" }), Kind::AccessTokenV1),
        (json!({ "azp": null, "scp": null, "nonce": "n" }), Kind::IdToken),
        (json!({ "azp": null, "tid": null }), Kind::Unknown),
        (json!({ "azp": null, "ver": null }), Kind::Unknown),
    ] {
        let token = signed(&changes);
        assert_eq!(Token::decode(&token).expect("readable").kind(), kind, "{changes}");
        assert_eq!(validate_with_key(&token, &expected()).kind, Some(kind));
    }
}

#[test]
fn words_show_no_control_characters() {
    let outcome =
        validate_with_key(&signed(&json!({ "iss": "a\u{1b}[31mb", "aud": "c\u{7}d" })), &expected());
    for name in [Issuer, Audience] {
        let detail = &outcome.check(name).detail;
        assert!(!detail.chars().any(char::is_control), "{detail:?}");
    }
    assert_eq!(outcome.issuer.as_deref(), Some("a[31mb"));
    let names: Vec<CheckName> = outcome.checks.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), 9);
}
