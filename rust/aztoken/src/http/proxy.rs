//! Which proxy leads to a URL. PAC scripts and NTLM are not supported.

use std::hash::{Hash, Hasher};

use reqwest::Proxy;
use serde::Deserialize;
use url::Url;

use super::clients::Network;
use super::no_proxy::excepts;
use crate::authority::is_loopback;
use crate::error::{Error, Reason, Result};
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
                let problem =
                    "must start with http://, https://, socks4://, socks4a://, socks5:// or socks5h://.";
                return Err(Error::of_parameter(self.source, Reason::Unsupported, problem));
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
#[path = "proxy_tests.rs"]
mod tests;
