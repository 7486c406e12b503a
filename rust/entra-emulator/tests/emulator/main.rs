//! The emulator over real HTTP: what a client, a person and a test see of it.

mod bad_requests;
mod client_assertion;
mod client_credentials;
mod common;
mod control;
mod control_credentials;
mod cors;
mod device_code;
mod device_login;
mod discovery;
mod federated;
mod graph;
mod https;
mod on_behalf_of;
mod password;
mod program;
mod refresh_token;
mod signing;
mod tokens;
mod user_realm;
mod v1;
