//! Which proxy leads to a URL. PAC scripts and NTLM are not supported.

use reqwest::{NoProxy, Proxy};
use serde::Deserialize;
use url::Url;

use super::clients::Network;
use crate::authority::is_loopback;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A proxy that the caller names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxySetting {
    /// `http://proxy.contoso.com:8080`, or `https://…`.
    pub url: String,
    /// User name, for Basic authentication.
    #[serde(default)]
    pub username: Option<String>,
    /// Password.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// The proxy for one URL, and who named it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Route {
    source: &'static str,
    proxy: String,
    credential: Option<(String, String)>,
    no_proxy: Option<String>,
}

impl Route {
    /// A named proxy is used for everything. Otherwise the environment's, then the operating system's; neither for this
    /// machine's own addresses.
    pub(super) fn of(url: &Url, network: &Network<'_>) -> Option<Self> {
        if network.direct {
            return None;
        }
        if let Some(named) = network.proxy {
            let password =
                || named.password.as_ref().map(|secret| secret.expose().to_owned()).unwrap_or_default();
            return Some(Self {
                source: "proxy",
                proxy: named.url.clone(),
                credential: named.username.clone().map(|username| (username, password())),
                no_proxy: None,
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
        let no_proxy = environment.first(&["NO_PROXY", "no_proxy"]).map(str::to_owned);
        Some(Self { source, proxy: proxy.to_owned(), credential: None, no_proxy })
    }

    /// Whether it holds a password, be it in the URL.
    pub(super) fn has_password(&self) -> bool {
        self.credential.is_some() || Url::parse(&self.proxy).is_ok_and(|url| url.password().is_some())
    }

    /// The same for reqwest. A proxy's URL may hold a password: it stands in no message.
    pub(super) fn to_proxy(&self) -> Result<Proxy> {
        let refuse =
            || Error::invalid_parameter(self.source, "must be a URL such as http://proxy.contoso.com:8080.");
        let url = Url::parse(&self.proxy).map_err(|_| refuse())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refuse());
        }
        let proxy = Proxy::all(url).map_err(|_| refuse())?;
        let proxy = match &self.credential {
            Some((username, password)) => proxy.basic_auth(username, password),
            None => proxy,
        };
        Ok(proxy.no_proxy(self.no_proxy.as_deref().and_then(NoProxy::from_string)))
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
        let of = |url, named, system| route(url, &environment, named, system).map(|route| route.proxy);
        let login = "https://login.microsoftonline.com";
        assert_eq!(of(login, Some(&named), Some("http://os:1")).as_deref(), Some("http://named:1"));
        assert_eq!(of(login, None, Some("http://os:1")).as_deref(), Some("http://https:1"));
        assert_eq!(of("http://169.254.0.1", None, None).as_deref(), Some("http://all:1"));
        assert_eq!(of("https://localhost:1", None, Some("http://os:1")), None);
        assert_eq!(of("http://127.0.0.1:1", None, None), None);
        assert_eq!(of("http://127.0.0.1:1", Some(&named), None).as_deref(), Some("http://named:1"));
        let nothing = Environment::default();
        assert_eq!(
            route(login, &nothing, None, Some("http://os:1")).map(|r| r.proxy).as_deref(),
            Some("http://os:1")
        );
        assert_eq!(route(login, &nothing, None, None), None);
        let shown = format!("{:?}", route(login, &environment, Some(&named), None));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_the_name_of_its_source() {
        for url in ["proxy:8080", "socks5://proxy:1", "http://user:hunter2@", ""] {
            let named = ProxySetting { url: url.into(), username: None, password: None };
            let route =
                route("https://x.example", &Environment::default(), Some(&named), None).expect("named");
            let error = route.to_proxy().expect_err(url);
            assert_eq!(error.parameter, Some("proxy"));
            assert!(!error.message.contains("hunter2"));
        }
    }
}
