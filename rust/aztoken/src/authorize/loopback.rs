//! Receives the authorization response on a loopback address, while one sign-in waits (RFC 8252 section 7.3). Other requests
//! get an error page and don't end the wait.

mod endpoint;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};

use super::redirect_uri::{Loopback, LoopbackUri};
use crate::error::Result;
use crate::secret::Secret;

pub(crate) use endpoint::Callback;
use endpoint::CallbackEndpoint;

/// How many random ports are tried until one is free on both loopback addresses.
const PORT_ATTEMPTS: usize = 16;
/// The most open connections. The oldest one is closed for a new one.
const MAX_CONNECTIONS: usize = 64;
/// Time limit for the head of a request, which browsers send at once.
const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// The largest head of a request in bytes. A code in the query has some kilobytes.
const MAX_HEAD: usize = 128 << 10;
/// The pause after a connection couldn't be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Time limit for sending the last page to the browser.
const LAST_PAGE_LIMIT: Duration = Duration::from_secs(1);

/// Waits for one authorization response. Dropping it closes all connections.
pub(crate) struct Listener {
    sockets: Vec<TcpListener>,
    /// The redirect URI to send.
    pub(crate) uri: String,
    endpoint: Arc<CallbackEndpoint>,
    callbacks: mpsc::Receiver<Callback>,
    connections: JoinSet<()>,
    open: VecDeque<AbortHandle>,
}

impl Listener {
    /// Listens on the addresses of a URI for the response with this state.
    pub(crate) async fn open(uri: &LoopbackUri, state: Secret) -> Result<Self> {
        let sockets = bind(uri).await.map_err(|error| uri.unavailable(&error))?;
        let port =
            sockets.first().and_then(|socket| socket.local_addr().ok()).map_or(0, |address| address.port());
        let (sender, callbacks) = mpsc::channel(1);
        Ok(Self {
            sockets,
            uri: uri.with_port(port),
            endpoint: Arc::new(CallbackEndpoint::new(uri.path.clone(), port, state, sender)),
            callbacks,
            connections: JoinSet::new(),
            open: VecDeque::new(),
        })
    }

    /// Waits for the response.
    pub(crate) async fn callback(&mut self) -> Callback {
        loop {
            tokio::select! {
                biased;
                Some(callback) = self.callbacks.recv() => return callback,
                accepted = accept(&self.sockets) => self.handle(accepted).await,
            }
        }
    }

    /// Goes on serving requests, such as those of a second tab, until some work is done.
    pub(crate) async fn serve_during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                accepted = accept(&self.sockets) => self.handle(accepted).await,
            }
        }
    }

    /// Shows the browser the outcome, then stops listening. Waits until the page was sent, but at most for `patience`: after
    /// that, a task of its own goes on.
    pub(crate) async fn close(self, callback: Callback, signed_in: bool, patience: Duration) {
        let delivery = tokio::spawn(async move {
            let _listener = self;
            // Without the page, the sign-in has its outcome all the same.
            drop(tokio::time::timeout(LAST_PAGE_LIMIT, callback.show_outcome(signed_in)).await);
        });
        drop(tokio::time::timeout(patience, delivery).await);
    }

    async fn handle(&mut self, accepted: io::Result<TcpStream>) {
        match accepted {
            Ok(stream) => self.serve(stream),
            // For example, too many open files: some may be closed soon.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }

    fn serve(&mut self, stream: TcpStream) {
        while self.connections.try_join_next().is_some() {}
        self.open.retain(|connection| !connection.is_finished());
        if self.open.len() >= MAX_CONNECTIONS
            && let Some(oldest) = self.open.pop_front()
        {
            oldest.abort();
        }
        self.open.push_back(self.connections.spawn(serve_connection(stream, self.endpoint.clone())));
    }
}

/// Serves one request. Ends when the page was sent.
async fn serve_connection(stream: TcpStream, endpoint: Arc<CallbackEndpoint>) {
    // Dropped at the end, which tells the sign-in that the page was sent.
    let (_open, closed) = oneshot::channel::<()>();
    let closed = std::sync::Mutex::new(Some(closed));
    let service = service_fn(|request| endpoint.respond(request, &closed));
    // Nobody here can act on a broken connection.
    drop(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_LIMIT)
            .max_buf_size(MAX_HEAD)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn accept(sockets: &[TcpListener]) -> io::Result<TcpStream> {
    match sockets {
        [one] => one.accept().await.map(|(stream, _)| stream),
        [one, other, ..] => tokio::select! {
            accepted = one.accept() => accepted.map(|(stream, _)| stream),
            accepted = other.accept() => accepted.map(|(stream, _)| stream),
        },
        [] => std::future::pending().await,
    }
}

/// Binds the addresses exclusively: the system refuses an address that another program uses.
async fn bind(uri: &LoopbackUri) -> io::Result<Vec<TcpListener>> {
    let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
    let port = uri.port.unwrap_or_default();
    match uri.addresses {
        Loopback::V4 => Ok(vec![TcpListener::bind(SocketAddr::new(v4, port)).await?]),
        Loopback::V6 => Ok(vec![TcpListener::bind(SocketAddr::new(v6, port)).await?]),
        Loopback::Both => {
            let mut attempts = if port == 0 { PORT_ATTEMPTS } else { 1 };
            loop {
                let first = TcpListener::bind(SocketAddr::new(v4, port)).await?;
                attempts -= 1;
                match TcpListener::bind(SocketAddr::new(v6, first.local_addr()?.port())).await {
                    Ok(second) => return Ok(vec![first, second]),
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        if attempts == 0 {
                            return Err(error);
                        }
                    }
                    // The machine has no IPv6.
                    Err(_) => return Ok(vec![first]),
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "loopback_tests.rs"]
mod tests;
