//! A sign-in at /authorize as data: its request, how far it has come, and its response. What the person is asked, and
//! in which order, is in `interaction.rs`.

mod flow;
mod pkce;
mod request;
mod response;

pub(crate) use flow::{Flow, Step};
pub(crate) use pkce::Challenge;
pub(crate) use request::{AuthorizeRequest, Prompt, Refusal};
pub(crate) use response::{Reply, ResponseTypes};
