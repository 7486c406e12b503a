//! What the token endpoint answers, read into types.

mod response;
mod server_error;

pub(crate) use response::{Received, parse, parse_authorization, seconds, unreadable};
pub(crate) use server_error::{check, from_members};

#[cfg(test)]
pub(crate) use server_error::tests::answer as answer_for_tests;
