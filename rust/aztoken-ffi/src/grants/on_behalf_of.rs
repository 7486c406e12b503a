//! The on-behalf-of grant.

use aztoken::grants::OnBehalfOf;

use crate::guard::{Output, guard, input};
use crate::operation::{AztokenOperation, start};
use crate::status::AztokenStatus;

/// Starts the on-behalf-of grant (RFC 7523 section 2.1). The request is described in docs/abi.md.
///
/// Owner: the operation is the caller's; the request is copied. Thread: any. Null: `request` with length 0 only.
///
/// # Safety
/// `request` must be null or point to `request_length` bytes; `operation` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_on_behalf_of(
    request: *const u8,
    request_length: usize,
    operation: *mut AztokenOperation,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `request` and `operation`.
        let (request, operation) = unsafe { (input(request, request_length)?, Output::new(operation)?) };
        operation.set(start::<OnBehalfOf>(request));
        Ok(())
    })
}
