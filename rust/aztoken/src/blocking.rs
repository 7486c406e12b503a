//! Work that computes or reads files for a while, on threads where it holds up no other operation.

use crate::error::{Error, Result};

/// Runs such work on the runtime's blocking pool. Its result is lost when the future is dropped.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::internal("A step of the operation ended by a defect in aztoken.")),
    }
}
