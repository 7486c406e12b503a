//! What gives something else than a token: one operation, one file.

mod authorization_uri;
mod client_assertion;
mod openid_configuration;
mod pkce;
mod verify_token;

pub use authorization_uri::{AuthorizationUri, NewAuthorizationUri};
pub use client_assertion::{ClientAssertion, SignedAssertion};
pub use openid_configuration::{OpenIdConfiguration, TenantConfiguration};
pub use pkce::{NewPkce, PkcePair};
pub use verify_token::VerifyToken;
