//! Tokens made for tests, signed with the public test key.
#![allow(dead_code, unreachable_pub)] // each test file uses a part

use std::sync::LazyLock;

use aztoken::jwt::{Algorithm, Expectations, KeySet, ValidationReport, base64url, validate};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

/// The time in all these tests.
pub const NOW: i64 = 1_800_000_000;
pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";
pub const AUDIENCE: &str = "api://orders";

/// The public test key, see keys/README.md. Checking it takes a while, so that is done once.
static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    RsaKeyPair::from_pkcs8(include_bytes!("../keys/PUBLIC-TEST-KEY.pkcs8.der")).expect("an RSA key")
});

/// The key's public half as a JWK with the ID `k1`.
pub fn jwk() -> Value {
    let public = PublicKeyComponents::<Vec<u8>>::from(KEY.public());
    let (n, e) = (base64url::encode(&public.n), base64url::encode(&public.e));
    json!({ "kty": "RSA", "use": "sig", "kid": "k1", "n": n, "e": e })
}

/// A key set of some keys.
pub fn key_set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set")
}

pub fn header(algorithm: &str) -> Value {
    json!({ "typ": "JWT", "alg": algorithm, "kid": "k1" })
}

/// Claims of a good access token, version 2.0.
pub fn claims() -> Value {
    json!({
        "aud": AUDIENCE,
        "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3600,
        "azp": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "scp": "Orders.Read", "tid": TENANT, "ver": "2.0"
    })
}

/// `claims` with some of them changed, or taken out by null.
pub fn claims_with(changes: &Value) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// Joins parts to a token with a signature of the test key, whatever the header says.
pub fn sign_raw(header: &[u8], payload: &[u8], padding: &'static dyn RsaEncoding) -> String {
    let message = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let mut signature = vec![0; KEY.public().modulus_len()];
    KEY.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).expect("a signature");
    format!("{message}.{}", base64url::encode(&signature))
}

/// A token signed as its header says.
pub fn sign(header: &Value, claims: &Value) -> String {
    let padding: &'static dyn RsaEncoding = match header["alg"].as_str() {
        Some("RS384") => &RSA_PKCS1_SHA384,
        Some("RS512") => &RSA_PKCS1_SHA512,
        Some("PS256") => &RSA_PSS_SHA256,
        _ => &RSA_PKCS1_SHA256,
    };
    sign_raw(header.to_string().as_bytes(), claims.to_string().as_bytes(), padding)
}

/// A good access token.
pub fn good() -> String {
    sign(&header("RS256"), &claims())
}

/// What a good token is expected to have.
pub fn expected() -> Expectations {
    Expectations {
        audience: vec![AUDIENCE.to_owned()],
        issuers: vec![format!("https://login.microsoftonline.com/{TENANT}/v2.0")],
        ..Expectations::at(NOW)
    }
}

/// Like `expected`, with every algorithm that there is.
pub fn any_algorithm() -> Expectations {
    Expectations { algorithms: Algorithm::ALL.to_vec(), ..expected() }
}

/// Verifies with the test key.
pub fn validate_with_key(token: &str, expected: &Expectations) -> ValidationReport {
    validate(token, &key_set(&[jwk()]), expected)
}
