//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod certificates;
mod clients;
mod failure;
mod flights;
mod form;
mod no_proxy;
mod proxy;
mod request;
mod resolver;
pub mod retry;
mod system_roots;
#[cfg(test)]
mod testing;
mod tls_failure;
mod transport;
mod trust;
mod verifier;

pub use clients::Clients;
pub(crate) use clients::{Lease, Network, Told};
pub(crate) use form::Form;
pub use proxy::ProxySetting;
pub use request::Limits;
pub(crate) use request::Request;
pub(crate) use transport::{Answer, Http};
pub(crate) use trust::TrustSetting;
