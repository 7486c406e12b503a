//! The known attacks on verifiers of tokens: none of them passes, and each is refused for its own reason.

mod common;

use aztoken::jwt::CheckName::{self, Algorithm, Expires, Format, IssuedAt, Key, NotBefore, Signature};
use aztoken::jwt::{MAX_TOKEN, Token, base64url, validate};
use common::{any_algorithm, claims, good, header, jwk, key_set, sign, sign_raw, validate_with_key};
use ring::hmac;
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

/// The token fails at this check, with these words, whatever algorithms are accepted.
#[track_caller]
fn refused(token: &str, name: CheckName, words: &str) {
    let outcome = validate_with_key(token, &any_algorithm());
    let check = outcome.check(name);
    assert!(!outcome.valid, "{outcome:?}");
    assert_eq!(check.passed, Some(false), "{outcome:?}");
    assert!(check.detail.contains(words), "{check:?}");
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().expect("three parts")
}

fn json_part(json: &str) -> String {
    base64url::encode(json.as_bytes())
}

#[test]
fn the_good_token_is_good() {
    let outcome = validate_with_key(&good(), &common::expected());
    assert!(outcome.valid, "{outcome:?}");
    for check in &outcome.checks {
        assert_eq!(check.passed, Some(true), "{check:?}");
    }
}

#[test]
fn none_is_refused_in_any_case() {
    for name in ["none", "None", "NONE", "nOnE"] {
        let [_, payload, signature] = parts(&good()).map(str::to_owned);
        let header = json_part(&header(name).to_string());
        for signature in ["", &signature] {
            refused(&format!("{header}.{payload}.{signature}"), Algorithm, "isn't signed");
        }
    }
}

#[test]
fn the_public_key_is_no_secret() {
    let public = jwk();
    let n = base64url::decode(public["n"].as_str().expect("n")).expect("base64url");
    for secret in [public["n"].as_str().expect("n").as_bytes(), &n, public.to_string().as_bytes()] {
        for (name, algorithm) in
            [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
        {
            let message =
                format!("{}.{}", json_part(&header(name).to_string()), json_part(&claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
            let token = format!("{message}.{}", base64url::encode(tag.as_ref()));
            refused(&token, Algorithm, &format!("{name} is refused"));
        }
    }
}

#[test]
fn other_algorithms_are_refused_with_a_good_signature_too() {
    for name in [
        "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "PS384", "PS512", "RS1", "rs256", "RS256 ",
        "", "RSA-OAEP", "HS256",
    ] {
        let token =
            sign_raw(header(name).to_string().as_bytes(), claims().to_string().as_bytes(), &RSA_PKCS1_SHA256);
        refused(&token, Algorithm, "is refused");
    }
    for value in [json!(null), json!(5), json!(["RS256"]), json!({}), json!(true)] {
        let mut header = header("RS256");
        header["alg"] = value;
        refused(&sign(&header, &claims()), Algorithm, "has no algorithm");
    }
    refused(&sign(&json!({ "kid": "k1" }), &claims()), Algorithm, "has no algorithm");
}

#[test]
fn algorithms_count_only_where_they_are_asked_for() {
    for name in ["RS384", "RS512", "PS256"] {
        let token = sign(&header(name), &claims());
        let by_default = validate_with_key(&token, &common::expected());
        assert_eq!(by_default.check(Algorithm).passed, Some(false));
        assert!(by_default.check(Algorithm).detail.contains("only RS256 is accepted"));
        assert!(validate_with_key(&token, &any_algorithm()).valid, "{name}");
    }
    // The signature of one algorithm under the name of another.
    for name in ["RS384", "RS512", "PS256"] {
        let token =
            sign_raw(header(name).to_string().as_bytes(), claims().to_string().as_bytes(), &RSA_PKCS1_SHA256);
        refused(&token, Signature, "doesn't match");
    }
}

#[test]
fn signatures_that_are_none() {
    let [header, payload, signature] = parts(&good()).map(str::to_owned);
    refused(&format!("{header}.{payload}."), Signature, "no signature");
    let bytes = base64url::decode(&signature).expect("base64url");
    let zeros = base64url::encode(&vec![0; bytes.len()]);
    let ones = base64url::encode(&vec![0xff; bytes.len()]);
    let short = base64url::encode(&bytes[1..]);
    let long = base64url::encode(&[&[0], bytes.as_slice()].concat());
    let twice = base64url::encode(&[bytes.as_slice(), &bytes].concat());
    for signature in ["AA", &zeros, &ones, &short, &long, &twice] {
        refused(&format!("{header}.{payload}.{signature}"), Signature, "doesn't match");
    }
    for (bad, words) in
        [("A", "truncated"), ("AB", "unused bits"), ("AA==", "padding"), ("A A", "white space")]
    {
        refused(&format!("{header}.{payload}.{bad}"), Format, words);
    }
}

#[test]
fn key_ids_are_only_compared() {
    let long = "k".repeat(200_000);
    for kid in [
        "../../../../dev/null",
        "/dev/null",
        "file:///etc/passwd",
        "' OR '1'='1",
        "k1' UNION SELECT 'secret'--",
        "| whoami",
        "K1",
        "k1 ",
        "k1\u{0}",
        "",
        &long,
    ] {
        let mut header = header("RS256");
        header["kid"] = json!(kid);
        refused(&sign(&header, &claims()), Key, "has the token's key ID");
    }
    for kid in [json!(5), json!(null), json!(["k1"]), json!({ "k1": 1 })] {
        let mut header = header("RS256");
        header["kid"] = kid;
        refused(&sign(&header, &claims()), Key, "kid is not a string");
    }
}

#[test]
fn keys_that_a_token_brings_are_never_used() {
    let own = jwk();
    for (name, value) in [
        ("jwk", own.clone()),
        ("jku", json!("https://attacker.example/keys")),
        ("x5u", json!("https://attacker.example/certificate")),
        ("x5c", json!(["AAAA"])),
    ] {
        let mut header = header("RS256");
        header[name] = value;
        let token = sign(&header, &claims());
        let other = json!({ "kty": "RSA", "kid": "other", "n": own["n"], "e": own["e"] });
        let outcome = validate(&token, &key_set(&[other]), &any_algorithm());
        assert_eq!((outcome.valid, outcome.check(Key).passed), (false, Some(false)), "{outcome:?}");
        assert!(outcome.check(Key).detail.contains(&format!("own header ({name})")), "{outcome:?}");
        // The issuer's own key still counts.
        assert!(validate_with_key(&token, &any_algorithm()).valid, "{name}");
    }
}

#[test]
fn critical_extensions_are_refused() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(null), json!("b64")] {
        let mut header = header("RS256");
        header["crit"] = crit;
        header["b64"] = json!(false);
        let token = sign(&header, &claims());
        refused(&token, Format, "crit");
        let outcome = validate_with_key(&token, &any_algorithm());
        assert_eq!(outcome.check(Signature).passed, None, "no more is done with it");
    }
}

#[test]
fn times_that_are_no_times() {
    for value in [
        json!(-1),
        json!(-1e300),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e300),
        json!(253_402_300_800_u64),
        json!("1800003600"),
        json!(true),
        json!([1_800_003_600]),
        json!({}),
        Value::Null,
    ] {
        for (claim, check) in [("exp", Expires), ("nbf", NotBefore), ("iat", IssuedAt)] {
            let mut claims = claims();
            claims[claim] = value.clone();
            refused(&sign(&header("RS256"), &claims), check, &format!("{claim} is not a time"));
        }
    }
    // Numbers that JSON can write and nothing can hold.
    for number in ["1e400", "-1e400"] {
        let json = claims().to_string().replace("\"ver\":", &format!("\"x\":{number},\"ver\":"));
        let token = sign_raw(header("RS256").to_string().as_bytes(), json.as_bytes(), &RSA_PKCS1_SHA256);
        refused(&token, Format, "out of range");
    }
    // 2^64 and more is read as a fraction.
    let json = claims().to_string().replace(&(common::NOW + 3600).to_string(), "18446744073709551616");
    let token = sign_raw(header("RS256").to_string().as_bytes(), json.as_bytes(), &RSA_PKCS1_SHA256);
    refused(&token, Expires, "not a time");
}

#[test]
fn bytes_that_are_no_text_or_no_json() {
    let header = header("RS256").to_string();
    for (payload, words) in [
        (&b"{\"iss\":\"a\0b\"}"[..], "control character"),
        (b"\0{}", "not a JSON object"),
        (b"{}\0", "trailing characters"),
        (b"{\"iss\":\"\xff\"}", "payload is not UTF-8"),
        (b"\xc3\x28", "not UTF-8"),
        (b"{\"iss\":\"\xed\xa0\x80\"}", "not UTF-8"),
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"\"{}\"", "not a JSON object"),
        (b"{\"exp\":1,\"exp\":9999999999}", "member exp twice"),
        (b"{\"exp\":1,\"\\u0065xp\":9999999999}", "member exp twice"),
        (b"{\"a\":{\"b\":1,\"b\":2}}", "member b twice"),
    ] {
        let token = sign_raw(header.as_bytes(), payload, &RSA_PKCS1_SHA256);
        refused(&token, Format, words);
        assert!(Token::decode(&token).expect_err("unreadable").message.contains(words));
        // The signature is that of the key, which helps it nothing.
        assert_eq!(validate_with_key(&token, &any_algorithm()).check(Signature).passed, Some(true));
    }
    let twice = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"alg\":\"none\"}";
    let token = sign_raw(twice.as_bytes(), claims().to_string().as_bytes(), &RSA_PKCS1_SHA256);
    refused(&token, Format, "header has the member alg twice");
    // A character of which one half stands in the header, the other in the payload.
    let split = format!("{}.{}.", base64url::encode(b"{}\xc3"), base64url::encode(b"\xa9{}"));
    refused(&split, Format, "header is not UTF-8");
    assert!(Token::decode(&split).expect_err("unreadable").message.contains("header is not UTF-8"));
}

#[test]
fn deep_and_large_input_ends_at_once() {
    let header = json_part(&header("RS256").to_string());
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{{\"a\":{}1{}}}", open.repeat(10_000), close.repeat(10_000));
        refused(&format!("{header}.{}.AAAA", json_part(&deep)), Format, "nested deeper than 64 levels");
        let open_only = open.repeat(100_000);
        let outcome = validate_with_key(&format!("{}.e30.AAAA", json_part(&open_only)), &any_algorithm());
        assert!(!outcome.valid);
    }
    let large = "A".repeat(5 << 20);
    for token in [large.clone(), format!("{header}.{large}.AAAA"), ".".repeat(5 << 20)] {
        refused(&token, Format, "longer than 1 MiB");
    }
    let members: Vec<String> = (0..50_000).map(|n| format!("\"m{n}\":0")).collect();
    let many = format!("{header}.{}.AAAA", json_part(&format!("{{{}}}", members.join(","))));
    assert!(many.len() < MAX_TOKEN && Token::decode(&many).expect("readable").claims().len() == 50_000);
}

#[test]
fn text_that_is_no_jwt_is_named() {
    let good = good();
    for (text, error, words) in [
        ("", "invalid_token", "empty"),
        ("opaque", "opaque_token", "only its issuer can read it"),
        (
            "EwBwA8l6BAAU7p9QDpi/D7xJLwsTgCg3TskyTaQAAe==",
            "personal_account_token",
            "personal Microsoft account",
        ),
        ("M.C519_BAY.0.U.-Cg", "personal_account_token", "personal Microsoft account"),
        ("0.AXkAxyz.AgABAAEA", "opaque_token", "refresh token"),
        ("1.AXkAxyz.AgABAAEA", "opaque_token", "refresh token"),
        ("a.b", "invalid_token", "found 2"),
        ("a.b.c.d", "invalid_token", "found 4"),
        ("a.b.c.d.e.f", "invalid_token", "found 6"),
        ("....", "invalid_token", "header is not a JSON object"),
        ("..", "invalid_token", "header is not a JSON object"),
        (&format!("Bearer {good}"), "invalid_token", "Pass the token alone"),
        (&format!("{good} "), "invalid_token", "white space at offset"),
        (&format!(" {good}"), "invalid_token", "white space at offset 0"),
        (&good.replace('.', "=."), "invalid_token", "padding"),
    ] {
        let failure = Token::decode(text).expect_err(text);
        assert_eq!((failure.error.as_str(), failure.parameter), (error, Some("token")), "{text}");
        assert!(failure.message.contains(words), "{text}: {failure}");
        let outcome = validate_with_key(text, &any_algorithm());
        assert_eq!((outcome.valid, outcome.check(Format).passed), (false, Some(false)), "{text}");
    }
}
