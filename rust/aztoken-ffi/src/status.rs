//! What a function says of its outcome.

/// The outcome of a call.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AztokenStatus {
    /// Done.
    Ok = 0,
    /// Nothing happened within the time given; call again.
    Timeout = 1,
    /// The stream of events has ended.
    End = 2,
    /// A pointer that must not be null is null.
    NullPointer = 3,
    /// No such operation or buffer, or not any more.
    InvalidHandle = 4,
    /// An argument is out of its range.
    InvalidArgument = 5,
    /// A defect in the library; the process goes on.
    Panic = 6,
    /// Shutdown is incomplete: a thread of the library is still in a call that can't be interrupted.
    Busy = 7,
}
