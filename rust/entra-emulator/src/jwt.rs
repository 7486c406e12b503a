//! JSON Web Tokens as they come in (RFC 7519): read first, believed only after `verify`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;

/// A token in its parts.
pub(crate) struct Jwt<'a> {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// Three parts of base64url, the first two JSON objects; otherwise none.
    pub(crate) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let object = |part: &str| -> Option<Value> {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice(&bytes).ok().filter(Value::is_object)
        };
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// How it is signed, if that is RS256 or PS256; anything else isn't taken.
    fn algorithm(&self) -> Option<&'static dyn VerificationAlgorithm> {
        match self.header["alg"].as_str()? {
            "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
            "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
            _ => None,
        }
    }

    /// Whether it names RS256 or PS256.
    pub(crate) fn has_rsa_algorithm(&self) -> bool {
        self.algorithm().is_some()
    }

    /// Whether the owner of this RSA key (PKCS#1) signed it.
    pub(crate) fn verify(&self, public_key: &[u8]) -> bool {
        self.algorithm().is_some_and(|algorithm| {
            UnparsedPublicKey::new(algorithm, public_key)
                .verify(self.signed.as_bytes(), &self.signature)
                .is_ok()
        })
    }

    /// A claim that is a string; empty if it isn't there.
    pub(crate) fn text(&self, claim: &str) -> &str {
        self.claims[claim].as_str().unwrap_or_default()
    }

    /// A time in seconds. MSAL.NET writes strings.
    pub(crate) fn time(&self, claim: &str) -> Option<u64> {
        let value = &self.claims[claim];
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "times with fractions, past 1970"
        )]
        let fraction = || value.as_f64().filter(|time| *time >= 0.0).map(|time| time as u64);
        value.as_u64().or_else(fraction).or_else(|| value.as_str()?.parse().ok())
    }
}
