//! One grant, one file.

mod authorization_code;
mod client_credentials;
mod device_code;
mod implicit;
mod on_behalf_of;
mod password;
mod refresh_token;
mod sign_in;
mod token_request;

use std::time::Duration;

pub use authorization_code::AuthorizationCode;
pub use client_credentials::ClientCredentials;
pub use device_code::DeviceCode;
pub use implicit::Implicit;
pub use on_behalf_of::OnBehalfOf;
pub use password::Password;
pub use refresh_token::RefreshToken;

/// Time limit of grants that wait for nobody.
const DEFAULT_LIMIT: Option<Duration> = Some(Duration::from_secs(120));

#[cfg(test)]
#[path = "token_request_tests.rs"]
mod tests;
