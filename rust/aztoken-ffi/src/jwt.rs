//! Decoding a token: at once, without network.

use aztoken::jwt::{Kind, Token, repaired};
use aztoken::{Error, Event};

use crate::buffer::{AztokenBuffer, Bytes, hand_out};
use crate::guard::{Output, guard, input};
use crate::status::AztokenStatus;

/// What a record of a text that is no token has in place of a kind.
const NO_TOKEN: u32 = 0;
/// What a record says of an encrypted token.
const ENCRYPTED: &str = "The token is encrypted for its resource; only that can read it.";

/// Decodes a token: its header and claims, unverified. Uses no network.
///
/// The buffer holds, without gaps: a kind (`uint32_t`), then three times a length (`uint32_t`) and as many bytes of UTF-8:
/// the header and the claims as they stand in the token (JSON), and a message. All numbers are little-endian. Kinds: 0 the
/// text can't be decoded, and the message is an `error` event; 1 access token v1.0; 2 access token v2.0; 3 ID token;
/// 4 encrypted, without claims, and the message says so; 5 another signed token.
/// Owner: the buffer is the caller's. Thread: any. Null: `token` with length 0 only.
///
/// # Safety
/// `token` must be null or point to `token_length` bytes; `record` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_jwt_decode(
    token: *const u8,
    token_length: usize,
    record: *mut AztokenBuffer,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `token` and `record`.
        let (token, record) = unsafe { (input(token, token_length)?, Output::new(record)?) };
        record.set(hand_out(decode(token)));
        Ok(())
    })
}

fn decode(token: &[u8]) -> Bytes {
    let exact = Token::from_bytes(token);
    let Err(error) = &exact else { return outcome(exact) };
    // This is for reading: a token that is only badly copied or written is still one.
    let text = String::from_utf8_lossy(token);
    let repaired = repaired(&text);
    match Token::decode(&repaired) {
        // The first error is about the text that was given, and has its offsets.
        Err(_) => record(NO_TOKEN, "", "", &error_event(error)),
        read => outcome(read),
    }
}

fn outcome(token: Result<Token<'_>, Error>) -> Bytes {
    match token {
        Ok(token) => {
            let message = if token.kind() == Kind::Jwe { ENCRYPTED } else { "" };
            record(token.kind() as u32, token.header_json(), token.claims_json(), message)
        }
        Err(error) => record(NO_TOKEN, "", "", &error_event(&error)),
    }
}

fn error_event(error: &Error) -> String {
    // An error is strings and numbers, which JSON always takes.
    serde_json::to_string(&Event::Error(error)).unwrap_or_default()
}

fn record(kind: u32, header: &str, claims: &str, message: &str) -> Bytes {
    let parts = [header, claims, message];
    let size = 4 + parts.iter().map(|part| 4 + part.len()).sum::<usize>();
    let mut record = Bytes::with_capacity(size);
    record.extend_from_slice(&kind.to_le_bytes());
    for part in parts {
        // A token is at most 1 MiB long, and an error's message is a sentence.
        let length = u32::try_from(part.len()).unwrap_or_default();
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(part.as_bytes());
    }
    record
}
