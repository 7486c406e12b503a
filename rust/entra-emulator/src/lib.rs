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

mod client_auth;
pub mod clock;
mod device;
pub mod errors;
mod faults;
mod keys;
mod observe;
mod pages;
mod received;
mod respond;
mod routes;
mod scopes;
pub mod seed;
mod server;
mod state;
mod tenant;
mod tokens;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::{Clock, SystemClock};
use crate::keys::{KeySource, SigningKey};
use crate::state::App;

/// How an emulator is started.
#[derive(Clone)]
pub struct Options {
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Sign with the committed public key instead of one of its own.
    pub test_keys: bool,
    /// The folder that keeps the signing key; without one, the key is made anew at every start.
    pub state: Option<PathBuf>,
    /// Seconds between polls that device codes ask for.
    pub interval: u64,
    /// Lifetime of device codes in seconds.
    pub expires_in: u64,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            test_keys: false,
            state: None,
            interval: 5,
            expires_in: 900,
            clock: Arc::new(SystemClock),
        }
    }
}

/// The emulator, before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Emulator;

impl Emulator {
    /// Starts an emulator; it serves when this returns. Fails when the port or the key can't be had.
    pub async fn start(options: Options) -> io::Result<Running> {
        let (port, listeners) = server::bind(options.port).await?;
        let (test_keys, folder) = (options.test_keys, options.state);
        // Making a key takes a second or so of computing.
        let keys = tokio::task::spawn_blocking(move || {
            SigningKey::load(&match &folder {
                _ if test_keys => KeySource::Test,
                Some(folder) => KeySource::Folder(folder),
                None => KeySource::New,
            })
        });
        let keys = keys.await.map_err(io::Error::other)??;
        let app = Arc::new(App::new(port, keys, options.clock, options.interval, options.expires_in));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(listeners, routes::router(&app), stopped));
        Ok(Running { url: app.url.clone(), stop, server })
    }
}

/// An emulator that serves. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Running {
    /// `http://localhost:port`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops serving: open connections are closed, and the port is free when this returns.
    pub async fn stop(self) {
        drop(self.stop);
        // It fails only if a task panicked; then it doesn't serve either.
        let _ = self.server.await;
    }
}
