//! GUIDs that follow from a text.

use ring::digest::{SHA256, digest};

/// The same GUID for the same text, at every start.
pub(crate) fn derived_guid(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
