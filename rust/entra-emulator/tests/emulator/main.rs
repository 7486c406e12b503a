//! The emulator over real HTTP: what a client, a person and a test see of it.

mod bad_requests;
mod common;
mod control;
mod device_code;
mod device_login;
mod discovery;
mod graph;
mod program;
mod refresh_token;
mod tokens;
