//! The page in place of an answer, where none may be sent to the client.

use axum::response::Response;

use super::{escape, page};
use crate::clock::entra_timestamp;
use crate::errors::AadError;
use crate::received::Received;

/// Says what is wrong, and what finds the request again.
pub(crate) fn show(now: u64, request: &Received, error: &AadError) -> Response {
    let main = format!(
        "<p class=\"wrong\" role=\"alert\"><strong>AADSTS{number}</strong>: {text}</p>\n\
         <p>This page is for the developer of the app. The app got no response, because the request can't be \
         trusted to say where it is.</p>\n\
         <dl>\n<dt>Trace ID</dt><dd>{trace_id}</dd>\n<dt>Correlation ID</dt><dd>{correlation_id}</dd>\n\
         <dt>Timestamp</dt><dd>{timestamp}</dd>\n</dl>\n",
        number = error.number,
        text = escape(&error.text),
        trace_id = escape(&request.trace_id),
        correlation_id = escape(&request.correlation_id),
        timestamp = entra_timestamp(now),
    );
    page(error.status, "We can't sign you in", &main)
}
