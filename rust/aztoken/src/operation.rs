//! The shape of every operation: prepared without waiting, then executed.

use std::future::Future;
use std::time::Duration;

use crate::cache_key::CacheKey;
use crate::environment::Environment;
use crate::error::Result;
use crate::event::Outcome;
use crate::io::Io;
use crate::request::{RequestOptions, ResolvedRequest};

/// A grant, or another operation with a token's shape of request: its own members, and the way to its output.
///
/// The two steps are apart on purpose. [`prepare`](Self::prepare) decides everything that can be decided without waiting
/// and refuses what is wrong, so nothing is sent and nobody is asked before that. Whatever stands between a request and
/// what is sent (a cache, one request in flight for many callers, a chain of sources) stands between the two.
pub trait Operation: Sized + Send + 'static {
    /// What it ends with.
    type Output: Outcome;

    /// Everything that was decided: authority, tenant, client, scopes, the opened credential, the first request.
    type Plan: Plan;

    /// Time limit where the caller gives none; `None` where the operation ends by itself.
    const DEFAULT_TIMEOUT: Option<Duration>;

    /// Whether preparing takes long enough to need a thread of its own: opening an encrypted key derives another one.
    fn is_slow_to_prepare(&self) -> bool {
        false
    }

    /// Checks the request and decides. Pure: uses no network, no clock and no environment but the one given.
    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<Self::Plan>;

    /// Does what was decided. Dropping the future cancels it.
    fn execute(plan: Self::Plan, io: &Io) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// What every plan can say of itself.
pub trait Plan: Send + 'static {
    /// Authority, client and scopes, where the operation has all of them.
    fn resolved(&self) -> Option<&ResolvedRequest> {
        None
    }

    /// The key that a token by this plan is kept under; `None` where it must not be shared.
    fn cache_key(&self) -> Option<CacheKey> {
        None
    }
}
