//! Which of the emulator's doors a request came in by, and the names it answers to.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use url::Url;

/// What every emulator is called.
pub(crate) const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A port that is listened on, with or without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Door {
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    pub(crate) port: u16,
}

impl Door {
    /// `scheme://localhost:port`, without a slash at the end.
    pub(crate) fn url(self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    /// Whether a `Host` is one of the names at this port.
    pub(crate) fn answers_to<'a>(self, host: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
        let port = format!(":{}", self.port);
        let given = host.strip_suffix(&port);
        given.is_some_and(|given| names.any(|name| name.eq_ignore_ascii_case(given)))
    }
}

/// All doors and names.
#[derive(Debug)]
pub(crate) struct House {
    /// The one without TLS first.
    pub(crate) doors: Vec<Door>,
    /// Names besides those of loopback, in lower case.
    pub(crate) names: Vec<String>,
}

impl House {
    /// All names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        LOOPBACK_NAMES.into_iter().chain(self.names.iter().map(String::as_str))
    }

    /// Where the client thinks it is: scheme and host of its request, `localhost` if the host isn't one of ours.
    /// Documents, issuers and links follow it, so that they can be reached from where the client is.
    pub(crate) fn base(&self, door: Door, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        match host.filter(|host| door.answers_to(host, self.names())) {
            Some(host) => format!("{}://{}", door.scheme, host.to_ascii_lowercase()),
            None => door.url(),
        }
    }

    /// Whether a URL leads here.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        let door = self.doors.iter().find(|door| door.scheme == url.scheme());
        let host = url.host_str().unwrap_or_default();
        door.is_some_and(|door| url.port_or_known_default() == Some(door.port))
            && self.names().any(|name| name.eq_ignore_ascii_case(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> House {
        let doors = vec![Door { scheme: "http", port: 80 }, Door { scheme: "https", port: 8443 }];
        House { doors, names: vec!["login.test".to_owned()] }
    }

    #[test]
    fn the_base_follows_the_host() {
        for (host, base) in [
            ("127.0.0.1:8443", "https://127.0.0.1:8443"),
            ("Login.Test:8443", "https://login.test:8443"),
            ("[::1]:8443", "https://[::1]:8443"),
            ("unknown.example:8443", "https://localhost:8443"),
            ("localhost:1", "https://localhost:8443"),
            ("localhost", "https://localhost:8443"),
        ] {
            let headers = HeaderMap::from_iter([(HOST, host.parse().expect("a header"))]);
            assert_eq!(house().base(house().doors[1], &headers), base, "{host}");
        }
        assert_eq!(house().base(house().doors[0], &HeaderMap::new()), "http://localhost:80");
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
            assert_eq!(house().owns(&Url::parse(url).expect("a URL")), own, "{url}");
        }
    }
}
