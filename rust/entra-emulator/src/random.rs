//! Random bytes, and the opaque texts that are made of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// So many random bytes.
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|_| rand::random()).collect()
}

/// So many random bytes in base64url.
pub(crate) fn text(count: usize) -> String {
    URL_SAFE_NO_PAD.encode(bytes(count))
}
