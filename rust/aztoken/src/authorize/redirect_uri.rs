//! The redirect URI of a sign-in on this machine (RFC 8252 section 7.3; Microsoft, "Redirect URI restrictions").

use url::{Host, Url};

use crate::error::{Error, Result};
use crate::params::field;

/// The default. Entra registers it without a port and then accepts any port.
const DEFAULT: &str = "http://localhost";
/// The port of a URI with a path and without a port.
const HTTP_PORT: u16 = 80;

/// The loopback addresses that a URI means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loopback {
    /// `localhost`, which a browser resolves to either address.
    Both,
    /// `127.0.0.1`.
    V4,
    /// `[::1]`.
    V6,
}

/// A redirect URI on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoopbackUri {
    pub(crate) addresses: Loopback,
    /// The port, or `None` for any that is free.
    pub(crate) port: Option<u16>,
    /// The path of requests.
    pub(crate) path: String,
    /// The path as given: a URI without a path is sent without one.
    written_path: String,
}

impl LoopbackUri {
    /// The given URI, or the default.
    pub(crate) fn parse(given: Option<&str>) -> Result<Self> {
        let refuse = |problem: &str| Err(Error::invalid_parameter(field::REDIRECT_URI, problem));
        let text = given.unwrap_or(DEFAULT).trim();
        let Ok(url) = Url::parse(text) else {
            return refuse("must be a URI, such as http://localhost or http://localhost:8400/myapp/.");
        };
        let addresses = match url.host() {
            Some(Host::Domain("localhost")) => Loopback::Both,
            Some(Host::Ipv4(address)) if address == std::net::Ipv4Addr::LOCALHOST => Loopback::V4,
            Some(Host::Ipv6(address)) if address == std::net::Ipv6Addr::LOCALHOST => Loopback::V6,
            _ => {
                return refuse(
                    "must be on this machine, such as http://localhost. To receive the response elsewhere, create an authorization URI, open it yourself, and redeem the code that it returns.",
                );
            }
        };
        if url.scheme() != "http" {
            return refuse("must use http, not https: the connection stays on this machine.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not contain a user name or password.");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment.");
        }
        let path = url.path().to_owned();
        let written_path = if path == "/" && !text.ends_with('/') { String::new() } else { path.clone() };
        // `Url` drops an explicit port 80.
        let port = match url.port() {
            Some(0) => None,
            Some(port) => Some(port),
            None if path == "/" && !writes_port(text) => None,
            None => Some(HTTP_PORT),
        };
        Ok(Self { addresses, port, path, written_path })
    }

    /// The URI to send, with the listener's port.
    pub(crate) fn with_port(&self, port: u16) -> String {
        format!("http://{}:{port}{}", self.host(), self.written_path)
    }

    fn host(&self) -> &'static str {
        match self.addresses {
            Loopback::Both => "localhost",
            Loopback::V4 => "127.0.0.1",
            Loopback::V6 => "[::1]",
        }
    }

    /// The failure to listen on the URI's port.
    pub(crate) fn unavailable(&self, error: &std::io::Error) -> Error {
        let other = |port: &str| format!("http://{}:{port}{}", self.host(), self.written_path);
        let port = self.port.unwrap_or_default();
        let problem = match error.kind() {
            std::io::ErrorKind::PermissionDenied => format!(
                "port {port} needs elevated rights. Use a port above 1023, such as {}: Entra ignores the port of a localhost redirect URI.",
                other("8400")
            ),
            std::io::ErrorKind::AddrInUse => format!(
                "port {port} is in use by another program. Use another port, such as {}, or {} for any free port.",
                other("8400"),
                other("0")
            ),
            _ => format!("listening failed: {error}."),
        };
        Error::port_unavailable(field::REDIRECT_URI, &problem)
    }
}

/// Whether the text of a loopback URI ends with port 80.
fn writes_port(text: &str) -> bool {
    text.trim_end_matches('/').ends_with(":80")
}

/// Any that can be registered; whether it is, is the service's to say.
pub(crate) fn redirect_uri(given: Option<&str>) -> Result<&str> {
    let given = given.map(str::trim).unwrap_or_default();
    match Url::parse(given) {
        Ok(uri) if uri.fragment().is_none() => Ok(given),
        Ok(_) => {
            let problem = "must not have a fragment (RFC 6749 section 3.1.2).";
            Err(Error::invalid_parameter(field::REDIRECT_URI, problem))
        }
        Err(_) if given.is_empty() => {
            let problem =
                "is required: one that is registered for the app, such as https://app.contoso.com/signin.";
            Err(Error::missing_parameter(field::REDIRECT_URI, problem))
        }
        Err(_) => {
            let problem = "must be a URI, such as https://app.contoso.com/signin.";
            Err(Error::invalid_parameter(field::REDIRECT_URI, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error as IoError, ErrorKind};

    #[test]
    fn the_sent_uri_is_the_given_one_with_the_port() {
        for (given, port, path, sent) in [
            (None, None, "/", "http://localhost:5000"),
            (Some("http://localhost"), None, "/", "http://localhost:5000"),
            (Some("http://localhost/"), None, "/", "http://localhost:5000/"),
            (Some("http://localhost:8400"), Some(8400), "/", "http://localhost:5000"),
            (Some("http://localhost:0/myapp/"), None, "/myapp/", "http://localhost:5000/myapp/"),
            (Some("http://localhost/myapp/"), Some(80), "/myapp/", "http://localhost:5000/myapp/"),
            (Some("http://localhost:80/"), Some(80), "/", "http://localhost:5000/"),
            (Some("HTTP://LOCALHOST/MyApp"), Some(80), "/MyApp", "http://localhost:5000/MyApp"),
            (Some("http://127.0.0.1:9/a%20b"), Some(9), "/a%20b", "http://127.0.0.1:5000/a%20b"),
            (Some("http://[::1]"), None, "/", "http://[::1]:5000"),
        ] {
            let uri = LoopbackUri::parse(given).unwrap_or_else(|error| panic!("{given:?}: {error}"));
            assert_eq!((uri.port, uri.path.as_str()), (port, path), "{given:?}");
            assert_eq!(uri.with_port(5000), sent, "{given:?}");
        }
    }

    #[test]
    fn other_uris_are_refused() {
        for (given, words) in [
            ("", "must be a URI"),
            ("localhost", "must be a URI"),
            ("https://app.contoso.com/signin", "authorization URI"),
            ("http://localhost.evil.example/", "on this machine"),
            ("http://127.0.0.2/", "on this machine"),
            ("myapp://auth", "on this machine"),
            ("urn:ietf:wg:oauth:2.0:oob", "on this machine"),
            ("https://localhost/", "must use http"),
            ("http://u:p@localhost/", "user name"),
            ("http://localhost/?x=1", "query"),
            ("http://localhost/#x", "fragment"),
        ] {
            let error = LoopbackUri::parse(Some(given)).expect_err(given);
            assert_eq!(error.parameter, Some("redirect_uri"));
            assert!(error.message.contains(words), "{given}: {error}");
        }
    }

    #[test]
    fn an_unavailable_port_says_what_to_do() {
        let articles = LoopbackUri::parse(Some("http://localhost/myapp/")).expect("valid");
        let denied = articles.unavailable(&IoError::from(ErrorKind::PermissionDenied));
        assert_eq!(denied.error, "port_unavailable");
        assert!(denied.message.contains("http://localhost:8400/myapp/"), "{denied}");
        let taken = articles.unavailable(&IoError::from(ErrorKind::AddrInUse));
        assert!(taken.message.contains("port 80 is in use"), "{taken}");
    }
}
