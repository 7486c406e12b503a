//! The async runtime and the HTTP clients: made by the first operation, shared by all, never at load.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aztoken::Context;
use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Runtime};

use crate::guard::guard;
use crate::operation;
use crate::status::AztokenStatus;

/// Waiting for the network is all that the threads do.
const THREADS: usize = 2;
/// What a DNS lookup that can't be interrupted may take at shutdown.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// What all operations share.
pub(crate) struct Engine {
    pub(crate) runtime: Runtime,
    pub(crate) context: Context,
}

/// `get_or_try_init`, because threads can be refused by the system; the mutex, because shutdown takes it out again.
static ENGINE: Mutex<OnceCell<Arc<Engine>>> = Mutex::new(OnceCell::new());

/// The engine, started if it isn't.
pub(crate) fn engine() -> std::io::Result<Arc<Engine>> {
    let engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
    engine.get_or_try_init(start).cloned()
}

fn start() -> std::io::Result<Arc<Engine>> {
    let runtime =
        Builder::new_multi_thread().worker_threads(THREADS).thread_name("aztoken").enable_all().build()?;
    Ok(Arc::new(Engine { runtime, context: Context::default() }))
}

/// Cancels every operation and stops the library's threads. The next operation starts them again.
///
/// For hosts that unload the library, and for tests. Owner: handles stay the caller's to free. Thread: any that is not
/// the library's own.
#[unsafe(no_mangle)]
pub extern "C" fn aztoken_shutdown() -> AztokenStatus {
    guard(|| {
        let engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner).take();
        operation::cancel_all();
        if let Some(engine) = engine.and_then(Arc::into_inner) {
            engine.runtime.shutdown_timeout(SHUTDOWN_LIMIT);
        }
        Ok(())
    })
}
