//! Which proxy leads to a URL. PAC scripts and NTLM are not supported.

use std::hash::{Hash, Hasher};

use reqwest::Proxy;
use serde::Deserialize;
use url::Url;

use super::clients::Network;
use super::no_proxy::excepts;
use crate::authority::is_loopback;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A proxy that the caller names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxySetting {
    /// `http://proxy.contoso.com:8080`, `https://…`, `socks5://…`; without a scheme, `http`.
    pub url: String,
    /// User name, for Basic authentication.
    #[serde(default)]
    pub username: Option<String>,
    /// Password.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// The proxy for one URL, and who named it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Route {
    source: &'static str,
    /// The proxy's URL, which may hold a password.
    proxy: Secret,
    credential: Option<(String, Secret)>,
}

impl Route {
    /// A named proxy is used for everything. Otherwise the environment's, then the operating system's; neither for this
    /// machine's own addresses and what `NO_PROXY` names.
    pub(super) fn of(url: &Url, network: &Network<'_>) -> Option<Self> {
        if network.direct {
            return None;
        }
        if let Some(named) = network.proxy {
            let password = || named.password.clone().unwrap_or_else(|| Secret::from(""));
            return Some(Self {
                source: "proxy",
                proxy: named.url.as_str().into(),
                credential: named.username.clone().map(|username| (username, password())),
            });
        }
        if is_loopback(url) {
            return None;
        }
        let names: [&'static str; 4] = match url.scheme() {
            "https" => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
            _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
        };
        let environment = network.environment;
        let from_environment =
            names.into_iter().find_map(|name| environment.get(name).map(|proxy| (name, proxy)));
        let (source, proxy) =
            from_environment.or(network.system_proxy.map(|proxy| ("system_proxy", proxy)))?;
        if environment.first(&["NO_PROXY", "no_proxy"]).is_some_and(|list| excepts(list, url)) {
            return None;
        }
        Some(Self { source, proxy: proxy.into(), credential: None })
    }

    /// The same for reqwest. A proxy's URL may hold a password: it stands in no message.
    pub(super) fn to_proxy(&self) -> Result<Proxy> {
        let refuse = |problem: &str| Error::invalid_parameter(self.source, problem);
        let malformed = || {
            refuse(
                "must be a URL such as http://proxy.contoso.com:8080. Special characters in a user name or password \
                 need percent-encoding, such as %40 for @.",
            )
        };
        let mut url = Url::parse(self.with_scheme().expose()).map_err(|_| malformed())?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(malformed());
        }
        let is_socks = match url.scheme() {
            "http" | "https" => false,
            "socks4" | "socks4a" | "socks5" | "socks5h" => true,
            _ => {
                return Err(refuse(
                    "must start with http://, https://, socks4://, socks4a://, socks5:// or socks5h://.",
                ));
            }
        };
        // reqwest takes the credential of a SOCKS proxy from the URL alone.
        if let Some((username, password)) = self.credential.as_ref().filter(|_| is_socks) {
            let set = url.set_username(username).and_then(|()| url.set_password(Some(password.expose())));
            set.map_err(|()| malformed())?;
        }
        let proxy = Proxy::all(url).map_err(|_| malformed())?;
        Ok(match &self.credential {
            Some((username, password)) if !is_socks => proxy.basic_auth(username, password.expose()),
            _ => proxy,
        })
    }

    /// The proxy's URL. Many set a host and a port alone, and GNOME `socks://`.
    fn with_scheme(&self) -> Secret {
        let text = self.proxy.expose().trim();
        Secret::new(match text.split_once("://") {
            None => format!("http://{text}"),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("socks") => format!("socks5://{rest}"),
            Some(_) => text.to_owned(),
        })
    }
}

/// Without the secrets, which are compared alone.
impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.credential.as_ref().map(|(username, _)| username).hash(state);
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "proxy by {}", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    fn route(
        url: &str,
        environment: &Environment,
        named: Option<&ProxySetting>,
        system: Option<&str>,
    ) -> Option<Route> {
        let network = Network { environment, proxy: named, system_proxy: system, direct: false };
        Route::of(&Url::parse(url).expect("a URL"), &network)
    }

    #[test]
    fn named_before_environment_before_system_and_none_for_loopback() {
        let environment = Environment::from([
            ("https_proxy", "http://https:1"),
            ("ALL_PROXY", "http://all:1"),
            ("NO_PROXY", ".contoso.com"),
        ]);
        let named = ProxySetting {
            url: "http://named:1".into(),
            username: Some("u".into()),
            password: Some("hunter2".into()),
        };
        let of = |url, named, system| {
            route(url, &environment, named, system).map(|route| route.proxy.expose().to_owned())
        };
        let login = "https://login.microsoftonline.com";
        assert_eq!(of(login, Some(&named), Some("http://os:1")).as_deref(), Some("http://named:1"));
        assert_eq!(of(login, None, Some("http://os:1")).as_deref(), Some("http://https:1"));
        assert_eq!(of("http://169.254.0.1", None, None).as_deref(), Some("http://all:1"));
        assert_eq!(of("https://localhost:1", None, Some("http://os:1")), None);
        assert_eq!(of("http://127.0.0.1:1", None, None), None);
        assert_eq!(of("http://127.0.0.1:1", Some(&named), None).as_deref(), Some("http://named:1"));
        let nothing = Environment::default();
        assert_eq!(
            route(login, &nothing, None, Some("http://os:1"))
                .map(|route| route.proxy.expose().to_owned())
                .as_deref(),
            Some("http://os:1")
        );
        assert_eq!(route(login, &nothing, None, None), None);
        let shown = format!("{:?}", route(login, &environment, Some(&named), None));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_the_name_of_its_source() {
        for url in ["ftp://proxy:1", "http://user:hunter2@", "http://user:hunter2#@proxy:1", ""] {
            let named = ProxySetting { url: url.into(), username: None, password: None };
            let route =
                route("https://x.example", &Environment::default(), Some(&named), None).expect("named");
            let error = route.to_proxy().expect_err(url);
            assert_eq!(error.parameter, Some("proxy"));
            assert!(!error.message.contains("hunter2"));
        }
    }

    #[test]
    fn a_scheme_may_be_left_out_and_socks_is_a_proxy_too() {
        for url in [
            "proxy:8080",
            "user:hunter2@proxy:8080",
            "proxy",
            "192.0.2.1:3128",
            "[2001:db8::1]:3128",
            "socks://p",
        ] {
            for credential in [None, Some("user")] {
                let named =
                    ProxySetting { url: url.into(), username: credential.map(str::to_owned), password: None };
                let route = route("https://x.example", &Environment::default(), Some(&named), None);
                route.expect("named").to_proxy().expect(url);
            }
        }
    }

    #[test]
    fn hosts_of_no_proxy_are_reached_directly_but_not_around_a_named_proxy() {
        let environment = Environment::from([("HTTPS_PROXY", "p:1"), ("NO_PROXY", "CONTOSO.com,x.example")]);
        let named = ProxySetting { url: "p:1".into(), username: None, password: None };
        let login = "https://login.contoso.com";
        assert!(route(login, &environment, None, None).is_none());
        assert!(route(login, &environment, None, Some("http://os:1")).is_none());
        assert!(route(login, &environment, Some(&named), None).is_some());
        assert!(route("https://login.example", &environment, None, None).is_some());
    }
}
