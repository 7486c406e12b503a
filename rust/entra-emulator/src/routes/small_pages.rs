//! Pages that responses lead to: what an error number means, and the redirect URI of programs that watch a browser.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;

use super::Request;
use crate::pages;

/// `/error`, the `error_uri` of errors.
pub(crate) async fn error(Extension(request): Request) -> Response {
    let code = request.query.get("code").unwrap_or_default();
    let is_number = !code.is_empty() && code.len() <= 9 && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        pages::error_code::show(code)
    } else {
        pages::page(
            StatusCode::BAD_REQUEST,
            "Error code",
            "<p>The URL must end with <code>?code=NUMBER</code>.</p>\n",
        )
    }
}

/// `/common/oauth2/nativeclient`: the program reads the response from the URL.
pub(crate) async fn native_client() -> Response {
    let main = "<p role=\"status\">The program that opened this page reads the response from its URL. You can close \
                this page.</p>\n";
    pages::page(StatusCode::OK, "Signed in", main)
}
