//! Handles are numbers that are never used twice, so a stale one is recognized instead of followed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use crate::status::AztokenStatus as Status;

/// Live things by handle.
pub(crate) struct Handles<T> {
    next: AtomicU64,
    live: LazyLock<Mutex<HashMap<u64, Arc<T>>>>,
}

impl<T> Handles<T> {
    pub(crate) const fn new() -> Self {
        Self { next: AtomicU64::new(1), live: LazyLock::new(Mutex::default) }
    }

    /// Gives a thing a handle.
    pub(crate) fn add(&self, thing: Arc<T>) -> u64 {
        let handle = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(handle, thing);
        handle
    }

    /// The thing behind a handle. It lives on while the caller uses it, also when another thread frees the handle.
    pub(crate) fn get(&self, handle: u64) -> Result<Arc<T>, Status> {
        self.lock().get(&handle).cloned().ok_or(Status::InvalidHandle)
    }

    /// Ends a handle.
    pub(crate) fn remove(&self, handle: u64) -> Result<Arc<T>, Status> {
        self.lock().remove(&handle).ok_or(Status::InvalidHandle)
    }

    /// Everything that lives.
    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<T>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
