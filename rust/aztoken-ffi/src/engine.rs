//! The async runtime, and what all operations share: made by the first operation, shared by all, never at load.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use std::{io, process, thread};

use aztoken::Context;
use tokio::runtime::{Builder, Runtime};

use crate::guard::guard;
use crate::status::AztokenStatus;
use crate::stream;

/// Async workers. They wait for the network, encrypt and decrypt (a TLS handshake takes about 1 ms), read and write JSON; what
/// may block (files, keys, programs, DNS) runs on the blocking pool. Two do that for hundreds of tokens a second; two more keep
/// the timers of other runspaces exact if one of them is held up after all, and cost 50 kB of memory each while idle.
const WORKERS: usize = 4;
/// Threads of the blocking pool, which end after 10 idle seconds. Tokio's own limit (512) is for disks; in ours, slow work of
/// thousands of operations must not fill a container's pids limit. The HTTP layer has a lower limit for DNS, so that slow
/// lookups leave room for files and keys.
const BLOCKING_THREADS: usize = 64;
/// How long shutdown waits for calls that can't be interrupted, such as a DNS lookup.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// What all operations share.
pub(crate) struct Engine {
    pub(crate) runtime: Runtime,
    pub(crate) context: Context,
    /// The process that the threads belong to: a forked child has none of them.
    process: u32,
}

/// Locked while an operation is started and during the whole shutdown, so that no operation starts on a runtime that stops.
static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);

/// The library's threads that haven't ended yet.
static THREADS: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// The running engine. No shutdown begins while this is held.
pub(crate) struct Started(MutexGuard<'static, Option<Engine>>);

impl Deref for Started {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        self.0.as_ref().expect("`started` put one in")
    }
}

/// The engine, started if it isn't running. Waits while a shutdown is in progress.
pub(crate) fn started() -> io::Result<Started> {
    let mut engine = lock(&ENGINE);
    if engine.as_ref().is_some_and(|engine| engine.process != process::id()) {
        // After a fork. Its threads can't be waited for, and its connections are the parent's.
        std::mem::forget(engine.take());
        *lock(&THREADS.0) = 0;
    }
    if engine.is_none() {
        *engine = Some(start()?);
    }
    Ok(Started(engine))
}

fn start() -> io::Result<Engine> {
    check_threads(WORKERS + 1)?;
    // Tokio panics when the first thread is refused, which can still happen if others take what was just free.
    let built = catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|panic| {
        // Dropping a panic's payload may panic again.
        std::mem::forget(panic);
        Err(io::ErrorKind::WouldBlock.into())
    });
    Ok(Engine { runtime: built?, context: Context::default(), process: process::id() })
}

fn build() -> io::Result<Runtime> {
    let count = |change: fn(&mut usize)| {
        move || {
            change(&mut lock(&THREADS.0));
            THREADS.1.notify_all();
        }
    };
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("aztoken")
        .on_thread_start(count(|threads| *threads += 1))
        .on_thread_stop(count(|threads| *threads = threads.saturating_sub(1)))
        .enable_all()
        .build()
}

/// Whether the system lets this process have so many more threads: a container's pids limit or `ulimit -u` may not.
fn check_threads(count: usize) -> io::Result<()> {
    let (release, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let mut threads = Vec::new();
    let mut outcome = Ok(());
    for _ in 0..count {
        let wait = wait.clone();
        // All of them at once, until the channel is closed.
        let body = move || _ = lock(&wait).recv();
        match thread::Builder::new().name("aztoken".into()).spawn(body) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    drop(release);
    for thread in threads {
        // They only wait.
        let _ = thread.join();
    }
    outcome
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Cancels every operation and stops the library's threads. The next operation starts them again.
///
/// For hosts that unload the library, and for tests. Gives `AZTOKEN_STATUS_BUSY` if a thread is still in a call that can't be
/// interrupted after 5 seconds (a DNS lookup, a file on a share that hangs). Every stream has ended then too, but the library
/// must not be unloaded; a second call waits again. Operations that other threads start meanwhile begin after the shutdown.
/// Owner: handles stay the caller's to free. Thread: any.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_shutdown() -> AztokenStatus {
    guard(|| {
        let mut engine = lock(&ENGINE);
        stream::cancel_all();
        match engine.take() {
            Some(engine) if engine.process == process::id() => {
                engine.runtime.shutdown_timeout(SHUTDOWN_LIMIT);
                if *lock(&THREADS.0) == 0 { Ok(()) } else { Err(AztokenStatus::Busy) }
            }
            Some(of_parent) => {
                std::mem::forget(of_parent);
                Ok(())
            }
            None => wait_for_threads(),
        }
    })
}

/// The threads that an earlier shutdown left.
fn wait_for_threads() -> Result<(), AztokenStatus> {
    let threads = lock(&THREADS.0);
    let waited = THREADS.1.wait_timeout_while(threads, SHUTDOWN_LIMIT, |threads| *threads > 0);
    let (threads, _) = waited.unwrap_or_else(PoisonError::into_inner);
    if *threads == 0 { Ok(()) } else { Err(AztokenStatus::Busy) }
}
