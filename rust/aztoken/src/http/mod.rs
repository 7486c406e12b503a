//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod clients;
mod failure;
mod proxy;
pub mod retry;
mod transport;

pub(crate) use clients::Network;
pub use clients::{Clients, Limits};
pub use proxy::ProxySetting;
pub(crate) use transport::{Answer, get, post_form};
