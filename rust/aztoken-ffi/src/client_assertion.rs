//! A client assertion for a caller that sends it itself.

use aztoken::operations::ClientAssertion;

use crate::guard::{Output, guard, input};
use crate::operation::{AztokenOperation, start};
use crate::status::AztokenStatus;

/// Starts signing a client assertion (RFC 7523 section 2.2). The request and the result are described in docs/abi.md.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_client_assertion(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `request` and `operation`.
        let (request, operation) = unsafe { (input(request, request_length)?, Output::new(operation)?) };
        operation.set(start::<ClientAssertion>(request));
        Ok(())
    })
}
