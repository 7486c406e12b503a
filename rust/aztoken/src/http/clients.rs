//! One HTTP client per proxy and CA setting, made when it is first needed.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};
use std::time::SystemTime;

use reqwest::{Certificate, Client, redirect};
use url::Url;

use super::proxy::{ProxySetting, Route};
use super::request::Limits;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::params::variable;
use crate::pem;

/// The clients of a process. Making one reads the OS trust store, so it is done once per setting.
#[derive(Debug, Default)]
pub struct Clients {
    limits: Limits,
    made: Mutex<HashMap<Setting, Client>>,
}

/// What decides how the network is reached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) proxy: Option<&'a ProxySetting>,
    pub(crate) system_proxy: Option<&'a str>,
    /// No proxy at all, whatever the other members say.
    pub(crate) direct: bool,
}

impl Network<'_> {
    /// The same without a proxy.
    pub(crate) fn direct(self) -> Self {
        Self { direct: true, ..self }
    }
}

/// What makes one client differ from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Setting {
    /// Plain HTTP needs no trust store, so its client is made without one.
    tls: bool,
    proxy: Option<Route>,
    ca_bundle: Option<Bundle>,
}

/// A PEM file with further certificate authorities.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bundle {
    /// The variable that names it.
    name: &'static str,
    path: String,
    /// When it was last written, so that a changed file is read again.
    written: Option<SystemTime>,
}

impl Bundle {
    fn of(environment: &Environment) -> Option<Self> {
        let [first, second] = [variable::CA_BUNDLE, variable::SSL_CERT_FILE]
            .map(|name| environment.get(name).map(|path| (name, path.to_owned())));
        let (name, path) = first.or(second)?;
        let written = std::fs::metadata(&path).and_then(|file| file.modified()).ok();
        Some(Self { name, path, written })
    }
}

impl Setting {
    fn of(url: &Url, network: &Network<'_>) -> Self {
        let tls = url.scheme() == "https";
        Self {
            tls,
            proxy: Route::of(url, network),
            ca_bundle: Bundle::of(network.environment).filter(|_| tls),
        }
    }
}

impl Clients {
    /// Clients with other limits than the usual ones.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, made: Mutex::default() }
    }

    /// The client for a URL in an environment. One with a password for its proxy isn't kept: it would outlive the operation.
    pub(crate) fn get(&self, url: &Url, network: &Network<'_>) -> Result<Client> {
        let setting = Setting::of(url, network);
        if setting.proxy.as_ref().is_some_and(Route::has_password) {
            return build(&setting, self.limits);
        }
        let mut clients = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&setting) {
            return Ok(client.clone());
        }
        let client = build(&setting, self.limits)?;
        clients.insert(setting, client.clone());
        Ok(client)
    }
}

fn build(setting: &Setting, limits: Limits) -> Result<Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error only says that a provider is installed already.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    // `no_proxy`: reqwest would otherwise read the process's environment.
    // No idle connections: the buffers of TLS and HTTP keep what passed through them, secrets too, as long as a connection
    // is open. TLS sessions are resumed.
    let mut builder = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .connect_timeout(limits.connect)
        .timeout(limits.request)
        .user_agent(concat!("AzTokenRs/", env!("CARGO_PKG_VERSION")));
    if !setting.tls {
        builder = builder.tls_certs_only([]);
    }
    if let Some(Bundle { name, path, .. }) = &setting.ca_bundle {
        builder = builder.tls_certs_merge(read_bundle(name, path)?);
    }
    if let Some(route) = &setting.proxy {
        builder = builder.proxy(route.to_proxy()?);
    }
    builder.build().map_err(|error| {
        Error::new(ErrorKind::Tls, "tls_failed", format!("No HTTP client could be made: {error}."))
    })
}

fn read_bundle(name: &'static str, path: &str) -> Result<Vec<Certificate>> {
    let refuse = |problem: String| Error::invalid_parameter(name, format!("{path}: {problem}"));
    if !Path::new(path).is_absolute() {
        return Err(refuse("the path must be absolute.".into()));
    }
    let file = std::fs::read(path).map_err(|error| refuse(format!("the file can't be read ({error}).")))?;
    let (certificates, _) = pem::certificates(file);
    let certificates: Vec<Certificate> =
        certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    if certificates.is_empty() {
        return Err(refuse("the file contains no certificate.".into()));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn network(environment: &Environment) -> Network<'_> {
        Network { environment, proxy: None, system_proxy: None, direct: false }
    }

    #[test]
    fn bundles_come_from_the_callers_environment_and_matter_to_https() {
        let environment =
            Environment::from([("SSL_CERT_FILE", "/certs.pem"), ("AZTOKEN_CA_BUNDLE", "/ca.pem")]);
        let of = |url| Setting::of(&Url::parse(url).expect("a URL"), &network(&environment)).ca_bundle;
        let bundle = Bundle { name: "AZTOKEN_CA_BUNDLE", path: "/ca.pem".to_owned(), written: None };
        assert_eq!(of("https://localhost:1"), Some(bundle));
        assert_eq!(of("http://localhost:1"), None);
    }

    #[test]
    fn a_bundle_that_was_changed_is_another() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("UTF-8");
        let of = || Bundle::of(&Environment::from([("SSL_CERT_FILE", path)])).expect("named");
        let before = of();
        assert_eq!(before, of());
        let later = before.written.expect("a time") + Duration::from_secs(1);
        file.as_file().set_modified(later).expect("a time that can be set");
        assert_ne!(before, of());
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named() {
        let url = Url::parse("https://login.microsoftonline.com").expect("a URL");
        for (name, value, expected) in [
            ("SSL_CERT_FILE", "relative.pem", "SSL_CERT_FILE: relative.pem: the path must be absolute"),
            (
                "AZTOKEN_CA_BUNDLE",
                "/nonexistent/ca.pem",
                "AZTOKEN_CA_BUNDLE: /nonexistent/ca.pem: the file can't be read",
            ),
            ("HTTPS_PROXY", "http://user:hunter2@", "HTTPS_PROXY: must be a URL"),
        ] {
            let error =
                Clients::default().get(&url, &network(&Environment::from([(name, value)]))).expect_err(name);
            assert!(error.message.starts_with(expected), "{error}");
            assert!(!error.message.contains("hunter2"));
        }
    }

    #[test]
    fn the_same_setting_gives_the_same_client() {
        let clients = Clients::default();
        let url = Url::parse("http://localhost:1").expect("a URL");
        let environment = Environment::default();
        clients.get(&url, &network(&environment)).expect("a client");
        clients.get(&url, &network(&Environment::from([("HTTP_PROXY", "http://p:1")]))).expect("the same");
        assert_eq!(clients.made.lock().expect("not poisoned").len(), 1);
    }

    #[test]
    fn a_password_for_a_proxy_is_not_kept() {
        let url = Url::parse("http://login.contoso.test").expect("a URL");
        for (value, kept) in [("http://p:1", 1), ("http://user@p:1", 1), ("http://user:hunter2@p:1", 0)] {
            let clients = Clients::default();
            let environment = Environment::from([("HTTP_PROXY", value)]);
            clients.get(&url, &network(&environment)).expect("a client");
            assert_eq!(clients.made.lock().expect("not poisoned").len(), kept, "{value}");
        }
        let clients = Clients::default();
        let proxy = ProxySetting {
            url: "http://p:1".into(),
            username: Some("user".into()),
            password: Some("hunter2".into()),
        };
        let environment = Environment::default();
        clients.get(&url, &Network { proxy: Some(&proxy), ..network(&environment) }).expect("a client");
        assert!(clients.made.lock().expect("not poisoned").is_empty());
    }
}
