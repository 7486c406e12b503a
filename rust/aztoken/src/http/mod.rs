//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod clients;
mod failure;
mod form;
mod network;
mod proxy;
pub mod retry;
mod transport;

pub use clients::{Clients, Limits};
pub(crate) use form::Form;
pub(crate) use network::NetworkSettings;
pub use proxy::ProxySetting;
pub(crate) use transport::{Answer, Transport};
