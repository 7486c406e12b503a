//! The listener for the answer: on this machine's own addresses only, for as long as one sign-in waits (RFC 8252 section
//! 7.3). Whatever else comes in is answered and doesn't end the wait.

mod site;

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

pub(crate) use site::Answer;
use site::Site;

/// Free ports that are tried until one is free at both addresses.
const TRIES: usize = 16;
/// Connections that are open at once; the oldest makes room for a new one.
const CONNECTIONS: usize = 64;
/// A browser sends a request in one go.
const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// Bytes of a request's head: an answer in the query has a code of some kilobytes.
const HEAD_SIZE: usize = 128 << 10;
/// Before connections are accepted again when the system has refused one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long the last page may take on its way to the browser.
const LAST_PAGE_LIMIT: Duration = Duration::from_secs(1);

/// A listener that waits for one answer. Dropping it closes everything.
pub(crate) struct Listener {
    sockets: Vec<TcpListener>,
    /// The redirect URI to send.
    pub(crate) uri: String,
    site: Arc<Site>,
    answers: mpsc::Receiver<Answer>,
    connections: JoinSet<()>,
    open: VecDeque<AbortHandle>,
}

impl Listener {
    /// Listens at the addresses of a URI, for the answer with this state.
    pub(crate) async fn open(uri: &LoopbackUri, state: Secret) -> Result<Self> {
        let sockets = bind(uri).await.map_err(|error| uri.unavailable(&error))?;
        let port =
            sockets.first().and_then(|socket| socket.local_addr().ok()).map_or(0, |address| address.port());
        let (sender, answers) = mpsc::channel(1);
        Ok(Self {
            sockets,
            uri: uri.with_port(port),
            site: Arc::new(Site::new(uri.path.clone(), port, state, sender)),
            answers,
            connections: JoinSet::new(),
            open: VecDeque::new(),
        })
    }

    /// Waits for the answer.
    pub(crate) async fn answer(&mut self) -> Answer {
        loop {
            tokio::select! {
                biased;
                Some(answer) = self.answers.recv() => return answer,
                accepted = accept(&self.sockets) => self.take(accepted).await,
            }
        }
    }

    /// Does something while whatever comes in is answered, as a second tab is.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                accepted = accept(&self.sockets) => self.take(accepted).await,
            }
        }
    }

    async fn take(&mut self, accepted: io::Result<TcpStream>) {
        match accepted {
            Ok(stream) => self.serve(stream),
            // Too many open files, say: others may be closed soon.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }

    fn serve(&mut self, stream: TcpStream) {
        while self.connections.try_join_next().is_some() {}
        self.open.retain(|connection| !connection.is_finished());
        if self.open.len() >= CONNECTIONS
            && let Some(oldest) = self.open.pop_front()
        {
            oldest.abort();
        }
        self.open.push_back(self.connections.spawn(converse(stream, self.site.clone())));
    }
}

/// One connection to its end. It is over when the page is on its way.
async fn converse(stream: TcpStream, site: Arc<Site>) {
    // Dropped at the end, which whoever waits for the last page sees.
    let (_alive, over) = oneshot::channel::<()>();
    let over = std::sync::Mutex::new(Some(over));
    let service = service_fn(|request| site.respond(request, &over));
    // What is wrong with a connection is the other side's to know.
    drop(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_LIMIT)
            .max_buf_size(HEAD_SIZE)
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

/// No address is shared with another program: the system refuses one that is taken.
async fn bind(uri: &LoopbackUri) -> io::Result<Vec<TcpListener>> {
    let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
    let port = uri.port.unwrap_or_default();
    match uri.addresses {
        Loopback::V4 => Ok(vec![TcpListener::bind(SocketAddr::new(v4, port)).await?]),
        Loopback::V6 => Ok(vec![TcpListener::bind(SocketAddr::new(v6, port)).await?]),
        Loopback::Both => {
            let mut tries = if port == 0 { TRIES } else { 1 };
            loop {
                let first = TcpListener::bind(SocketAddr::new(v4, port)).await?;
                tries -= 1;
                match TcpListener::bind(SocketAddr::new(v6, first.local_addr()?.port())).await {
                    Ok(second) => return Ok(vec![first, second]),
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        if tries == 0 {
                            return Err(error);
                        }
                    }
                    // This machine has no IPv6.
                    Err(_) => return Ok(vec![first]),
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "loopback_tests.rs"]
mod tests;
