//! The origins that the emulator is served at, and the names it answers to.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use url::Url;

/// What every emulator is called.
pub(crate) const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A scheme and port that is listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    pub(crate) port: u16,
}

impl Origin {
    /// `scheme://localhost:port`, without a slash at the end, and without the port when it is the scheme's default.
    pub(crate) fn url(self) -> String {
        self.at("localhost")
    }

    fn at(self, name: &str) -> String {
        if self.has_default_port() {
            format!("{}://{name}", self.scheme)
        } else {
            format!("{}://{name}:{}", self.scheme, self.port)
        }
    }

    fn has_default_port(self) -> bool {
        matches!((self.scheme, self.port), ("http", 80) | ("https", 443))
    }

    /// The name in a `Host`, if its port is this one. Clients leave out a default port.
    fn name_in(self, host: &str) -> Option<&str> {
        match host.strip_suffix(&format!(":{}", self.port)) {
            Some(name) => Some(name),
            None => Some(host).filter(|_| self.has_default_port()),
        }
    }

    /// Whether a `Host` is one of the names at this port.
    pub(crate) fn answers_to<'a>(self, host: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
        self.name_in(host).is_some_and(|given| names.any(|name| name.eq_ignore_ascii_case(given)))
    }
}

/// All origins and names.
#[derive(Debug)]
pub(crate) struct Origins {
    /// The one without TLS first.
    pub(crate) origins: Vec<Origin>,
    /// Names besides those of loopback, in lower case.
    pub(crate) names: Vec<String>,
}

impl Origins {
    /// All names, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let more =
            self.names.iter().enumerate().filter(|(i, name)| {
                !LOOPBACK_NAMES.contains(&name.as_str()) && !self.names[..*i].contains(name)
            });
        LOOPBACK_NAMES.into_iter().chain(more.map(|(_, name)| name.as_str()))
    }

    /// The URL by which the client reached the emulator: `localhost` if the `Host` isn't one of the names. Documents,
    /// issuers and links follow it, so that the client can reach them.
    pub(crate) fn base(&self, origin: Origin, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        match host.filter(|host| origin.answers_to(host, self.names())).and_then(|host| origin.name_in(host))
        {
            Some(name) => origin.at(&name.to_ascii_lowercase()),
            None => origin.url(),
        }
    }

    /// Whether a URL leads here.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        let origin = self.origins.iter().find(|origin| origin.scheme == url.scheme());
        let host = url.host_str().unwrap_or_default();
        origin.is_some_and(|origin| url.port_or_known_default() == Some(origin.port))
            && self.names().any(|name| name.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let origins = vec![Origin { scheme: "http", port: 80 }, Origin { scheme: "https", port: 8443 }];
        let names = ["login.test", "localhost", "login.test"].map(str::to_owned).to_vec();
        Origins { origins, names }
    }

    fn base(origin: usize, host: &str) -> String {
        let headers = HeaderMap::from_iter([(HOST, host.parse().expect("a header"))]);
        let origins = origins();
        origins.base(origins.origins[origin], &headers)
    }

    #[test]
    fn the_base_follows_the_host() {
        for (host, expected) in [
            ("127.0.0.1:8443", "https://127.0.0.1:8443"),
            ("Login.Test:8443", "https://login.test:8443"),
            ("[::1]:8443", "https://[::1]:8443"),
            ("unknown.example:8443", "https://localhost:8443"),
            ("localhost:1", "https://localhost:8443"),
            ("localhost", "https://localhost:8443"),
        ] {
            assert_eq!(base(1, host), expected, "{host}");
        }
    }

    #[test]
    fn a_default_port_may_be_left_out_and_is_never_written() {
        for (host, expected) in [
            ("127.0.0.1", "http://127.0.0.1"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("[::1]", "http://[::1]"),
            ("login.test:8080", "http://localhost"),
        ] {
            assert_eq!(base(0, host), expected, "{host}");
        }
        assert_eq!(Origin { scheme: "https", port: 443 }.url(), "https://localhost");
        assert_eq!(Origin { scheme: "https", port: 80 }.url(), "https://localhost:80");
        let origins = origins();
        assert_eq!(origins.base(origins.origins[0], &HeaderMap::new()), "http://localhost");
    }

    #[test]
    fn every_name_is_listed_once() {
        assert_eq!(origins().names().collect::<Vec<_>>(), ["localhost", "127.0.0.1", "[::1]", "login.test"]);
    }

    #[test]
    fn own_urls_are_known() {
        for (url, own) in [
            ("https://localhost:8443/x", true),
            ("http://[::1]/x", true),
            ("https://login.test:8443", true),
            ("http://localhost:8443/", false),
            ("https://localhost/", false),
            ("https://unknown.example:8443/", false),
        ] {
            assert_eq!(origins().owns(&Url::parse(url).expect("a URL")), own, "{url}");
        }
    }
}
