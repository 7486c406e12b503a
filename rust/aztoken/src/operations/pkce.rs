//! A code verifier and its challenge (RFC 7636) for a caller that sends them itself.

use serde::{Deserialize, Serialize};

use crate::authorize::{ChallengeMethod, Pkce, VERIFIER_LENGTHS, random_text};
use crate::error::{Error, Result};
use crate::event::{Event, Outcome, result_event};
use crate::secret::Secret;

/// Makes a verifier and its challenge. Uses no network.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewPkce {
    /// `S256` or `plain`. Default: `S256`.
    pub method: Option<String>,
    /// A verifier made elsewhere. Default: a new one.
    pub code_verifier: Option<Secret>,
    /// Characters of a new verifier, 43 to 128. Default: 43.
    pub length: Option<usize>,
}

/// A verifier and its challenge.
#[derive(Debug, Serialize)]
pub struct PkcePair {
    /// Sent with the code.
    pub code_verifier: Secret,
    /// Sent with the request for the code.
    pub code_challenge: String,
    /// `S256` or `plain`.
    pub code_challenge_method: String,
}

impl Outcome for PkcePair {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

impl NewPkce {
    /// Makes them.
    pub fn create(self) -> Result<PkcePair> {
        let method = self.method.as_deref().map_or(Ok(ChallengeMethod::default()), str::parse)?;
        let pkce = match (self.code_verifier, self.length) {
            (Some(_), Some(_)) => {
                return Err(Error::conflicting_parameter(
                    "length",
                    "can't be combined with `code_verifier`.",
                ));
            }
            (Some(verifier), None) => Pkce::with(verifier, method)?,
            (None, None) => Pkce::new(method)?,
            (None, Some(length)) if VERIFIER_LENGTHS.contains(&length) => {
                Pkce { verifier: random_text(length)?, method }
            }
            (None, Some(_)) => {
                return Err(Error::invalid_parameter("length", "must be 43 to 128 (RFC 7636 section 4.1)."));
            }
        };
        Ok(PkcePair {
            code_challenge: pkce.challenge(),
            code_challenge_method: method.to_string(),
            code_verifier: pkce.verifier,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn create(parameters: &str) -> Result<PkcePair> {
        serde_json::from_str::<NewPkce>(parameters).expect("a request").create()
    }

    #[test]
    fn requests_are_checked() {
        let given = create(&format!(r#"{{"code_verifier":"{VERIFIER}"}}"#)).expect("valid");
        assert_eq!(given.code_challenge, CHALLENGE);
        assert_eq!(given.code_challenge_method, "S256");
        let plain = create(r#"{"method":"PLAIN","length":128}"#).expect("valid");
        assert_eq!(plain.code_verifier.expose().len(), 128);
        assert_eq!(plain.code_challenge, plain.code_verifier.expose());
        for (json, parameter) in [
            (r#"{"method":"S512"}"#, "code_challenge_method"),
            (r#"{"length":42}"#, "length"),
            (r#"{"length":129}"#, "length"),
            (r#"{"length":43,"code_verifier":"x"}"#, "length"),
            (r#"{"code_verifier":"x"}"#, "code_verifier"),
        ] {
            assert_eq!(create(json).expect_err(json).parameter, Some(parameter), "{json}");
        }
        let again = create("{}").expect("valid");
        assert_ne!(again.code_verifier, create("{}").expect("valid").code_verifier);
    }
}
