//! The compact serialization: parts separated by dots (RFC 7515 section 3.1, RFC 7516 section 3.1).

use super::base64url;
use crate::error::{Error, ErrorKind};
use crate::params::token_error;

/// The longest token that is read (1 MiB).
pub const MAX_TOKEN: usize = 1 << 20;

/// The parts of a token, still encoded.
#[derive(Clone, Copy)]
pub(super) struct Compact<'a> {
    /// The protected header.
    pub(super) header: &'a str,
    /// The signed payload; empty if the token is encrypted.
    pub(super) payload: &'a str,
    /// The signature; empty if the token is encrypted.
    pub(super) signature: &'a str,
    /// The signed text.
    pub(super) signing_input: &'a str,
    /// Five parts (JWE) instead of three (JWS).
    pub(super) encrypted: bool,
}

impl<'a> Compact<'a> {
    /// Splits a token without decoding it, or says why the text isn't one.
    pub(super) fn split(text: &'a str) -> Result<Self, Error> {
        if text.len() > MAX_TOKEN {
            let message = format!("The token is longer than {} MiB, the limit.", MAX_TOKEN >> 20);
            return Err(refusal(token_error::INVALID_TOKEN, message));
        }
        if let Some(error) = not_a_jwt(text) {
            return Err(error);
        }
        let mut parts = [""; 5];
        let mut count = 0;
        for part in text.split('.') {
            if let Some(slot) = parts.get_mut(count) {
                *slot = part;
            }
            count += 1;
        }
        let [header, payload, signature, ..] = parts;
        match count {
            3 => {
                let signing_input = &text[..header.len() + 1 + payload.len()];
                Ok(Self { header, payload, signature, signing_input, encrypted: false })
            }
            5 => {
                let mut offset = header.len() + 1;
                for part in &parts[1..] {
                    base64url::check(part).map_err(|fault| malformed(&fault.moved(offset)))?;
                    offset += part.len() + 1;
                }
                Ok(Self { header, payload: "", signature: "", signing_input: "", encrypted: true })
            }
            1 => Err(refusal(
                token_error::OPAQUE_TOKEN,
                "The token is opaque, not a JWT: only its issuer can read it.",
            )),
            _ => Err(refusal(
                token_error::INVALID_TOKEN,
                format!("Not a JWT: expected 3 parts separated by dots (5 if encrypted), found {count}."),
            )),
        }
    }

    /// Offset of the payload in the token.
    pub(super) fn payload_offset(&self) -> usize {
        self.header.len() + 1
    }

    /// Offset of the signature in the token.
    pub(super) fn signature_offset(&self) -> usize {
        self.signing_input.len() + 1
    }
}

/// Texts that are often mistaken for a JWT, recognized by their beginning.
fn not_a_jwt(text: &str) -> Option<Error> {
    let opaque = |message| Some(refusal(token_error::OPAQUE_TOKEN, message));
    if text.is_empty() {
        return Some(refusal(token_error::INVALID_TOKEN, "The token is empty."));
    }
    if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        let message = "The text begins with \"Bearer \". Pass the token alone.";
        return Some(refusal(token_error::INVALID_TOKEN, message));
    }
    // Compact tickets, refresh tokens and codes of personal Microsoft accounts.
    if (text.starts_with("Ew") && !text.contains('.')) || text.starts_with("M.") {
        let message = "The token belongs to a personal Microsoft account. It is opaque, not a JWT: only Microsoft can read it.";
        return Some(refusal(token_error::PERSONAL_ACCOUNT_TOKEN, message));
    }
    if text.starts_with("0.") || text.starts_with("1.") {
        return opaque(
            "The text is a refresh token or an authorization code. It is opaque, not a JWT: only its issuer can read it.",
        );
    }
    None
}

/// An error that names a byte of the token.
pub(super) fn malformed(fault: &base64url::NotBase64Url) -> Error {
    refusal(token_error::INVALID_TOKEN, format!("The token has {fault}."))
}

/// An error about the token. It never quotes the token.
pub(super) fn refusal(error: &str, message: impl Into<String>) -> Error {
    let mut error = Error::new(ErrorKind::InvalidParameter, error, message);
    error.parameter = Some("token");
    error
}
