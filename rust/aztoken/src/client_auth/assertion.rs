//! A client assertion (RFC 7523 section 3; Microsoft, "Certificate credentials").

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::certificate::Signer;
use crate::authority::AuthorityKind;
use crate::error::{Error, Result};
use crate::io::Io;
use crate::request::ResolvedRequest;
use crate::secret::Secret;
use crate::signing::SigningAlgorithm;

/// Lifetime of an assertion in seconds, the most that Microsoft advises.
const LIFETIME: i64 = 600;
/// An assertion is used again until so many seconds before its end.
const MARGIN: i64 = 60;

/// A client assertion.
pub(crate) struct Assertion {
    pub(crate) jwt: Secret,
    /// Seconds since 1970.
    pub(crate) expires_on: i64,
}

impl Assertion {
    /// Whether it can still be sent.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        now < self.expires_on.saturating_sub(MARGIN)
    }
}

/// How to sign for an authority: AD FS knows RS256 only, as Microsoft's clients send it.
fn default_algorithm(resolved: &ResolvedRequest) -> SigningAlgorithm {
    match resolved.authority.kind() {
        AuthorityKind::Adfs => SigningAlgorithm::RS256,
        _ => SigningAlgorithm::PS256,
    }
}

/// Makes and signs an assertion for the token endpoint. Keys of old providers and some smart cards can't sign with PS256; then
/// RS256 is used, unless the request fixes the algorithm.
pub(crate) async fn make(io: &Io, resolved: &ResolvedRequest, signer: &Signer) -> Result<Assertion> {
    let now = io.clock().unix_now();
    let claims = json!({
        "aud": resolved.authority.token_url().as_str(),
        "iss": resolved.client_id,
        "sub": resolved.client_id,
        "jti": uuid::Uuid::new_v4().to_string(),
        "nbf": now,
        "exp": now + LIFETIME,
        "iat": now,
    });
    let mut algorithm = signer.algorithm.unwrap_or_else(|| default_algorithm(resolved));
    loop {
        let input = format!("{}.{}", encode(&header(signer, algorithm)), encode(&claims));
        match signer.sign(io, algorithm, &input).await? {
            Some(signature) => {
                let jwt = Secret::new(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)));
                return Ok(Assertion { jwt, expires_on: now + LIFETIME });
            }
            None if signer.algorithm.is_none() && algorithm == SigningAlgorithm::PS256 => {
                algorithm = SigningAlgorithm::RS256;
            }
            None => {
                let name = json!(algorithm);
                let problem = format!("can't sign with {}.", name.as_str().unwrap_or_default());
                return Err(Error::invalid_parameter("client_certificate", problem));
            }
        }
    }
}

fn header(signer: &Signer, algorithm: SigningAlgorithm) -> Value {
    let own = signer.certificate();
    let mut header = Map::new();
    header.insert("alg".into(), json!(algorithm));
    header.insert("typ".into(), json!("JWT"));
    // The thumbprint goes with the algorithm: SHA-256 beside PS256, SHA-1 beside RS256.
    match algorithm {
        SigningAlgorithm::PS256 => {
            header.insert("x5t#S256".into(), json!(URL_SAFE_NO_PAD.encode(Sha256::digest(own))));
        }
        SigningAlgorithm::RS256 => {
            let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, own);
            header.insert("x5t".into(), json!(URL_SAFE_NO_PAD.encode(thumbprint)));
        }
    }
    if signer.send_chain {
        let chain: Vec<String> = signer.certificates.iter().map(|der| STANDARD.encode(der)).collect();
        header.insert("x5c".into(), json!(chain));
    }
    Value::Object(header)
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
