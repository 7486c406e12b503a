//! The keys of other issuers, for federated credentials.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::errors::AadError;
use crate::jwt::Jwt;

/// The service reads so many keys of an issuer.
const KEYS: usize = 100;
/// How long an issuer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The keys of other issuers, fetched when they are needed.
pub(crate) struct IssuerKeys(reqwest::Client);

impl IssuerKeys {
    pub(crate) fn new() -> io::Result<Self> {
        // An error only says that a provider is installed already.
        drop(tokio_rustls::rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(io::Error::other)?;
        Ok(Self(client))
    }

    /// Whether one of the issuer's keys signed the token.
    pub(crate) async fn signed(&self, issuer: &str, jwt: &Jwt<'_>) -> Result<bool, AadError> {
        let unreadable = |problem: String| AadError::unreadable_issuer(issuer, &problem);
        let metadata = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata = self.get(&metadata).await.map_err(unreadable)?;
        let jwks = metadata["jwks_uri"]
            .as_str()
            .ok_or_else(|| AadError::unreadable_issuer(issuer, "its metadata has no jwks_uri"))?;
        let keys = self.get(jwks).await.map_err(unreadable)?;
        let keys = keys["keys"].as_array().map_or(&[][..], Vec::as_slice);
        let kid = jwt.header["kid"].as_str();
        let named = |key: &&Value| kid.is_none() || key["kid"].as_str() == kid;
        Ok(keys.iter().take(KEYS).filter(named).filter_map(public_key).any(|key| jwt.verify(&key)))
    }

    async fn get(&self, url: &str) -> Result<Value, String> {
        let failed = |error: reqwest::Error| format!("{url} can't be read: {error}");
        let response = self.0.get(url).send().await.and_then(reqwest::Response::error_for_status);
        let text = response.map_err(failed)?.text().await.map_err(failed)?;
        serde_json::from_str(&text).map_err(|error| format!("{url} is not JSON: {error}"))
    }
}

/// The RSA key of a JWK as PKCS#1 (RFC 8017 appendix A.1.1).
fn public_key(jwk: &Value) -> Option<Vec<u8>> {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str()?).ok();
    let body = [integer(&number("n")?), integer(&number("e")?)].concat();
    (jwk["kty"] == "RSA").then(|| element(0x30, &body))
}

/// A positive integer in DER: one that begins with a set bit gets a zero byte.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[zeros..];
    let sign: &[u8] = if bytes.first().is_none_or(|byte| byte & 0x80 != 0) { &[0] } else { &[] };
    element(0x02, &[sign, bytes].concat())
}

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut der = vec![tag];
    match length {
        [] => der.push(0),
        [short] if *short < 0x80 => der.push(*short),
        long => {
            der.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7f));
            der.extend_from_slice(long);
        }
    }
    [der.as_slice(), contents].concat()
}
