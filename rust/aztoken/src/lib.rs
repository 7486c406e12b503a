//! Microsoft Entra ID tokens by OAuth 2.0 grants.
//!
//! Every operation has two steps. [`prepare`] checks the request and decides everything that can be decided without waiting;
//! [`Context::execute`] does what waits. [`Context::run`] is both.
//!
//! ```
//! use std::sync::Arc;
//! use aztoken::grants::ClientCredentials;
//! use aztoken::client_auth::ClientAuth;
//! use aztoken::{Context, Event, RequestOptions, prepare};
//!
//! # async fn example() -> aztoken::Result<()> {
//! let options = RequestOptions {
//!     tenant: Some("contoso.onmicrosoft.com".into()),
//!     client_id: Some("8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93".into()),
//!     resource: Some("https://management.azure.com".into()),
//!     ..RequestOptions::default()
//! };
//! let grant = ClientCredentials { client_auth: ClientAuth::Secret { secret: "the secret".into() } };
//!
//! // Whatever is wrong with the request is an error here; nothing was sent.
//! let prepared = prepare(options, grant)?;
//! let resolved = prepared.resolved().expect("a grant has an authority, a client and scopes");
//! assert_eq!(resolved.scopes, ["https://management.azure.com/.default"]);
//!
//! // One context serves all operations of a program.
//! let context = Context::default();
//! let show = |event: &Event<'_>| {
//!     if let Event::Message { text, .. } = event {
//!         eprintln!("{text}");
//!     }
//! };
//! let token = context.execute(prepared, Arc::new(show)).await?;
//! assert_eq!(token.token_type, "Bearer");
//! # Ok(())
//! # }
//! ```

pub mod authority;
pub mod authorize;
mod blocking;
mod cache_key;
mod claims;
pub mod client_auth;
pub mod clock;
#[cfg(test)]
mod contract_tests;
pub mod discovery;
mod environment;
mod error;
mod event;
pub mod grants;
mod hints;
pub mod http;
mod io;
pub mod jwt;
mod operation;
pub mod operations;
pub mod params;
mod pem;
mod request;
mod run;
pub mod scope;
mod secret;
mod signing;
#[cfg(test)]
mod testing;
mod text;
mod token;
mod token_set;

pub use cache_key::{CacheKey, Fingerprint};
pub use environment::Environment;
pub use error::{Error, ErrorDetails, ErrorKind, Reason, Result};
pub use event::{Event, EventSink, Level, Outcome, Reply, Subject};
pub use http::{Clients, Limits, ProxySetting};
pub use io::Io;
pub use operation::{Operation, Plan};
pub use request::{
    NoOptions, RequestOptions, ResolvedRequest, parse as parse_request, parse_with as parse_request_with,
};
pub use run::{Context, Prepared, prepare};
pub use secret::Secret;
pub use signing::SigningAlgorithm;
pub use token_set::TokenSet;
