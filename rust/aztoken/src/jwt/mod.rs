//! JSON Web Tokens (RFC 7519): decoding and validating, both on this machine.

mod algorithm;
pub mod base64url;
mod compact;
mod decode;
mod expect;
mod issuer;
mod json;
mod jwk;
mod repair;
mod report;
mod validate;
mod x5c;

use serde_json::{Map, Value};

pub use algorithm::Algorithm;
pub use compact::MAX_TOKEN;
pub use decode::{Kind, Token};
pub use expect::Expectations;
pub use jwk::KeySet;
pub(crate) use repair::mended;
pub use repair::repaired;
pub use report::{Check, CheckName, Pinned, ValidationReport};
pub use validate::{DEFAULT_SKEW, validate};

pub(crate) use issuer::is_guid;
pub(crate) use json::names_of_object;
pub(crate) use validate::{KeyHint, needed_key};

/// The claims of an access token, for display only. Access tokens are opaque to clients, so an unreadable one isn't an
/// error, and nothing in it is trusted.
pub(crate) fn claims_for_display(token: &str) -> Option<Map<String, Value>> {
    let claims = |token: &str| {
        let compact = compact::Compact::split(token).ok().filter(|compact| !compact.encrypted)?;
        // Only the payload matters here, so an unreadable header is ignored.
        decode::object("payload", compact.payload, 0).ok()
    };
    claims(token).or_else(|| claims(&repaired(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_signed_token_in_three_parts_is_read() {
        let payload = base64url::encode(b"{\"b\":1,\"a\":2}");
        let claims = claims_for_display(&format!("h.{payload}.s")).expect("readable");
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["b", "a"]);
        for token in ["", "opaque", "a.b", "h.!.s", &format!("h.{payload}.s.x.y"), "h.W10.s"] {
            assert!(claims_for_display(token).is_none(), "{token}");
        }
    }
}
