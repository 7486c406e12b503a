//! When a request is sent again: data, and one pure decision.

use std::time::Duration;

/// How requests of one sort are repeated.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Waits before each repetition.
    waits: &'static [Duration],
}

/// Requests whose repetition changes nothing: MSAL's "one retry after one second".
pub const IDEMPOTENT: Policy = Policy { waits: &[Duration::from_secs(1)] };

/// Requests that must not be sent twice.
pub const NEVER: Policy = Policy { waits: &[] };

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with a status, and whether it came with `Retry-After`.
    Status {
        /// HTTP status.
        status: u16,
        /// The service said itself when to come back, so the caller is told instead.
        retry_after: bool,
    },
    /// No whole answer within the time limit.
    Timeout,
    /// No connection or no whole answer.
    Network,
}

impl Policy {
    /// How long to wait before the next attempt, or `None` to take the outcome as it is.
    pub fn next_wait(&self, attempt: usize, outcome: Outcome) -> Option<Duration> {
        let transient = match outcome {
            Outcome::Status { status, retry_after } => (500..600).contains(&status) && !retry_after,
            Outcome::Timeout => true,
            Outcome::Network => false,
        };
        if transient { self.waits.get(attempt).copied() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_transient_outcomes_are_repeated_and_only_so_often() {
        let second = Some(Duration::from_secs(1));
        let status = |status, retry_after| Outcome::Status { status, retry_after };
        for (attempt, outcome, expected) in [
            (0, status(500, false), second),
            (0, status(503, false), second),
            (0, status(503, true), None),
            (1, status(503, false), None),
            (0, Outcome::Timeout, second),
            (0, Outcome::Network, None),
            (0, status(429, false), None),
            (0, status(400, false), None),
            (0, status(200, false), None),
        ] {
            assert_eq!(IDEMPOTENT.next_wait(attempt, outcome), expected, "{attempt} {outcome:?}");
            assert_eq!(NEVER.next_wait(attempt, outcome), None);
        }
    }
}
