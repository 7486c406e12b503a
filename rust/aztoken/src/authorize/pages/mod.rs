//! The pages that the listener returns. They are fixed: nothing of a request is in them.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode, header};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
/// Removes the response from the address bar and the history.
const CLEAR: &str = include_str!("clear.js");
/// Posts the fragment, which only a script on the page can read, back to the listener.
const FRAGMENT: &str = include_str!("fragment.js");

/// One of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The sign-in succeeded.
    SignedIn,
    /// The sign-in failed. The program that started it shows the reason.
    Failed,
    /// Fetches a response in the fragment.
    Fragment,
    /// The response belongs to another sign-in.
    WrongState,
    /// The sign-in has received its response before.
    AlreadyReceived,
    /// Another path, such as that of an icon.
    NotFound,
    /// Neither GET nor POST.
    MethodNotAllowed,
    /// A request that no browser would send here.
    BadRequest,
}

impl Page {
    #[cfg(test)]
    pub(super) const ALL: [Self; 8] = [
        Self::SignedIn,
        Self::Failed,
        Self::Fragment,
        Self::WrongState,
        Self::AlreadyReceived,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BadRequest,
    ];

    fn status(self) -> StatusCode {
        match self {
            // These pages are for a person to read, so HTTP succeeded.
            Self::SignedIn | Self::Failed | Self::Fragment | Self::AlreadyReceived => StatusCode::OK,
            Self::WrongState | Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// Title, class of the title, and text.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::SignedIn => (
                "You're signed in",
                "good",
                "You can close this page and return to the program that started the sign-in.",
            ),
            Self::Failed => (
                "The sign-in failed",
                "bad",
                "The program that started the sign-in shows the reason. You can close this page.",
            ),
            Self::Fragment => (
                "One moment",
                "",
                "The sign-in is being completed. If this page stays open, the response was empty or your browser blocked the script. Start the sign-in again with another response mode.",
            ),
            Self::WrongState => (
                "Another sign-in",
                "bad",
                "This response belongs to another sign-in. Close this page and continue in the most recent one.",
            ),
            Self::AlreadyReceived => {
                ("This sign-in is complete", "", "The response was received before. You can close this page.")
            }
            Self::NotFound => ("Page not found", "", "This URL only receives sign-in responses."),
            Self::MethodNotAllowed | Self::BadRequest => {
                ("Bad request", "bad", "This URL only receives sign-in responses.")
            }
        }
    }

    fn script(self) -> Option<&'static str> {
        match self {
            Self::Fragment => Some(FRAGMENT),
            Self::SignedIn | Self::Failed | Self::WrongState | Self::AlreadyReceived => Some(CLEAR),
            Self::NotFound | Self::MethodNotAllowed | Self::BadRequest => None,
        }
    }

    fn html(self) -> String {
        let (title, class, text) = self.words();
        let script = self.script().map(|script| format!("<script>{script}</script>\n")).unwrap_or_default();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main role=\"status\">\n\
             <h1 class=\"{class}\">{title}</h1>\n<p>{text}</p>\n<p class=\"quiet\">AzTokenRs, on this machine</p>\n</main>\n\
             {script}</body>\n</html>\n"
        )
    }

    /// Content security policy: nothing is loaded, only the page's own script runs, and forms are sent only here.
    fn policy(self) -> String {
        let script =
            self.script().map(|script| format!(" script-src {};", hash_source(script))).unwrap_or_default();
        format!(
            "default-src 'none'; style-src {};{script} form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            hash_source(STYLE)
        )
    }

    /// The whole HTTP response.
    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.html())));
        *response.status_mut() = self.status();
        let policy = self.policy();
        let fields: [(HeaderName, &str); 6] = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, &policy),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONNECTION, "close"),
        ];
        for (name, value) in fields {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
        if self == Self::MethodNotAllowed {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
        }
        response
    }
}

/// Content Security Policy Level 3, section 2.3.1: allows exactly this text.
fn hash_source(text: &str) -> String {
    use base64::Engine;
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole_and_allows_nothing_but_itself() {
        for page in Page::ALL {
            let html = page.html();
            assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"), "{page:?}");
            assert_eq!(html.matches("<h1").count(), 1, "{page:?}");
            let response = page.response();
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(policy.contains("script-src"), html.contains("<script>"), "{page:?}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(response.headers()[header::CONNECTION], "close");
        }
    }
}
