//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod clients;
mod failure;
mod form;
mod proxy;
mod request;
pub mod retry;
mod transport;

pub use clients::Clients;
pub(crate) use clients::Network;
pub(crate) use form::Form;
pub use proxy::ProxySetting;
pub use request::Limits;
pub(crate) use request::Request;
pub(crate) use transport::{Answer, Http};
