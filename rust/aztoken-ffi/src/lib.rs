//! The C ABI of `aztoken`. `docs/abi.md` is its contract; `include/aztoken.h` is generated from here.
//!
//! The only crate with unsafe code: pointers are turned into slices and results in `guard.rs`, and nowhere else.
#![allow(unsafe_code)]

mod allocator;
pub mod authorize;
pub mod buffer;
pub mod client_assertion;
pub mod grants;
mod guard;
mod handles;
pub mod jwt;
pub mod openid_configuration;
pub mod operation;
mod runtime;
pub mod status;
pub mod version;

pub use runtime::aztoken_shutdown;
