//! Assertions signed by the committed test keys, or spoilt.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{Algorithm, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use serde_json::Value;

const CLIENT: &str = include_str!("../../keys/PUBLIC-TEST-CLIENT.pkcs8.pem");
const UNREGISTERED: &str = include_str!("../../keys/PUBLIC-TEST-UNREGISTERED.pkcs8.pem");

/// A certificate and its key.
pub(crate) struct TestKey {
    pair: RsaKeyPair,
    pub(crate) certificate: Vec<u8>,
}

impl TestKey {
    /// What the sample apps have registered.
    pub(crate) fn client() -> Self {
        Self::read(CLIENT)
    }

    /// What no app has registered.
    pub(crate) fn unregistered() -> Self {
        Self::read(UNREGISTERED)
    }

    fn read(pem: &str) -> Self {
        let section = |label: &str| {
            let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
            let (_, rest) = pem.split_once(&begin).expect("a section");
            let base64 = rest.split_once(&end).expect("its end").0.replace(['\r', '\n'], "");
            STANDARD.decode(base64).expect("base64")
        };
        let pair = RsaKeyPair::from_pkcs8(&section("PRIVATE KEY")).expect("an RSA key");
        Self { pair, certificate: section("CERTIFICATE") }
    }

    /// The certificate's thumbprint in base64url.
    pub(crate) fn thumbprint(&self, algorithm: &'static Algorithm) -> String {
        URL_SAFE_NO_PAD.encode(digest(algorithm, &self.certificate))
    }

    /// The certificate as in `x5c`.
    pub(crate) fn x5c(&self) -> String {
        STANDARD.encode(&self.certificate)
    }

    /// A JWT, signed as its header says; PKCS#1 if that isn't PS256.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let encoding: &dyn RsaEncoding =
            if header["alg"] == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("an RSA key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Whether one of the keys of a JWKS signed a token.
pub(crate) fn is_signed_by_jwks(token: &str, jwks: &Value) -> bool {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let signature = decode(signature);
    jwks["keys"].as_array().expect("keys").iter().any(|key| {
        let member = |name: &str| decode(key[name].as_str().expect("a text"));
        let key = RsaPublicKeyComponents { n: member("n"), e: member("e") };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).is_ok()
    })
}
