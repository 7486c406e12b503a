//! What /authorize does, apart from HTTP and HTML: its parameters, the order of its questions, its answers.

mod flow;
mod pkce;
mod redirect_uri;
mod request;
mod response;

pub(crate) use flow::{Flow, Step};
pub(crate) use pkce::Challenge;
pub(crate) use redirect_uri::RedirectUri;
pub(crate) use request::{AuthorizeRequest, Refusal};
pub(crate) use response::{Reply, ResponseTypes};
