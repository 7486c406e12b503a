//! The implicit grant and the hybrid flow.

use aztoken::grants::Implicit;

use crate::guard::{Output, guard, input};
use crate::operation::{AztokenOperation, start};
use crate::status::AztokenStatus;

/// Starts the implicit grant (RFC 6749 section 4.2) or the hybrid flow. The request is described in docs/abi.md.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_implicit(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `request` and `operation`.
        let (request, operation) = unsafe { (input(request, request_length)?, Output::new(operation)?) };
        operation.set(start::<Implicit>(request));
        Ok(())
    })
}
