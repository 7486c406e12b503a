//! The live operations, which of them have something to fetch, and the threads that wait for them.

use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::guard::HandleList;
use crate::handles::{HandleMap, Kind, Numbers};
use crate::status::AztokenStatus as Status;

/// When a wait ends; `None` for never.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// `UINT32_MAX` waits without limit.
    pub(crate) fn after(timeout_ms: u32) -> Self {
        let limit = (timeout_ms != u32::MAX).then(|| Duration::from_millis(timeout_ms.into()));
        Self(limit.and_then(|limit| Instant::now().checked_add(limit)))
    }
}

/// Live operations by handle. A stream's own lock may be held while this one is taken, never the other way round.
pub(crate) struct Table<T> {
    numbers: Numbers,
    state: LazyLock<Mutex<State<T>>>,
}

struct State<T> {
    live: HandleMap<Entry<T>>,
    waiters: Vec<Arc<Waiter>>,
}

struct Entry<T> {
    operation: Arc<T>,
    /// An event can be fetched, or the stream has ended.
    ready: bool,
}

/// A waiting thread. It is woken for its own operations only, and told which one it was: with one condition for all, each event
/// made every waiting thread look at all of its operations.
struct Waiter {
    handles: Vec<u64>,
    ready: OnceLock<usize>,
    wake: Condvar,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        let empty = || Mutex::new(State { live: HandleMap::default(), waiters: Vec::new() });
        Self { numbers: Numbers::new(Kind::Operation), state: LazyLock::new(empty) }
    }

    /// Adds an operation, which is made for its handle.
    pub(crate) fn add(&self, make: impl FnOnce(u64) -> T) -> Arc<T> {
        let handle = self.numbers.next();
        let operation = Arc::new(make(handle));
        self.lock().live.insert(handle, Entry { operation: operation.clone(), ready: false });
        operation
    }

    /// The operation behind a handle. It lives on while the caller uses it, also when another thread frees the handle.
    pub(crate) fn get(&self, handle: u64) -> Result<Arc<T>, Status> {
        let state = self.lock();
        state.live.get(&handle).map(|entry| entry.operation.clone()).ok_or(Status::InvalidHandle)
    }

    /// Ends a handle.
    pub(crate) fn remove(&self, handle: u64) -> Result<Arc<T>, Status> {
        let entry = self.lock().live.remove(&handle);
        entry.map(|entry| entry.operation).ok_or(Status::InvalidHandle)
    }

    /// Every live operation.
    pub(crate) fn all(&self) -> Vec<Arc<T>> {
        self.lock().live.values().map(|entry| entry.operation.clone()).collect()
    }

    /// Notes whether an operation has something to fetch, and wakes who waits for it. One that was just freed still wakes its
    /// waiters.
    pub(crate) fn set_ready(&self, handle: u64, ready: bool) {
        let mut state = self.lock();
        if let Some(entry) = state.live.get_mut(&handle) {
            entry.ready = ready;
        }
        if !ready {
            return;
        }
        for waiter in &state.waiters {
            let index = waiter.handles.iter().position(|waited_for| *waited_for == handle);
            if index.is_some_and(|index| waiter.ready.set(index).is_ok()) {
                waiter.wake.notify_one();
            }
        }
    }

    /// Waits for the first of some operations that has something to fetch, and gives its index.
    pub(crate) fn wait(&self, handles: HandleList<'_>, deadline: Deadline) -> Result<usize, Status> {
        let mut state = self.lock();
        if let Some(index) = state.find_ready(handles)? {
            return Ok(index);
        }
        let handles = handles.iter().collect();
        let waiter = Arc::new(Waiter { handles, ready: OnceLock::new(), wake: Condvar::new() });
        state.waiters.push(waiter.clone());
        let mut outcome = Err(Status::Timeout);
        while outcome.is_err() {
            state = match deadline.0 {
                None => waiter.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    waiter.wake.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
            outcome = waiter.ready.get().copied().ok_or(Status::Timeout);
        }
        state.waiters.retain(|other| !Arc::ptr_eq(other, &waiter));
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// The index of the first that is ready. All before it have to be live: to look at the others as well would make a caller of
    /// thousands pay for each of them at each event.
    fn find_ready(&self, handles: HandleList<'_>) -> Result<Option<usize>, Status> {
        for (index, handle) in handles.iter().enumerate() {
            if self.live.get(&handle).ok_or(Status::InvalidHandle)?.ready {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}
