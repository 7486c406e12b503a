//! The HTML pages: plain forms, no script, one stylesheet.

pub(crate) mod device_login;
pub(crate) mod session;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;

use crate::respond::set;

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded, nothing runs, forms post here only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Text made safe for HTML content and for attribute values in double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// A page around `main`, which is HTML already.
pub(crate) fn page(status: StatusCode, title: &str, main: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} - Entra emulator</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <p class=\"note\">Local Entra ID emulator: nothing here is a real account.</p>\n\
         <h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE.as_str(), "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY.as_str(), POLICY),
        (header::X_FRAME_OPTIONS.as_str(), "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff"),
        (header::REFERRER_POLICY.as_str(), "same-origin"),
        (header::CACHE_CONTROL.as_str(), "no-store"),
    ] {
        set(&mut response, name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_leaves_text_or_attribute() {
        assert_eq!(escape("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    }
}
