//! Base64url as JOSE has it (RFC 7515 section 2): no padding, no white space, one spelling for each value.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why text isn't base64url, with the offset of its first bad byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBase64Url {
    /// Where the first bad byte is, from the start of the text.
    pub offset: usize,
    reason: &'static str,
}

impl NotBase64Url {
    /// The same problem in a text that has `by` more bytes in front.
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

/// The text of some bytes.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a text.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    decode_into(text, &mut bytes)?;
    Ok(bytes)
}

/// Adds the bytes of a text to a buffer.
pub(super) fn decode_into(text: &str, buffer: &mut Vec<u8>) -> Result<(), NotBase64Url> {
    URL_SAFE_NO_PAD.decode_vec(text, buffer).map_err(|_| first_fault(text))
}

/// Checks a text of which nothing is needed.
pub(super) fn check(text: &str) -> Result<(), NotBase64Url> {
    let fault = first_fault(text);
    if fault.offset < text.len() { Err(fault) } else { Ok(()) }
}

/// The first fault of a text; behind its end if it has none.
fn first_fault(text: &str) -> NotBase64Url {
    let bytes = text.as_bytes();
    let fault = |offset, reason| NotBase64Url { offset, reason };
    let last = bytes.len().saturating_sub(1);
    if let Some(offset) = bytes.iter().position(|byte| value(*byte).is_none()) {
        let reason = match bytes[offset] {
            b'=' => "padding, which base64url in tokens doesn't have,",
            b' ' | b'\t' | b'\r' | b'\n' => "white space",
            b'+' | b'/' => "a character of base64 that base64url doesn't have",
            0 => "a NUL",
            _ => "a character that base64url doesn't have",
        };
        return fault(offset, reason);
    }
    // Of the last character, 4 or 2 bits are left over; they must be zero, or one value would have several spellings.
    let left_over = match bytes.len() % 4 {
        0 => return fault(bytes.len(), "nothing"),
        1 => return fault(last, "a single character too many"),
        2 => 0b1111,
        _ => 0b11,
    };
    match bytes.last().and_then(|byte| value(*byte)) {
        Some(value) if value & left_over != 0 => fault(last, "bits that must be zero"),
        _ => fault(bytes.len(), "nothing"),
    }
}

/// The six bits of a character (RFC 4648 section 5).
fn value(byte: u8) -> Option<u8> {
    let value = VALUES[usize::from(byte)];
    (value < 64).then_some(value)
}

/// The values of all bytes; 64 for those that are no character of base64url.
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
    fn faults_are_placed_and_named() {
        for (text, offset, reason) in [
            ("AAAA=", 4, "padding"),
            ("AA==", 2, "padding"),
            ("AA AA", 2, "white space"),
            ("AAAA\n", 4, "white space"),
            ("A+AA", 1, "base64 that"),
            ("AAAAAAAA/A", 8, "base64 that"),
            ("A\0AA", 1, "NUL"),
            ("AAAé", 3, "a character"),
            ("AAAAA", 4, "too many"),
            ("A", 0, "too many"),
            ("AB", 1, "must be zero"),
            ("AAB", 2, "must be zero"),
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
        fn what_was_encoded_is_decoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(check(&text), Ok(()));
            prop_assert_eq!(decode(&text), Ok(bytes));
        }

        #[test]
        fn each_value_has_one_spelling(text in "[A-Za-z0-9_=+-]{0,12}") {
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
