//! Handles are numbers that are never used twice, so a stale one is recognized and never followed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::status::AztokenStatus as Status;

/// What a handle stands for. It is part of the number, so that a handle of one kind is never valid as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Operation = 1,
    Buffer = 2,
}

/// How many of a handle's low bits name its kind.
const KIND_BITS: u32 = 2;

/// The handles of one kind.
pub(crate) struct Numbers {
    kind: Kind,
    next: AtomicU64,
}

impl Numbers {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, next: AtomicU64::new(1) }
    }

    /// A handle that was never used before.
    pub(crate) fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) << KIND_BITS | self.kind as u64
    }
}

/// A map by handle.
pub(crate) type HandleMap<T> = HashMap<u64, T, BuildHasherDefault<HandleHasher>>;

/// Multiplicative hashing (Knuth, "The Art of Computer Programming" section 6.4): handles are counted up by this library, so
/// nobody can choose them to collide, and a wait for thousands of operations looks each of them up.
#[derive(Default)]
pub(crate) struct HandleHasher(u64);

impl Hasher for HandleHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, handle: u64) {
        self.0 = handle.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }
}

/// Live objects by handle.
pub(crate) struct Handles<T> {
    numbers: Numbers,
    live: LazyLock<Mutex<HandleMap<Arc<T>>>>,
}

impl<T> Handles<T> {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { numbers: Numbers::new(kind), live: LazyLock::new(Mutex::default) }
    }

    /// Gives an object a handle.
    pub(crate) fn add(&self, object: Arc<T>) -> u64 {
        let handle = self.numbers.next();
        self.lock().insert(handle, object);
        handle
    }

    /// The object behind a handle. It lives on while the caller uses it, also when another thread frees the handle.
    pub(crate) fn get(&self, handle: u64) -> Result<Arc<T>, Status> {
        self.lock().get(&handle).cloned().ok_or(Status::InvalidHandle)
    }

    /// Ends a handle.
    pub(crate) fn remove(&self, handle: u64) -> Result<Arc<T>, Status> {
        self.lock().remove(&handle).ok_or(Status::InvalidHandle)
    }

    fn lock(&self) -> MutexGuard<'_, HandleMap<Arc<T>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_stands_for_two_objects() {
        let kinds = [Numbers::new(Kind::Operation), Numbers::new(Kind::Buffer)];
        let mut seen: Vec<u64> = kinds.iter().flat_map(|numbers| (0..1000).map(|_| numbers.next())).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 2000);
        assert!(!seen.contains(&0) && !seen.contains(&u64::MAX));
    }
}
