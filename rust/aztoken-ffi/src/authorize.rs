//! What belongs to a sign-in that a caller does itself: at once, and without network.

use aztoken::operations::{NewAuthorizationUri, NewPkce};
use aztoken::{Error, Event, NoOptions, Outcome, parse_request, parse_request_with};

use crate::buffer::{AztokenBuffer, Bytes, hand_out};
use crate::guard::{Output, guard, input};
use crate::status::AztokenStatus;

/// Makes the URL of the authorization endpoint for an app that receives the answer elsewhere (RFC 6749 section 4.1.1).
///
/// The buffer holds one event in JSON, a `result` or an `error`; request and result are described in docs/abi.md.
/// Owner: the buffer is the caller's. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `event` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_authorization_uri(
    request: *const u8,
    request_length: usize,
    event: *mut AztokenBuffer,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `request` and `event`.
        let (request, event) = unsafe { (input(request, request_length)?, Output::new(event)?) };
        let made = parse_request::<NewAuthorizationUri>(request)
            .and_then(|(options, request)| request.create(options));
        event.set(hand_out(to_event(&made)));
        Ok(())
    })
}

/// Makes a code verifier and its challenge (RFC 7636).
///
/// The buffer holds one event in JSON, a `result` or an `error`; request and result are described in docs/abi.md.
/// Owner: the buffer is the caller's. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `event` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_pkce_new(
    request: *const u8,
    request_length: usize,
    event: *mut AztokenBuffer,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `request` and `event`.
        let (request, event) = unsafe { (input(request, request_length)?, Output::new(event)?) };
        let made =
            parse_request_with::<NoOptions, NewPkce>(request).and_then(|(_, request)| request.create());
        event.set(hand_out(to_event(&made)));
        Ok(())
    })
}

fn to_event(outcome: &Result<impl Outcome, Error>) -> Bytes {
    let event = match outcome {
        Ok(made) => made.event(),
        Err(error) => Event::Error(error),
    };
    // Strings and numbers, which JSON always takes.
    serde_json::to_vec(&event).unwrap_or_default()
}
