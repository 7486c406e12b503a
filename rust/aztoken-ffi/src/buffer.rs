//! Bytes that the library hands out.

use std::sync::Arc;

use crate::guard::{Output, guard};
use crate::handles::{Handles, Kind};
use crate::status::AztokenStatus;

/// Bytes that the library handed out. 0 is none.
pub type AztokenBuffer = u64;

/// Overwritten when the last owner lets go, as all memory is here (allocator.rs): once is enough, and twice is slow where
/// thousands of tokens pass.
pub(crate) type Bytes = Vec<u8>;

static BUFFERS: Handles<Bytes> = Handles::new(Kind::Buffer);

/// Hands bytes out.
pub(crate) fn hand_out(bytes: Bytes) -> AztokenBuffer {
    BUFFERS.add(Arc::new(bytes))
}

/// Gives the bytes of a buffer.
///
/// Owner: the library; the bytes are valid until `aztoken_buffer_free`. Thread: any. Null: not allowed.
///
/// # Safety
/// `data` and `length` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aztoken_buffer_data(
    buffer: AztokenBuffer,
    data: *mut *const u8,
    length: *mut usize,
) -> AztokenStatus {
    guard(|| {
        // SAFETY: the caller's promise about `data` and `length`.
        let (data, length) = unsafe { (Output::new(data)?, Output::new(length)?) };
        let bytes = BUFFERS.get(buffer)?;
        data.set(bytes.as_ptr());
        length.set(bytes.len());
        Ok(())
    })
}

/// Frees a buffer and overwrites its bytes.
///
/// Owner: the caller gives it back. Thread: any. Freeing twice gives `AZTOKEN_STATUS_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_buffer_free(buffer: AztokenBuffer) -> AztokenStatus {
    guard(|| BUFFERS.remove(buffer).map(drop))
}
