//! Work that computes, reads files or looks names up, on threads where it holds up no other operation.

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// A bounded share of the runtime's blocking threads. What comes beyond waits for its turn without a thread.
pub(crate) struct Pool(Semaphore);

/// Files, keys, signatures. More at once than processors, since some of it only waits for a disk or a share.
static WORK: Pool = Pool::new(16);

/// Names: the system's resolver can't be interrupted, so slow lookups keep their threads for a while.
pub(crate) static LOOKUPS: Pool = Pool::new(8);

impl Pool {
    const fn new(limit: usize) -> Self {
        Self(Semaphore::const_new(limit))
    }

    /// Runs such work. It goes on to its end, and holds its share, when the future is dropped; its result is lost then.
    pub(crate) async fn run<T: Send + 'static>(
        &'static self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.0.acquire().await.map_err(|_| Error::cancelled())?;
        let work = move || {
            let _permit = permit;
            work()
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Err(Error::cancelled()),
            Err(_) => Err(Error::internal("A step of the operation ended by a defect in aztoken.")),
        }
    }
}

/// Runs work on the bounded pool for files, keys and signatures.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    WORK.run(work).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn only_so_many_run_at_once_and_the_dropped_ones_count() {
        static SMALL: Pool = Pool::new(3);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(std::sync::Mutex::new(released));
        let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (running, most) = (running.clone(), most.clone());
                let (released, started) = (released.clone(), started.clone());
                tokio::spawn(SMALL.run(move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    started.send(()).expect("received");
                    // The channel is closed at the end, which lets all go on.
                    let _closed = released.lock().expect("not poisoned").recv();
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                }))
            })
            .collect();
        for _ in 0..3 {
            starts.recv().await.expect("one runs");
        }
        for task in &tasks[..10] {
            task.abort();
        }
        drop(release);
        for task in tasks {
            match task.await {
                Ok(outcome) => outcome.expect("done"),
                Err(error) => assert!(error.is_cancelled()),
            }
        }
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let error = run_blocking(|| -> Result<()> { panic!("on purpose") }).await.expect_err("an error");
        assert_eq!(error.error, "internal_error");
    }
}
