//! Proof key for code exchange (RFC 7636), the service's side.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::errors::AadError;
use crate::received::Params;

/// Of a verifier, and so of a challenge by `plain` (RFC 7636 section 4.1).
const LENGTH: std::ops::RangeInclusive<usize> = 43..=128;
/// Of a SHA-256 in base64url.
const S256_LENGTH: usize = 43;

/// The `code_challenge` of a request.
#[derive(Clone, Debug)]
pub(crate) enum Challenge {
    Plain(String),
    S256(String),
}

impl Challenge {
    /// Reads challenge and method, if they are there. Without a method it is `plain` (RFC 7636 section 4.3).
    pub(super) fn read(params: &Params) -> Result<Option<Self>, AadError> {
        let method = params.get("code_challenge_method");
        let Some(challenge) = params.get("code_challenge") else {
            return match method {
                Some(_) => Err(AadError::invalid_code_challenge("'code_challenge' is missing")),
                None => Ok(None),
            };
        };
        let (fits, challenge_by): (bool, fn(String) -> Self) = match method {
            Some("S256") => (challenge.len() == S256_LENGTH, Self::S256),
            Some("plain") | None => (LENGTH.contains(&challenge.len()), Self::Plain),
            Some(_) => {
                let problem = "'code_challenge_method' is neither 'S256' nor 'plain'";
                return Err(AadError::invalid_code_challenge(problem));
            }
        };
        if !fits {
            return Err(AadError::code_challenge_size());
        }
        if !challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
            return Err(AadError::invalid_code_challenge("it has characters that no verifier has"));
        }
        Ok(Some(challenge_by(challenge.to_owned())))
    }

    /// Whether the verifier is the one that this challenge was made of.
    pub(crate) fn is_met_by(&self, verifier: &str) -> bool {
        match self {
            Self::Plain(challenge) => verifier == challenge,
            Self::S256(challenge) => {
                URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) == *challenge
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Challenge;

    /// RFC 7636 appendix B.
    #[test]
    fn the_rfcs_example_is_met() {
        let challenge = Challenge::S256("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned());
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!challenge.is_met_by("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    }
}
