//! A local Microsoft Entra ID for demos and tests: real HTTP on loopback, real RSA-signed tokens, Entra's endpoints,
//! fields and errors, with seeded tenants, users and apps, and a control API for tests.
//!
//! ```
//! # async fn example() -> std::io::Result<()> {
//! use entra_emulator::{Emulator, Options};
//!
//! let emulator = Emulator::start(Options { test_keys: true, ..Options::default() }).await?;
//! println!("authority: {}/organizations", emulator.url());
//! emulator.stop().await;
//! # Ok(())
//! # }
//! ```

mod account;
mod api_access;
mod authorization_codes;
mod authorize;
mod bounded;
mod browsers;
mod catalog;
mod challenges;
mod claims_request;
mod client;
mod client_auth;
pub mod clock;
mod configuration;
mod cors;
mod device;
pub mod errors;
mod faults;
mod fixed_segments;
mod grant;
mod guid;
mod interaction;
mod issuer_keys;
mod jwt;
mod keys;
mod login_hint;
mod observe;
mod origins;
mod pages;
mod policy;
mod prepared;
mod random;
mod received;
mod redirect_uri;
mod refresh_tokens;
mod request_log;
mod respond;
mod response_mode;
mod routes;
mod scopes;
pub mod seed;
mod server;
mod sessions;
mod sign_in;
mod state;
mod state_folder;
mod tenant;
mod tls;
mod token_request;
mod tokens;
mod truncated;
mod x509;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::catalog::Catalog;
use crate::clock::{Clock, OffsetClock, SystemClock};
use crate::configuration::Configuration;
use crate::issuer_keys::IssuerKeys;
use crate::keys::{KeyRing, KeySource, SigningKey};
use crate::origins::{Origin, Origins};
use crate::server::Listener;
use crate::state::{DeviceTiming, Sts};
use crate::tls::{CaFile, Security};

pub use crate::configuration::schema as configuration_schema;
pub use crate::tls::{Https, TlsFault};

/// A small configuration to begin with, as `entra-emulator init` writes it.
pub const START_CONFIGURATION: &str = configuration::START;

/// How an emulator is started.
#[derive(Clone)]
pub struct Options {
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Serve HTTPS too.
    pub https: Option<Https>,
    /// Sign with the committed public key instead of one of its own.
    pub test_keys: bool,
    /// The folder that keeps the signing key and the authority of HTTPS; without one, both are made anew at every start.
    pub state: Option<PathBuf>,
    /// The configuration, JSON; without one, the default one. README.md describes it.
    pub configuration: Option<String>,
    /// Seconds between polls that device codes ask for, in place of the configuration's.
    pub interval: Option<u64>,
    /// Lifetime of device codes in seconds, in place of the configuration's.
    pub expires_in: Option<u64>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            https: None,
            test_keys: false,
            state: None,
            configuration: None,
            interval: None,
            expires_in: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// The emulator, before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Emulator;

impl Emulator {
    /// Starts an emulator; it serves when this returns. Fails when the configuration is wrong, or when a port, the key
    /// or a certificate can't be had.
    pub async fn start(options: Options) -> io::Result<Running> {
        let configuration = match &options.configuration {
            Some(text) => Configuration::read(text).map_err(|text| {
                io::Error::new(io::ErrorKind::InvalidData, format!("the configuration is wrong: {text}"))
            })?,
            None => Configuration::default_one(),
        };
        let (port, sockets) = server::bind(options.port).await?;
        let mut listeners =
            vec![Listener { sockets, origin: Origin { scheme: "http", port }, security: Security::Plain }];
        let mut ca = None;
        let mut names = Vec::new();
        if let Some(https) = &options.https {
            let (security, file) = tls::prepare(https, options.state.as_deref())?;
            let (port, sockets) = server::bind(https.port).await?;
            listeners.push(Listener { sockets, origin: Origin { scheme: "https", port }, security });
            names = https.names.iter().map(|name| name.to_ascii_lowercase()).collect();
            ca = Some(file);
        }
        let origins = Origins { origins: listeners.iter().map(|listener| listener.origin).collect(), names };
        let urls = origins.origins.iter().map(|origin| origin.url()).collect();
        let keys = KeyRing::new(load_key(options.test_keys, options.state).await?);
        let tenant_id = configuration.tenants[0].id.clone();
        let catalog = Catalog::new(configuration);
        let clock = OffsetClock::new(options.clock);
        let timing = DeviceTiming { interval: options.interval, expires_in: options.expires_in };
        let sts = Sts::new(origins, keys, IssuerKeys::new()?, clock, catalog).with_device_timing(timing);
        let sts = Arc::new(sts);
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(listeners, routes::router(&sts), stopped));
        Ok(Running { urls, ca, tenant_id, stop, server })
    }
}

/// Making a key takes a second or so of computing.
async fn load_key(test_keys: bool, folder: Option<PathBuf>) -> io::Result<SigningKey> {
    let load = move || {
        SigningKey::load(&match &folder {
            _ if test_keys => KeySource::Test,
            Some(folder) => KeySource::Folder(folder),
            None => KeySource::New,
        })
    };
    tokio::task::spawn_blocking(load).await.map_err(io::Error::other)?
}

/// An emulator that serves. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    /// HTTP first.
    urls: Vec<String>,
    ca: Option<CaFile>,
    tenant_id: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Running {
    /// `http://localhost:port`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.urls[0]
    }

    /// `https://localhost:port`, if HTTPS is served.
    pub fn https_url(&self) -> Option<&str> {
        self.urls.get(1).map(String::as_str)
    }

    /// The file with the certificate (PEM) that clients of HTTPS have to trust. It goes with the emulator, unless it
    /// is in the state folder.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(CaFile::path)
    }

    /// ID of the first tenant.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// Stops serving: open connections are closed, and the ports are free when this returns.
    pub async fn stop(self) {
        drop(self.stop);
        // It fails only if a task panicked; then it doesn't serve either.
        let _ = self.server.await;
    }
}
