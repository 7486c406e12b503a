//! What a caller does with an operation: fetch its events, reply, cancel, free.

use aztoken::Secret;

use crate::buffer::{AztokenBuffer, hand_out};
use crate::guard::{HandleList, Output, guard, input};
use crate::status::AztokenStatus;
use crate::status::AztokenStatus as Status;
use crate::stream::OPERATIONS;
use crate::table::Deadline;

/// A running or ended operation. 0 is none.
pub type AztokenOperation = u64;

/// Waits for the next event of an operation: UTF-8 JSON in a buffer that the caller frees.
///
/// `timeout_ms` 0 doesn't wait, `UINT32_MAX` waits without limit. Gives `AZTOKEN_STATUS_TIMEOUT` if no event came in time and
/// `AZTOKEN_STATUS_END` after the last one. Owner: the buffer is the caller's. Thread: any. Null: not allowed.
///
/// # Safety
/// `event` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_operation_next(
    operation: AztokenOperation,
    timeout_ms: u32,
    event: *mut AztokenBuffer,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `event`.
        let event = unsafe { Output::new(event)? };
        let deadline = Deadline::after(timeout_ms);
        let stream = OPERATIONS.get(operation)?;
        loop {
            match stream.take() {
                // Another thread may fetch what this one is woken for.
                Err(Status::Timeout) => _ = OPERATIONS.wait(HandleList::one(&operation), deadline)?,
                taken => {
                    event.set(hand_out(taken?));
                    return Ok(());
                }
            }
        }
    })
}

/// Waits for the first of several operations that has an event or has ended, and gives its index.
///
/// At most 65,536 operations; `timeout_ms` as for `aztoken_operation_next`. Owner: nothing changes hands. Thread: any. Null: not allowed.
///
/// # Safety
/// `operations` must be null or point to `count` handles; `ready` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_operation_wait(
    operations: *const AztokenOperation,
    count: usize,
    timeout_ms: u32,
    ready: *mut usize,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `operations` and `ready`.
        let (handles, ready) = unsafe { (HandleList::new(operations, count)?, Output::new(ready)?) };
        ready.set(OPERATIONS.wait(handles, Deadline::after(timeout_ms))?);
        Ok(())
    })
}

/// Answers the last question of an operation (docs/abi.md, "Questions") with JSON in UTF-8.
///
/// Gives `AZTOKEN_STATUS_INVALID_ARGUMENT` when nothing was asked. Owner: the reply is copied. Thread: any. Null: `reply`
/// with length 0 only.
///
/// # Safety
/// `reply` must be null or point to `reply_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_operation_reply(
    operation: AztokenOperation,
    reply: *const u8,
    reply_length: usize,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `reply`.
        let reply = unsafe { input(reply, reply_length)? };
        let reply = std::str::from_utf8(reply).map_err(|_| Status::InvalidArgument)?;
        OPERATIONS.get(operation)?.reply(Secret::from(reply))
    })
}

/// Ends an operation: its stream ends with an error of kind `cancelled`, and a waiting `aztoken_operation_next` wakes.
///
/// Does nothing to one that has ended. Thread: any, also while another one waits or frees.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_operation_cancel(operation: AztokenOperation) -> AztokenStatus {
    guard(|| {
        OPERATIONS.get(operation)?.cancel();
        Ok(())
    })
}

/// Frees an operation; one that still runs is cancelled, and events not yet fetched are lost.
///
/// Owner: the caller gives it back. Thread: any. Freeing twice gives `AZTOKEN_STATUS_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_operation_free(operation: AztokenOperation) -> AztokenStatus {
    guard(|| {
        OPERATIONS.remove(operation)?.cancel();
        Ok(())
    })
}
