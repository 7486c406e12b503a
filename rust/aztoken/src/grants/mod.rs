//! One grant, one file.

mod device_code;

use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use device_code::DeviceCode;

use crate::context::Context;
use crate::error::Result;
use crate::event::Outcome;
use crate::request::Common;

/// What each grant is: its own request members, and the way to a token. Operations that give no token are of the same
/// shape with another output.
pub trait Grant: DeserializeOwned + Send + 'static {
    /// What it ends with.
    type Output: Outcome;

    /// Time limit where the caller gives none; `None` where the grant ends by itself.
    const DEFAULT_TIMEOUT: Option<Duration>;

    /// Checks the request, then does the work.
    fn acquire(self, common: Common, cx: &Context) -> impl Future<Output = Result<Self::Output>> + Send;
}
