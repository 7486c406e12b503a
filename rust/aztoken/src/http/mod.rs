//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod clients;
mod failure;
mod proxy;
mod request;
pub mod retry;
mod transport;

pub use clients::Clients;
pub(crate) use clients::Network;
pub use proxy::ProxySetting;
pub use request::Limits;
pub(crate) use transport::{Answer, Http};
