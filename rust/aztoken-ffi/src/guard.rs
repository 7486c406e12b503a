//! The border: panics stop here, and pointers become slices and results here.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::status::AztokenStatus as Status;

/// Requests over this size are refused (16 MiB).
const MAX_INPUT: usize = 16 << 20;

/// Runs the body of an exported function. No panic crosses the border.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Status>) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(status)) => status,
        Err(panic) => {
            // Dropping a panic's payload may panic again.
            std::mem::forget(panic);
            Status::Panic
        }
    }
}

/// The caller's bytes. Null is allowed with length 0 only.
///
/// # Safety
/// If `data` is not null, it must point to `length` bytes that nobody writes to while the slice lives.
pub(crate) unsafe fn input<'a>(data: *const u8, length: usize) -> Result<&'a [u8], Status> {
    if length > MAX_INPUT {
        return Err(Status::InvalidArgument);
    }
    match (data.is_null(), length) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Status::NullPointer),
        // SAFETY: not null and, by this function's contract, `length` readable bytes that stay as they are. The length is
        // under isize::MAX, and bytes need no alignment.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts(data, length) }),
    }
}

/// The caller's handles, read where they stand: thousands of them are copied only if the call has to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HandleList<'a> {
    first: *const u64,
    count: usize,
    lifetime: PhantomData<&'a u64>,
}

impl<'a> HandleList<'a> {
    /// # Safety
    /// As for [`input`], with `count` numbers; any alignment.
    pub(crate) unsafe fn new(first: *const u64, count: usize) -> Result<Self, Status> {
        if count == 0 || count > 65_536 {
            return Err(Status::InvalidArgument);
        }
        if first.is_null() {
            return Err(Status::NullPointer);
        }
        Ok(Self { first, count, lifetime: PhantomData })
    }

    /// A list of one.
    pub(crate) fn one(handle: &'a u64) -> Self {
        Self { first: handle, count: 1, lifetime: PhantomData }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u64> {
        // SAFETY: `new` was promised `count` readable numbers, or they are the one of `one`. Read without need of alignment.
        (0..self.count).map(move |index| unsafe { self.first.add(index).read_unaligned() })
    }
}

/// The caller's place for a result, checked before anything is done so that there is no partial success.
pub(crate) struct Output<T>(*mut T);

impl<T> Output<T> {
    /// # Safety
    /// If `place` is not null, it must be writable for a `T` until the exported function returns; any alignment.
    pub(crate) unsafe fn new(place: *mut T) -> Result<Self, Status> {
        if place.is_null() { Err(Status::NullPointer) } else { Ok(Self(place)) }
    }

    /// Writes the result.
    pub(crate) fn set(self, value: T) {
        // SAFETY: `new` was promised a place that is writable for a `T`, and it is not null.
        unsafe { self.0.write_unaligned(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(guard(|| panic!("seen by the test only")), Status::Panic);
        assert_eq!(guard(|| Err(Status::End)), Status::End);
        assert_eq!(guard(|| Ok(())), Status::Ok);
    }

    #[test]
    fn pointers_are_checked() {
        // SAFETY: null, or a live array with its own length.
        unsafe {
            assert_eq!(input(std::ptr::null(), 0), Ok(&[][..]));
            assert_eq!(input(std::ptr::null(), 1), Err(Status::NullPointer));
            assert_eq!(input([1].as_ptr(), usize::MAX), Err(Status::InvalidArgument));
            assert_eq!(input([1, 2].as_ptr(), 2), Ok(&[1, 2][..]));
            assert_eq!(HandleList::new(std::ptr::null(), 1).err(), Some(Status::NullPointer));
            assert_eq!(HandleList::new([7].as_ptr(), 0).err(), Some(Status::InvalidArgument));
            assert_eq!(HandleList::new([7].as_ptr(), 65_537).err(), Some(Status::InvalidArgument));
            let handles = [7, 8];
            let list = HandleList::new(handles.as_ptr(), 2).expect("valid");
            assert_eq!(list.iter().collect::<Vec<_>>(), handles);
            assert!(Output::<u64>::new(std::ptr::null_mut()).is_err());
        }
    }
}
