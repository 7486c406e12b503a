//! A response body that ends too early.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

/// Announces a whole body, and sends its beginning. Then the connection ends.
pub(crate) struct Truncated {
    sent: Option<Bytes>,
    announced: u64,
    flushed: bool,
}

impl Truncated {
    /// The first `kept` bytes of a body.
    pub(crate) fn new(body: &Bytes, kept: usize) -> Self {
        let announced = body.len().max(kept + 1) as u64;
        Self { sent: Some(body.slice(..kept.min(body.len()))), announced, flushed: false }
    }
}

/// The body ended too early, on purpose.
#[derive(Debug)]
pub(crate) struct Ended;

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body ends here on purpose")
    }
}

impl std::error::Error for Ended {}

impl HttpBody for Truncated {
    type Data = Bytes;
    type Error = Ended;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Ended>>> {
        if let Some(bytes) = self.sent.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.flushed {
            return Poll::Ready(Some(Err(Ended)));
        }
        // hyper sends what it has when a body makes it wait.
        self.flushed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
