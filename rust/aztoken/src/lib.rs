//! Microsoft Entra ID tokens by OAuth 2.0 grants.
//!
//! A grant says what it sends and what it expects; [`Context`] brings HTTP, time and the time limit.
//!
//! ```no_run
//! use std::sync::Arc;
//! use aztoken::{Clients, RequestOptions, Context, Event, grants::DeviceCode};
//!
//! # async fn example() -> aztoken::Result<()> {
//! let show = |event: &Event<'_>| {
//!     if let Event::Message { text, .. } = event {
//!         eprintln!("{text}");
//!     }
//! };
//! let context = Context::new(Arc::new(Clients::default()), Arc::new(show));
//! let token = context.run(RequestOptions::default(), DeviceCode::default()).await?;
//! assert_eq!(token.token_type, "Bearer");
//! # Ok(())
//! # }
//! ```

pub mod authority;
pub mod authorize;
mod claims;
pub mod client_auth;
pub mod clock;
mod context;
#[cfg(test)]
mod contract_tests;
pub mod discovery;
mod environment;
mod error;
mod event;
pub mod grants;
mod hints;
pub mod http;
pub mod jwt;
pub mod params;
mod pem;
mod request;
pub mod scope;
mod secret;
#[cfg(test)]
mod testing;
mod text;
mod token;

pub use context::Context;
pub use environment::Environment;
pub use error::{Error, ErrorDetails, ErrorKind, Result};
pub use event::{Event, EventSink, Level, Outcome, Reply, Subject};
pub use http::{Clients, Limits, ProxySetting};
pub use request::{RequestOptions, parse as parse_request};
pub use secret::Secret;
pub use token::TokenSet;
