//! What the token endpoint answers, read into types.

mod members;
mod response;
mod server_error;

pub(crate) use members::Members;
pub(crate) use response::{Received, parse, parse_authorization};
pub(crate) use server_error::{check, from_members, read};

#[cfg(test)]
pub(crate) use server_error::tests::answer as answer_for_tests;
