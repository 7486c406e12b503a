//! An operation: work on the library's threads, and the stream of its events.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aztoken::{Context, Error, Event, EventSink, Outcome, Reply, Secret};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::buffer::Bytes;
use crate::engine;
use crate::status::AztokenStatus as Status;
use crate::table::Table;

/// Every operation that wasn't freed yet.
pub(crate) static OPERATIONS: Table<Operation> = Table::new();

/// The event in place of one that can't be written.
const UNWRITABLE: &[u8] = b"{\"event\":\"error\",\"kind\":\"internal\",\"error\":\"internal_error\",\"message\":\"An event could not be written.\",\"error_codes\":[],\"retryable\":false}";

/// A running or ended operation.
pub(crate) struct Operation {
    pub(crate) handle: u64,
    stream: Mutex<Stream>,
}

#[derive(Default)]
struct Stream {
    events: VecDeque<Bytes>,
    /// The last event is in: a token, a result or an error.
    ended: bool,
    task: Option<AbortHandle>,
    /// Where the reply to the last question goes.
    reply: Option<oneshot::Sender<Secret>>,
}

/// Starts an operation and gives its handle. What is wrong with the request comes as an error event.
pub(crate) fn start<O: aztoken::Operation + DeserializeOwned>(request: &[u8]) -> u64 {
    let request = request.to_vec();
    // Registered first: a shutdown that begins now already ends it.
    let operation = OPERATIONS.add(|handle| Operation { handle, stream: Mutex::default() });
    match engine::started() {
        Ok(engine) => {
            let work = run::<O>(Ending(operation.clone()), request, engine.context.clone());
            operation.set_task(engine.runtime.spawn(work).abort_handle());
        }
        Err(error) => {
            let error = Error::internal(format!("The operating system refused to start a thread: {error}."));
            operation.push(&Event::Error(&error));
        }
    }
    operation.handle
}

async fn run<O: aztoken::Operation + DeserializeOwned>(ending: Ending, request: Bytes, context: Context) {
    let parsed = aztoken::parse_request::<O>(&request);
    drop(request);
    let outcome = match parsed {
        Ok((options, parameters)) => context.run(options, parameters, ending.0.clone()).await,
        Err(error) => Err(error),
    };
    match &outcome {
        Ok(outcome) => ending.0.push(&outcome.event()),
        Err(error) => ending.0.push(&Event::Error(error)),
    }
}

/// Ends the stream when its task is dropped before the work has returned. The task owns it from the start, also one that never
/// gets to run.
struct Ending(Arc<Operation>);

impl Drop for Ending {
    fn drop(&mut self) {
        let error = if std::thread::panicking() {
            Error::internal("The operation ended by a defect in aztoken.")
        } else {
            Error::cancelled()
        };
        self.0.push(&Event::Error(&error));
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
        let is_last = matches!(event, Event::Token(_) | Event::Result(_) | Event::Error(_));
        if self.stream().ended {
            return;
        }
        let bytes = serde_json::to_vec(event).unwrap_or_else(|_| UNWRITABLE.to_vec());
        let mut stream = self.stream();
        if stream.ended {
            return;
        }
        stream.ended = is_last;
        stream.events.push_back(bytes);
        // While the stream is locked, so that the table never says what no longer holds.
        OPERATIONS.set_ready(self.handle, true);
    }

    /// Keeps the handle that aborts the work. An operation that has ended meanwhile needs no more work.
    fn set_task(&self, task: AbortHandle) {
        let mut stream = self.stream();
        if !stream.ended {
            stream.task = Some(task);
            return;
        }
        // Not while the stream is locked: what is aborted may end its stream.
        drop(stream);
        task.abort();
    }

    pub(crate) fn cancel(&self) {
        self.push(&Event::Error(&Error::cancelled()));
        let task = self.stream().task.take();
        if let Some(task) = task {
            task.abort();
        }
    }

    pub(crate) fn reply(&self, reply: Secret) -> Result<(), Status> {
        let sender = self.stream().reply.take().ok_or(Status::InvalidArgument)?;
        sender.send(reply).map_err(|_| Status::InvalidArgument)
    }

    /// The next event. Without one: `Timeout` while more may come, `End` after the last.
    pub(crate) fn take(&self) -> Result<Bytes, Status> {
        let mut stream = self.stream();
        let event = stream.events.pop_front();
        if stream.events.is_empty() && !stream.ended {
            OPERATIONS.set_ready(self.handle, false);
        }
        event.ok_or(if stream.ended { Status::End } else { Status::Timeout })
    }

    fn stream(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use aztoken::grants::DeviceCode;
    use serde_json::Value;

    use super::*;

    fn operation() -> Arc<Operation> {
        OPERATIONS.add(|handle| Operation { handle, stream: Mutex::default() })
    }

    /// The only event of an operation that has ended.
    fn only_event(operation: &Operation) -> Value {
        let event = serde_json::from_slice(&operation.take().expect("an event")).expect("JSON");
        assert_eq!(operation.take(), Err(Status::End));
        event
    }

    #[test]
    fn work_that_is_dropped_before_it_begins_is_cancelled() {
        let operation = operation();
        drop(run::<DeviceCode>(Ending(operation.clone()), b"{}".to_vec(), Context::default()));
        assert_eq!(only_event(&operation)["kind"], "cancelled");
    }

    #[test]
    fn a_panic_ends_the_stream_as_a_defect() {
        let operation = operation();
        let ending = Ending(operation.clone());
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _ending = ending;
            panic!("seen by the test only");
        }));
        assert!(panicked.is_err());
        assert_eq!(only_event(&operation)["kind"], "internal");
    }

    #[test]
    fn work_that_is_cancelled_while_it_starts_is_aborted() {
        let operation = operation();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
        let work = runtime.spawn(std::future::pending::<()>());
        operation.cancel();
        operation.set_task(work.abort_handle());
        assert!(runtime.block_on(work).expect_err("aborted").is_cancelled());
        assert_eq!(only_event(&operation)["kind"], "cancelled");
    }
}
