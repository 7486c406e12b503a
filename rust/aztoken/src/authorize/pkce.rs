//! Proof Key for Code Exchange (RFC 7636): binds a code to the program that requested it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::random::random_text;
use crate::error::{Error, Result};
use crate::jwt::base64url;
use crate::params::field;
use crate::secret::Secret;

/// Length of a verifier (RFC 7636 section 4.1).
pub(crate) const VERIFIER_LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;
/// 32 random bytes, as RFC 7636 section 4.1 recommends.
const DEFAULT_LENGTH: usize = 43;

/// How the challenge is derived from the verifier (RFC 7636 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChallengeMethod {
    /// base64url of the SHA-256 of the verifier.
    #[default]
    S256,
    /// The verifier itself, for services without S256.
    Plain,
}

impl FromStr for ChallengeMethod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "s256" => Ok(Self::S256),
            "plain" => Ok(Self::Plain),
            _ => Err(Error::invalid_parameter(field::CODE_CHALLENGE_METHOD, "must be S256 or plain.")),
        }
    }
}

/// The value of `code_challenge_method`.
impl fmt::Display for ChallengeMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        })
    }
}

/// A verifier and the method of its challenge.
#[derive(Debug)]
pub struct Pkce {
    /// Sent with the code.
    pub verifier: Secret,
    /// Sent with the challenge.
    pub method: ChallengeMethod,
}

impl Pkce {
    /// A new verifier of the default length.
    pub fn new(method: ChallengeMethod) -> Result<Self> {
        Ok(Self { verifier: random_text(DEFAULT_LENGTH)?, method })
    }

    /// An existing verifier.
    pub fn with(verifier: Secret, method: ChallengeMethod) -> Result<Self> {
        check_verifier(&verifier)?;
        Ok(Self { verifier, method })
    }

    /// The challenge, sent with the request for the code.
    pub fn challenge(&self) -> String {
        match self.method {
            ChallengeMethod::Plain => self.verifier.expose().to_owned(),
            ChallengeMethod::S256 => base64url::encode(&Sha256::digest(self.verifier.expose())),
        }
    }
}

/// RFC 7636 section 4.1: 43 to 128 of the unreserved characters.
pub(crate) fn check_verifier(verifier: &Secret) -> Result<()> {
    let text = verifier.expose();
    let unreserved = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    if VERIFIER_LENGTHS.contains(&text.len()) && text.chars().all(unreserved) {
        return Ok(());
    }
    let problem = "must be 43 to 128 characters of A-Z, a-z, 0-9, - . _ ~ (RFC 7636 section 4.1).";
    Err(Error::invalid_parameter(field::CODE_VERIFIER, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc() {
        let challenge = |method| Pkce::with(Secret::from(VERIFIER), method).expect("a verifier").challenge();
        assert_eq!(challenge(ChallengeMethod::S256), CHALLENGE);
        assert_eq!(challenge(ChallengeMethod::Plain), VERIFIER);
    }

    #[test]
    fn bad_verifiers_are_refused() {
        for text in [
            "",
            "secret123",
            &"a".repeat(42),
            &"a".repeat(129),
            &format!("{VERIFIER}+"),
            &"\u{e4}".repeat(43),
        ] {
            let error = Pkce::with(Secret::from(text), ChallengeMethod::S256).expect_err(text);
            assert_eq!(error.parameter, Some("code_verifier"));
            assert!(text.is_empty() || !error.message.contains(text), "a verifier is a secret");
        }
    }

    proptest! {
        #[test]
        fn new_verifiers_are_valid(length in VERIFIER_LENGTHS) {
            let verifier = random_text(length).expect("random");
            prop_assert_eq!(verifier.expose().len(), length);
            prop_assert!(check_verifier(&verifier).is_ok());
        }
    }
}
