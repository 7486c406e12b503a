//! When a request is sent again: data per kind of endpoint, and one pure decision.

use std::time::Duration;

/// How requests of one kind are repeated.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The first rule that has a status decides about it. A status of no rule is final.
    pub rules: &'static [Rule],
    /// Waits after time-outs.
    pub after_timeout: &'static [Duration],
    /// Whether a request that may have reached the service may be sent again.
    pub repeat_sent: bool,
}

/// What is done after some statuses.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// HTTP statuses.
    pub statuses: &'static [u16],
    /// Waits before each repetition, without jitter.
    pub waits: &'static [Duration],
    /// What `Retry-After` means.
    pub retry_after: RetryAfter,
}

/// What a `Retry-After` of an answer means to a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// The answer is final: the caller is told when to come back.
    Final,
    /// The request is repeated, and not before that time.
    Minimum,
}

const ONE_SECOND: &[Duration] = &[Duration::from_secs(1)];

/// Statuses of a service or gateway that fails for a moment. Others of 500 and above say that the request itself can't
/// be served, or not on this network.
const TRANSIENT: &[u16] = &[500, 502, 503, 504];

/// The token service's: one repetition, none where the service says when to come back, and never for 429.
/// Source: MSAL.NET, `HttpRetryCondition` and `DefaultRetryPolicy`.
const STS: &[Rule] = &[Rule { statuses: TRANSIENT, waits: ONE_SECOND, retry_after: RetryAfter::Final }];

/// Requests to the token service whose repetition changes nothing: an app's own token, a device code, metadata and
/// keys, and a refresh token, since the service keeps the old one valid.
pub const IDEMPOTENT: Policy = Policy { rules: STS, after_timeout: ONE_SECOND, repeat_sent: true };

/// Requests that use something up or count against the user: an authorization code, a password. They are repeated only
/// when no connection was made, so that nothing can have been received.
pub const ONCE: Policy = Policy { rules: &[], after_timeout: ONE_SECOND, repeat_sent: false };

/// Requests that are repeated by another clock: polls.
pub const NEVER: Policy = Policy { rules: &[], after_timeout: &[], repeat_sent: false };

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Status {
        /// HTTP status.
        status: u16,
        /// `Retry-After`.
        retry_after: Option<Duration>,
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
        let jitter = 0.75 + 0.5 * random.clamp(0.0, 1.0);
        let spread = |waits: &[Duration]| waits.get(attempt).map(|wait| wait.mul_f64(jitter));
        match outcome {
            Outcome::Status { status, retry_after } => {
                let rule = self.rules.iter().find(|rule| rule.statuses.contains(&status))?;
                let wait = spread(rule.waits)?;
                match (retry_after, rule.retry_after) {
                    (None, _) => Some(wait),
                    (Some(_), RetryAfter::Final) => None,
                    (Some(asked), RetryAfter::Minimum) => Some(wait.max(asked)),
                }
            }
            Outcome::Timeout { connected } if connected && !self.repeat_sent => None,
            Outcome::Timeout { .. } => spread(self.after_timeout),
            Outcome::Failure => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn status(status: u16, retry_after: Option<u64>) -> Outcome {
        Outcome::Status { status, retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn only_transient_outcomes_are_repeated_and_only_so_often() {
        let second = Some(Duration::from_secs(1));
        for (attempt, outcome, idempotent, once) in [
            (0, status(500, None), second, None),
            (0, status(502, None), second, None),
            (0, status(503, None), second, None),
            (0, status(504, None), second, None),
            (0, status(503, Some(7)), None, None),
            (1, status(503, None), None, None),
            // Not implemented, HTTP version not supported, a sign-in page of the network.
            (0, status(501, None), None, None),
            (0, status(505, None), None, None),
            (0, status(511, None), None, None),
            (0, Outcome::Timeout { connected: true }, second, None),
            (0, Outcome::Timeout { connected: false }, second, second),
            (1, Outcome::Timeout { connected: false }, None, None),
            (0, Outcome::Failure, None, None),
            (0, status(429, None), None, None),
            (0, status(408, None), None, None),
            (0, status(400, None), None, None),
            (0, status(200, None), None, None),
        ] {
            assert_eq!(IDEMPOTENT.next_wait(attempt, outcome, 0.5), idempotent, "{attempt} {outcome:?}");
            assert_eq!(ONCE.next_wait(attempt, outcome, 0.5), once, "{attempt} {outcome:?}");
            assert_eq!(NEVER.next_wait(attempt, outcome, 0.5), None);
        }
    }

    /// The rules of another kind of endpoint are data: those of the instance metadata service, as MSAL.NET has them.
    #[test]
    fn each_status_may_have_waits_of_its_own() {
        const SHORT: &[Duration] = &[Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
        const GONE: &[Duration] = &[Duration::from_secs(10); 7];
        const METADATA_SERVICE: Policy = Policy {
            rules: &[
                Rule { statuses: &[410], waits: GONE, retry_after: RetryAfter::Minimum },
                Rule {
                    statuses: &[404, 408, 429, 500, 502, 503, 504],
                    waits: SHORT,
                    retry_after: RetryAfter::Minimum,
                },
            ],
            after_timeout: SHORT,
            repeat_sent: true,
        };
        for (attempt, outcome, seconds) in [
            (0, status(404, None), Some(1)),
            (2, status(429, None), Some(4)),
            (3, status(429, None), None),
            (0, status(429, Some(30)), Some(30)),
            (1, status(503, Some(1)), Some(2)),
            (6, status(410, None), Some(10)),
            (7, status(410, None), None),
            (0, status(400, Some(1)), None),
            (2, Outcome::Timeout { connected: true }, Some(4)),
        ] {
            let wait = METADATA_SERVICE.next_wait(attempt, outcome, 0.5);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{attempt} {outcome:?}");
        }
    }

    proptest! {
        #[test]
        fn waits_are_spread_but_bounded(random in any::<f64>(), attempt in 0_usize..5) {
            for policy in [IDEMPOTENT, ONCE, NEVER] {
                if let Some(wait) = policy.next_wait(attempt, Outcome::Timeout { connected: false }, random) {
                    let plain = policy.after_timeout[attempt];
                    prop_assert!(wait >= plain.mul_f64(0.74) && wait <= plain.mul_f64(1.26));
                }
            }
        }
    }
}
