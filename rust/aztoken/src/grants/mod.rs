//! One grant, one file.

mod device_code;

use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use device_code::DeviceCode;

use crate::context::Context;
use crate::error::Result;
use crate::request::Common;
use crate::token::TokenSet;

/// What each grant is: its own request members, and the way to a token.
pub trait Grant: DeserializeOwned + Send + 'static {
    /// Time limit where the caller gives none; `None` where the grant ends by itself.
    const DEFAULT_TIMEOUT: Option<Duration>;

    /// Checks the request, then gets the token.
    fn acquire(self, common: Common, cx: &Context) -> impl Future<Output = Result<TokenSet>> + Send;
}
