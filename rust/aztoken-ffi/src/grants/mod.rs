//! One function per grant, named like it.

pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod implicit;
pub mod on_behalf_of;
pub mod password;
pub mod refresh_token;
