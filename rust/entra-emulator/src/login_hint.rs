//! The claim `login_hint`, which clients send back as `login_hint` and `logout_hint`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const PREFIX: &str = "O.";

/// The claim for a user name. Opaque to clients.
pub(crate) fn of(upn: &str) -> String {
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(upn))
}

/// The user name in a hint: the name itself, or the claim.
pub(crate) fn user_name(hint: &str) -> String {
    let decoded = hint.strip_prefix(PREFIX).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{of, user_name};

    #[test]
    fn a_hint_is_a_name_or_the_claim() {
        assert_eq!(user_name(&of("a@b.example")), "a@b.example");
        assert_eq!(user_name("a@b.example"), "a@b.example");
        assert_eq!(user_name("O.!"), "O.!");
    }
}
