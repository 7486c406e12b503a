//! Operations: work that runs on the library's threads, and the stream of its events.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aztoken::{Context, Error, Event, EventSink, Outcome, Reply, Secret};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::buffer::{AztokenBuffer, Bytes, hand_out};
use crate::guard::{Output, guard, input, input_handles};
use crate::handles::Handles;
use crate::runtime::engine;
use crate::status::AztokenStatus;
use crate::status::AztokenStatus as Status;

/// A running or ended operation. 0 is none.
pub type AztokenOperation = u64;

static OPERATIONS: Handles<Operation> = Handles::new();

/// Told whenever any operation has a new event. One for all, since a caller may wait for several.
static ACTIVITY: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

#[derive(Default)]
struct Operation {
    stream: Mutex<Stream>,
}

#[derive(Default)]
struct Stream {
    events: VecDeque<Bytes>,
    /// The last event is in: a token or an error.
    ended: bool,
    task: Option<AbortHandle>,
    /// Where the reply to the last question goes.
    reply: Option<oneshot::Sender<Secret>>,
}

/// Starts a grant. What is wrong with the request comes as an error event.
pub(crate) fn start<O: aztoken::Operation + DeserializeOwned>(request: &[u8]) -> AztokenOperation {
    let request = request.to_vec();
    let operation = Arc::new(Operation::default());
    match engine() {
        Err(error) => {
            let error = Error::internal(format!("No thread could be started: {error}."));
            operation.push(&Event::Error(&error));
        }
        Ok(engine) => {
            let work = run::<O>(operation.clone(), request, engine.context.clone());
            let task = engine.runtime.spawn(work).abort_handle();
            operation.stream().task = Some(task);
        }
    }
    OPERATIONS.add(operation)
}

async fn run<O: aztoken::Operation + DeserializeOwned>(
    operation: Arc<Operation>,
    request: Bytes,
    context: Context,
) {
    let finish = Finish(operation.clone());
    let parsed = aztoken::parse_request::<O>(&request);
    drop(request);
    let outcome = match parsed {
        Ok((options, parameters)) => context.run(options, parameters, operation.clone()).await,
        Err(error) => Err(error),
    };
    match &outcome {
        Ok(outcome) => operation.push(&outcome.event()),
        Err(error) => operation.push(&Event::Error(error)),
    }
    drop(finish);
}

/// Ends the stream when the work ends in another way than by returning: by a panic.
struct Finish(Arc<Operation>);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.push(&Event::Error(&Error::internal("The operation ended by a defect in aztoken.")));
    }
}

/// Ends every operation; for shutdown.
pub(crate) fn cancel_all() {
    for operation in OPERATIONS.all() {
        operation.cancel();
    }
}

impl EventSink for Operation {
    fn emit(&self, event: &Event<'_>) {
        self.push(event);
    }

    fn ask(&self, question: &Event<'_>) -> Reply {
        let (sender, receiver) = oneshot::channel();
        self.stream().reply = Some(sender);
        self.push(question);
        Box::pin(async { receiver.await.ok() })
    }
}

impl Operation {
    /// Adds an event, unless the stream has ended.
    fn push(&self, event: &Event<'_>) {
        let last = matches!(event, Event::Token(_) | Event::Result(_) | Event::Error(_));
        let bytes = serde_json::to_vec(event).unwrap_or_else(|_| b"{\"event\":\"error\",\"kind\":\"internal\",\"error\":\"internal_error\",\"message\":\"An event could not be written.\",\"error_codes\":[],\"retryable\":false}".to_vec());
        let mut stream = self.stream();
        if stream.ended {
            return;
        }
        stream.ended = last;
        stream.events.push_back(bytes);
        drop(stream);
        let told = ACTIVITY.0.lock().unwrap_or_else(PoisonError::into_inner);
        ACTIVITY.1.notify_all();
        drop(told);
    }

    fn cancel(&self) {
        self.push(&Event::Error(&Error::cancelled()));
        if let Some(task) = self.stream().task.take() {
            task.abort();
        }
    }

    fn reply(&self, reply: Secret) -> Result<(), Status> {
        let sender = self.stream().reply.take().ok_or(Status::InvalidArgument)?;
        sender.send(reply).map_err(|_| Status::InvalidArgument)
    }

    /// Whether `take` has something to say.
    fn is_ready(&self) -> bool {
        let stream = self.stream();
        stream.ended || !stream.events.is_empty()
    }

    fn take(&self) -> Result<Bytes, Status> {
        let mut stream = self.stream();
        let ended = stream.ended;
        stream.events.pop_front().ok_or(if ended { Status::End } else { Status::Timeout })
    }

    fn stream(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the first of some operations that has something to say, and gives its index.
fn wait(operations: &[Arc<Operation>], timeout_ms: u32) -> Result<usize, Status> {
    let started = Instant::now();
    let limit = (timeout_ms != u32::MAX).then(|| Duration::from_millis(timeout_ms.into()));
    let mut activity = ACTIVITY.0.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(index) = operations.iter().position(|operation| operation.is_ready()) {
            return Ok(index);
        }
        activity = match limit {
            None => ACTIVITY.1.wait(activity).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                let left = limit.saturating_sub(started.elapsed());
                if left.is_zero() {
                    return Err(Status::Timeout);
                }
                ACTIVITY.1.wait_timeout(activity, left).unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
}

/// Waits for the next event of an operation: UTF-8 JSON in a buffer that the caller frees.
///
/// `timeout_ms` 0 doesn't wait, `UINT32_MAX` waits without limit. Gives `AZTOKEN_STATUS_TIMEOUT` when there is none yet and
/// `AZTOKEN_STATUS_END` after the last. Owner: the buffer is the caller's. Thread: any. Null: not allowed.
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
        let operation = OPERATIONS.get(operation)?;
        wait(std::slice::from_ref(&operation), timeout_ms)?;
        event.set(hand_out(operation.take()?));
        Ok(())
    })
}

/// Waits for the first of several operations that has an event or has ended, and gives its index.
///
/// At most 65,536 operations. Owner: nothing changes hands. Thread: any. Null: not allowed.
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
        let (handles, ready) = unsafe { (input_handles(operations, count)?, Output::new(ready)?) };
        let operations =
            handles.into_iter().map(|handle| OPERATIONS.get(handle)).collect::<Result<Vec<_>, _>>()?;
        ready.set(wait(&operations, timeout_ms)?);
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
