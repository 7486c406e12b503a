//! The page that brings an answer to the client by POST (OAuth 2.0 Form Post Response Mode).

use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use super::form::hidden;
use super::{escape, page_under, policy, source};

/// The only script of all pages. Without it the button does the same.
const SCRIPT: &str = "document.forms[0].submit()";

/// A form that sends itself.
pub(crate) fn send(uri: &str, fields: &[(&'static str, String)]) -> Response {
    let fields: String = fields.iter().map(|(name, value)| hidden(name, value)).collect();
    let main = format!(
        "<form method=\"post\" action=\"{uri}\">\n{fields}\
         <p>You're on your way back to the app.</p>\n\
         <button class=\"main\" autofocus>Continue</button>\n</form>\n<script>{SCRIPT}</script>\n",
        uri = escape(uri),
    );
    let script = format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, SCRIPT.as_bytes())));
    page_under(&policy(&script, &source(uri)), StatusCode::OK, "Working", &main)
}
