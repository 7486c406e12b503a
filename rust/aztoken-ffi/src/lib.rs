//! The C ABI of `aztoken`. `docs/abi.md` is its contract; `include/aztoken.h` is generated from here.
//!
//! The only crate with unsafe code: pointers are turned into slices and results in `guard.rs`, and nowhere else.
#![allow(unsafe_code)]

mod allocator;
pub mod authorize;
pub mod buffer;
mod engine;
mod guard;
mod handles;
pub mod jwt;
pub mod operation;
pub mod operations;
pub mod status;
mod stream;
mod table;
pub mod version;

pub use engine::aztoken_shutdown;
