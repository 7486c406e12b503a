//! What decides how the network is reached.

use super::proxy::ProxySetting;
use crate::environment::Environment;

/// The caller's settings for one operation.
#[derive(Debug, Default)]
pub(crate) struct NetworkSettings {
    /// The caller's variables.
    pub(crate) environment: Environment,
    /// The proxy that the caller named.
    pub(crate) proxy: Option<ProxySetting>,
    /// The proxy of the operating system, as the caller found it.
    pub(crate) system_proxy: Option<String>,
}
