//! When a request is sent again: data per sort of request, and one pure decision.
//!
//! The numbers are MSAL's for the token service: one repetition after a second for 5xx and time-outs, none where the
//! service said itself when to come back, never for 429.

use std::time::Duration;

/// How requests of one sort are repeated.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Waits before each repetition, without jitter.
    waits: &'static [Duration],
    /// Whether a request that may have reached the service may be sent again.
    repeat_sent: bool,
}

/// Requests whose repetition changes nothing: an app's own token, a device code, metadata and keys.
pub const IDEMPOTENT: Policy = Policy { waits: &[Duration::from_secs(1)], repeat_sent: true };

/// Requests that use something up or count against the user: a refresh token, an authorization code, a password.
/// They are repeated only when no connection was made, so that nothing can have been received.
pub const ONCE: Policy = Policy { waits: &[Duration::from_secs(1)], repeat_sent: false };

/// Requests that are repeated by another clock: polls.
pub const NEVER: Policy = Policy { waits: &[], repeat_sent: false };

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
    Timeout {
        /// Whether there was a connection, so that the request may have been received.
        connected: bool,
    },
    /// Anything else that isn't an answer: waiting a second doesn't help.
    Failure,
}

impl Policy {
    /// How long to wait before the next attempt, or `None` to take the outcome as it is. `random` is from 0 to 1 and
    /// spreads the wait by a quarter either way, so that many clients don't come back at the same moment.
    pub fn next_wait(&self, attempt: usize, outcome: Outcome, random: f64) -> Option<Duration> {
        let (transient, sent) = match outcome {
            Outcome::Status { status, retry_after } => ((500..600).contains(&status) && !retry_after, true),
            Outcome::Timeout { connected } => (true, connected),
            Outcome::Failure => (false, false),
        };
        if !transient || (sent && !self.repeat_sent) {
            return None;
        }
        let jitter = 0.75 + 0.5 * random.clamp(0.0, 1.0);
        self.waits.get(attempt).map(|wait| wait.mul_f64(jitter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn status(status: u16, retry_after: bool) -> Outcome {
        Outcome::Status { status, retry_after }
    }

    #[test]
    fn only_transient_outcomes_are_repeated_and_only_so_often() {
        let second = Some(Duration::from_secs(1));
        for (attempt, outcome, idempotent, once) in [
            (0, status(500, false), second, None),
            (0, status(503, false), second, None),
            (0, status(503, true), None, None),
            (1, status(503, false), None, None),
            (0, Outcome::Timeout { connected: true }, second, None),
            (0, Outcome::Timeout { connected: false }, second, second),
            (1, Outcome::Timeout { connected: false }, None, None),
            (0, Outcome::Failure, None, None),
            (0, status(429, false), None, None),
            (0, status(408, false), None, None),
            (0, status(400, false), None, None),
            (0, status(200, false), None, None),
        ] {
            assert_eq!(IDEMPOTENT.next_wait(attempt, outcome, 0.5), idempotent, "{attempt} {outcome:?}");
            assert_eq!(ONCE.next_wait(attempt, outcome, 0.5), once, "{attempt} {outcome:?}");
            assert_eq!(NEVER.next_wait(attempt, outcome, 0.5), None);
        }
    }

    proptest! {
        #[test]
        fn waits_are_spread_but_bounded(random in any::<f64>(), attempt in 0_usize..5) {
            for policy in [IDEMPOTENT, ONCE, NEVER] {
                if let Some(wait) = policy.next_wait(attempt, Outcome::Timeout { connected: false }, random) {
                    let plain = policy.waits[attempt];
                    prop_assert!(wait >= plain.mul_f64(0.74) && wait <= plain.mul_f64(1.26));
                }
            }
        }
    }
}
