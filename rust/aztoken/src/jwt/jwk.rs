//! Keys to verify with (RFC 7517), as an issuer publishes them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::RsaPublicKeyComponents;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::algorithm::Algorithm;
use super::{base64url, json, x5c};

/// Accepted bits of a modulus: fewer are too weak, more take too long.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Jwk>);

/// One key. It is checked only when a token names it.
#[derive(Debug, Clone)]
pub(super) struct Jwk(Map<String, Value>);

/// A public RSA key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RsaKey {
    /// Modulus, big-endian, without leading zeros.
    pub(super) n: Vec<u8>,
    /// Exponent, likewise.
    pub(super) e: Vec<u8>,
}

impl KeySet {
    /// Reads a key set. The error text can follow "The key set ".
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
        json::names_of_object(text)?;
        let mut members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let Some(Value::Array(keys)) = members.remove("keys") else {
            return Err("has no array named keys".to_owned());
        };
        let keys = keys.into_iter().map(|key| match key {
            Value::Object(key) => Ok(Jwk(key)),
            _ => Err("holds a key that is not a JSON object".to_owned()),
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// Whether a key has this ID.
    pub fn contains(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.has_id(kid))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that a token's `kid` means. A token without `kid` means the only key of the set.
    pub(super) fn candidates(&self, kid: Option<&str>) -> Vec<&Jwk> {
        match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().filter(|key| key.has_id(kid)).collect(),
            (None, [only]) => vec![only],
            (None, _) => Vec::new(),
        }
    }
}

impl Jwk {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Whether this is the key's ID: its `kid`, or the thumbprint of a key without `kid`.
    fn has_id(&self, kid: &str) -> bool {
        if self.0.contains_key("kid") {
            return self.text("kid") == Some(kid);
        }
        self.rsa().is_ok_and(|key| key.thumbprint() == kid)
    }

    /// The issuer that the key is limited to; may be a template with `{tenantid}` (Microsoft).
    pub(super) fn issuer(&self) -> Option<&str> {
        self.text("issuer")
    }

    /// The RSA key if it may verify signatures of this algorithm, or why not. The error text can follow "The key ".
    pub(super) fn for_algorithm(&self, algorithm: Algorithm) -> Result<RsaKey, String> {
        match self.text("kty") {
            Some("RSA") => {}
            _ => return Err(format!("has the wrong type (kty): {algorithm} needs an RSA key.")),
        }
        if self.0.contains_key("use") && self.text("use") != Some("sig") {
            return Err("isn't for signatures (use).".to_owned());
        }
        if let Some(operations) = self.0.get("key_ops") {
            let verifies = |list: &Vec<Value>| list.iter().any(|operation| operation == "verify");
            if !operations.as_array().is_some_and(verifies) {
                return Err("isn't for verifying (key_ops).".to_owned());
            }
        }
        if self.0.contains_key("alg") && self.text("alg") != Some(algorithm.name()) {
            return Err(format!("is for another algorithm (alg) than {algorithm}."));
        }
        let key = self.rsa()?;
        let bits = key.bits();
        if !MODULUS_BITS.contains(&bits) {
            return Err(format!(
                "has {bits} bits; {} to {} are accepted.",
                MODULUS_BITS.start(),
                MODULUS_BITS.end()
            ));
        }
        Ok(key)
    }

    /// The key in `n` and `e`, or in the first certificate of `x5c` (RFC 7517 section 4.7).
    fn rsa(&self) -> Result<RsaKey, String> {
        match (self.text("n"), self.text("e")) {
            (Some(n), Some(e)) => RsaKey::new(&unsigned("n", n)?, &unsigned("e", e)?),
            (None, None) => match self.0.get("x5c").and_then(|chain| chain.get(0)).and_then(Value::as_str) {
                Some(certificate) => x5c::rsa_key(certificate),
                None => Err("has neither n and e nor a certificate (x5c).".to_owned()),
            },
            _ => Err("has n without e, or e without n.".to_owned()),
        }
    }
}

fn unsigned(name: &str, text: &str) -> Result<Vec<u8>, String> {
    base64url::decode(text).map_err(|fault| format!("can't be read: its {name} has {fault}."))
}

impl RsaKey {
    /// A key of big-endian numbers without leading zeros (RFC 7518 section 6.3.1).
    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, String> {
        for (name, number) in [("n", n), ("e", e)] {
            if matches!(number, [] | [0, ..]) {
                return Err(format!("can't be read: its {name} is empty or begins with a zero byte."));
            }
        }
        Ok(Self { n: n.to_vec(), e: e.to_vec() })
    }

    /// The thumbprint of RFC 7638 section 3: SHA-256 in base64url.
    fn thumbprint(&self) -> String {
        let (n, e) = (URL_SAFE_NO_PAD.encode(&self.n), URL_SAFE_NO_PAD.encode(&self.e));
        let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(members))
    }

    /// Bits of the modulus.
    pub(super) fn bits(&self) -> usize {
        self.n.len() * 8 - self.n.first().map_or(0, |first| first.leading_zeros() as usize)
    }

    /// Whether this key made the signature.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.n, e: &self.e };
        key.verify(algorithm.parameters(), message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7638 section 3.1.
    #[test]
    fn the_thumbprint_is_the_id_of_a_key_without_kid() {
        const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
                         tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI\
                         SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        const THUMBPRINT: &str = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        let set = |extra: &str| {
            let keys = format!(r#"{{"keys":[{{"kty":"RSA","n":"{N}","e":"AQAB","alg":"RS256"{extra}}}]}}"#);
            KeySet::parse(keys.as_bytes()).expect("a key set")
        };
        assert!(set("").contains(THUMBPRINT));
        assert!(!set("").contains("another"));
        let named = set(r#","kid":"2011-04-29""#);
        assert!(named.contains("2011-04-29") && !named.contains(THUMBPRINT));
    }

    /// The article's hash of `secret123`; a PKCE challenge is the base64url of the same bytes (RFC 7636 section 4.2).
    #[test]
    fn the_articles_sha_256_is_ours() {
        let digest = Sha256::digest("secret123");
        let hex = "fcf730b6d95236ecd3c9fc2d92d7b6b2bb061514961aec041d6c7a7192f592e4";
        for (index, byte) in digest.iter().enumerate() {
            assert_eq!(format!("{byte:02x}"), hex[2 * index..2 * index + 2]);
        }
        assert_eq!(URL_SAFE_NO_PAD.encode(digest).len(), 43);
    }
}
