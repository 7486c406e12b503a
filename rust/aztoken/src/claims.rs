//! Claims requests (OpenID Connect Core section 5.5; Microsoft, "Claims challenges").

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The JSON of a claims request given as JSON, as its base64, or as the `WWW-Authenticate` header that it came in.
pub(crate) fn claims_request(given: &str) -> Result<String> {
    let given = given.trim();
    let candidate = challenge(given).unwrap_or(given);
    let decoded = || {
        let unpadded = candidate.trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD.decode(unpadded).or_else(|_| STANDARD.decode(candidate)).ok()?;
        String::from_utf8(bytes).ok()
    };
    let json = if candidate.starts_with('{') { Some(candidate.to_owned()) } else { decoded() };
    match json {
        Some(json) if serde_json::from_str::<Map<String, Value>>(&json).is_ok() => Ok(json),
        _ => {
            let problem =
                "must be a JSON object, its base64, or the WWW-Authenticate header of a claims challenge.";
            Err(Error::invalid_parameter("claims", problem))
        }
    }
}

/// The `claims` of a header such as `Bearer realm="", error="insufficient_claims", claims="…"` (RFC 9110 section 11.2).
fn challenge(header: &str) -> Option<&str> {
    if !header.get(..6)?.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let (_, rest) = header.split_once("claims=\"").filter(|(before, _)| before.ends_with([' ', ',']))?;
    rest.split_once('"').map(|(claims, _)| claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1635527790"}}}"#;

    #[test]
    fn json_base64_and_header_give_the_same() {
        let padded = STANDARD.encode(CLAIMS);
        let header = format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
             error=\"insufficient_claims\", claims=\"{padded}\""
        );
        for given in [CLAIMS, &padded, &URL_SAFE_NO_PAD.encode(CLAIMS), &header] {
            assert_eq!(claims_request(given).expect(given), CLAIMS);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for given in ["", "nbf", "[]", "{", "Bearer realm=\"\"", "Bearer claims=\"%%\"", "MTIz", "bearé"] {
            assert_eq!(claims_request(given).expect_err(given).parameter, Some("claims"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(given in ".{0,60}") {
            drop(claims_request(&given));
        }
    }
}
