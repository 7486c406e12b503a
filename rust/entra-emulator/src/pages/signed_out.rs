//! The page after a sign-out.

use axum::http::StatusCode;
use axum::response::Response;

use super::page;

/// Says that the sign-in of this browser is over.
pub(crate) fn show() -> Response {
    let main = "<p role=\"status\">It's a good idea to close all browser windows.</p>\n";
    page(StatusCode::OK, "You signed out of your account", main)
}
