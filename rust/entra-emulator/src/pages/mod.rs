//! The HTML pages: plain forms, one stylesheet, and no script but the line that sends a `form_post`.

pub(crate) mod admin_consent;
pub(crate) mod authorize;
pub(crate) mod device_login;
pub(crate) mod error;
pub(crate) mod error_code;
mod form;
pub(crate) mod form_post;
pub(crate) mod signed_out;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;

use url::Url;

use crate::respond::set;

const STYLE: &str = include_str!("style.css");
/// Where forms may lead: here.
const SELF: &str = "'self'";

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

/// Nothing is loaded, nothing runs but the script of this source, forms lead nowhere else.
fn policy(script: &str, form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; form-action {form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A URI as a source of a Content-Security-Policy: its origin, or its scheme where there is no origin.
fn source(uri: &str) -> String {
    match Url::parse(uri) {
        Ok(url) if url.has_host() => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'none'".to_owned(),
    }
}

/// A page around `main`, which is HTML already. Its forms lead here.
pub(crate) fn page(status: StatusCode, title: &str, main: &str) -> Response {
    page_under(&policy("'none'", SELF), status, title, main)
}

fn page_under(policy: &str, status: StatusCode, title: &str, main: &str) -> Response {
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
        (header::CONTENT_SECURITY_POLICY.as_str(), policy),
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
    use super::{escape, source};

    #[test]
    fn nothing_leaves_text_or_attribute() {
        assert_eq!(escape("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    }

    #[test]
    fn a_source_is_an_origin_or_a_scheme() {
        for (uri, expected) in [
            ("http://localhost:5000/a?b", "http://localhost:5000"),
            ("https://app.contoso.example/signin", "https://app.contoso.example"),
            ("urn:ietf:wg:oauth:2.0:oob", "urn:"),
            ("no uri", "'none'"),
        ] {
            assert_eq!(source(uri), expected, "{uri}");
        }
    }
}
