//! The page behind `error_uri`.

use axum::http::StatusCode;
use axum::response::Response;

use super::page;

/// Where Microsoft describes the numbers.
const REFERENCE: &str = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";

/// The page of a number, which is digits only.
pub(crate) fn show(number: &str) -> Response {
    let main = format!(
        "<p>The emulator answered with <strong>AADSTS{number}</strong>. The <code>error_description</code> of the \
         response says what was wrong with the request.</p>\n\
         <p><a href=\"{REFERENCE}#aadsts-error-codes\" rel=\"noreferrer\">Microsoft's list of error codes</a> \
         describes every number.</p>\n"
    );
    page(StatusCode::OK, &format!("AADSTS{number}"), &main)
}
