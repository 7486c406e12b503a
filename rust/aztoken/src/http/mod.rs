//! HTTP: clients by setting, sending, retrying, and faults put into words.

mod clients;
mod failure;
pub mod retry;
mod transport;

pub use clients::{Clients, Limits};
pub(crate) use transport::{Answer, get, post_form};
