//! Base64url as JOSE uses it (RFC 7515 section 2): no padding, no white space, one encoding for each value.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why text isn't base64url, with the offset of its first bad byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBase64Url {
    /// Offset of the first bad byte.
    pub offset: usize,
    reason: &'static str,
}

impl NotBase64Url {
    /// The same problem in a text with `by` more bytes in front.
    #[must_use]
    pub(super) fn moved(self, by: usize) -> Self {
        Self { offset: self.offset + by, ..self }
    }
}

impl fmt::Display for NotBase64Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.reason, self.offset)
    }
}

impl std::error::Error for NotBase64Url {}

/// Encodes bytes.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes a text.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    decode_into(text, &mut bytes)?;
    Ok(bytes)
}

/// Decodes a text and appends the bytes to a buffer.
pub(super) fn decode_into(text: &str, buffer: &mut Vec<u8>) -> Result<(), NotBase64Url> {
    URL_SAFE_NO_PAD.decode_vec(text, buffer).map_err(|_| first_fault(text))
}

/// Checks a text without keeping its bytes.
pub(super) fn check(text: &str) -> Result<(), NotBase64Url> {
    let fault = first_fault(text);
    if fault.offset < text.len() { Err(fault) } else { Ok(()) }
}

/// The first fault of a text; its offset is the length if there is none.
fn first_fault(text: &str) -> NotBase64Url {
    let bytes = text.as_bytes();
    let fault = |offset, reason| NotBase64Url { offset, reason };
    let last = bytes.len().saturating_sub(1);
    if let Some(offset) = bytes.iter().position(|byte| value(*byte).is_none()) {
        let reason = match bytes[offset] {
            b'=' => "padding (=), which tokens must not have,",
            b' ' | b'\t' | b'\r' | b'\n' => "white space",
            b'+' | b'/' => "a base64 character that isn't base64url (+ or /)",
            0 => "a NUL character",
            _ => "a character that isn't base64url",
        };
        return fault(offset, reason);
    }
    // The last character has 4 or 2 unused bits. They must be zero, or one value would have several encodings.
    let left_over = match bytes.len() % 4 {
        0 => return fault(bytes.len(), "no fault"),
        1 => return fault(last, "an incomplete base64url group (truncated?)"),
        2 => 0b1111,
        _ => 0b11,
    };
    match bytes.last().and_then(|byte| value(*byte)) {
        Some(value) if value & left_over != 0 => fault(last, "non-zero unused bits"),
        _ => fault(bytes.len(), "no fault"),
    }
}

/// The six bits of a character (RFC 4648 section 5).
fn value(byte: u8) -> Option<u8> {
    let value = VALUES[usize::from(byte)];
    (value < 64).then_some(value)
}

/// The value of each byte; 64 if it isn't a base64url character.
static VALUES: [u8; 256] = {
    let characters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [64; 256];
    let mut value = 0;
    while value < 64 {
        values[characters[value as usize] as usize] = value;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn faults_have_an_offset_and_a_reason() {
        for (text, offset, reason) in [
            ("AAAA=", 4, "padding"),
            ("AA==", 2, "padding"),
            ("AA AA", 2, "white space"),
            ("AAAA\n", 4, "white space"),
            ("A+AA", 1, "+ or /"),
            ("AAAAAAAA/A", 8, "+ or /"),
            ("A\0AA", 1, "NUL"),
            ("AAAé", 3, "a character"),
            ("AAAAA", 4, "truncated"),
            ("A", 0, "truncated"),
            ("AB", 1, "unused bits"),
            ("AAB", 2, "unused bits"),
        ] {
            let fault = decode(text).expect_err(text);
            assert_eq!(fault.offset, offset, "{text:?} {fault}");
            assert!(fault.to_string().contains(reason), "{text:?} {fault}");
            assert_eq!(check(text), Err(fault));
        }
        assert_eq!(decode(""), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn encoded_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(check(&text), Ok(()));
            prop_assert_eq!(decode(&text), Ok(bytes));
        }

        #[test]
        fn each_value_has_one_encoding(text in "[A-Za-z0-9_=+-]{0,12}") {
            match decode(&text) {
                Ok(bytes) => prop_assert_eq!(encode(&bytes), text),
                Err(fault) => {
                    prop_assert!(fault.offset < text.len());
                    prop_assert_eq!(check(&text), Err(fault));
                }
            }
        }
    }
}
