//! JSON Web Tokens (RFC 7519).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The claims of an access token, to be shown. Access tokens are opaque to clients, so one that can't be read is
/// nothing special, and nothing here is trusted.
pub(crate) fn claims_for_display(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload).ok()?);
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_signed_token_in_three_parts_is_read() {
        let payload = URL_SAFE_NO_PAD.encode("{\"b\":1,\"a\":2}");
        let claims = claims_for_display(&format!("h.{payload}.s")).expect("readable");
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["b", "a"]);
        for token in ["", "opaque", "a.b", "h.!.s", "h.e30=.s", &format!("h.{payload}.s.x.y"), "h.W10.s"] {
            assert!(claims_for_display(token).is_none(), "{token}");
        }
    }
}
