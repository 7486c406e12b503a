//! Sockets: bound to loopback only, one task for each connection.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

use crate::observe::{EndConnection, lower_path};
use crate::origins::Origin;
use crate::tls::{self, Security};

/// How often a port that is free on 127.0.0.1 but taken on `[::1]` is given up for another one.
const PORT_ATTEMPTS: usize = 16;
/// How long a client may take for a TLS handshake.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A port with what a connection to it goes through.
pub(crate) struct Listener {
    pub(crate) sockets: Vec<TcpListener>,
    pub(crate) origin: Origin,
    pub(crate) security: Security,
}

/// Listens on 127.0.0.1 and, where there is one, on `[::1]` at the same port: clients try either for `localhost`.
pub(crate) async fn bind(port: u16) -> io::Result<(u16, Vec<TcpListener>)> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            io::Error::new(error.kind(), format!("port {port} of 127.0.0.1 can't be listened on: {error}"))
        })?;
        let chosen = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, chosen)).await {
            Ok(v6) => return Ok((chosen, vec![v4, v6])),
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Ok((chosen, vec![v4])),
            Err(_) if port == 0 && attempt < PORT_ATTEMPTS => {}
            Err(error) => {
                let text = format!("port {chosen} of [::1] is taken by another program: {error}");
                return Err(io::Error::new(error.kind(), text));
            }
        }
    }
}

/// Serves until `stop` is sent or dropped; then the ports are free and the connections end.
pub(crate) async fn serve(listeners: Vec<Listener>, router: Router, stop: oneshot::Receiver<()>) {
    let mut accepting = JoinSet::new();
    for listener in listeners {
        for socket in listener.sockets {
            accepting.spawn(accept(socket, listener.origin, listener.security.clone(), router.clone()));
        }
    }
    drop(stop.await);
    accepting.shutdown().await;
}

async fn accept(listener: TcpListener, origin: Origin, security: Security, router: Router) {
    let service = Arc::new(TowerToHyperService::new(router));
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small and complete: waiting to fill a packet only delays them.
                let _ = stream.set_nodelay(true);
                connections.spawn(connection(stream, origin, security.clone(), Arc::clone(&service)));
            }
            // A connection that was lost before it was accepted, or too many open files: the next one may do.
            Err(_) => tokio::task::yield_now().await,
        }
        while connections.try_join_next().is_some() {}
    }
}

type Service = Arc<TowerToHyperService<Router>>;

async fn connection(stream: TcpStream, origin: Origin, security: Security, service: Service) {
    match security {
        Security::Plain => http(stream, origin, service).await,
        Security::Tls(acceptor) => {
            // A handshake that fails, or never comes, concerns the client alone.
            if let Ok(Ok(stream)) = timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
                http(stream, origin, service).await;
            }
        }
        Security::OldTls => tls::refuse_version(stream).await,
        Security::Stall => tls::stall(stream).await,
    }
}

async fn http<S: Stream>(stream: S, origin: Origin, service: Service) {
    let reset = Arc::new(AtomicBool::new(false));
    let resets = Arc::clone(&reset);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(origin);
        lower_path(&mut request);
        let answer = service.call(request.map(Body::new));
        let reset = Arc::clone(&reset);
        async move {
            let Ok(response) = answer.await;
            match response.extensions().get::<EndConnection>() {
                None => Ok(response),
                Some(end) => {
                    reset.store(*end == EndConnection::Reset, Ordering::SeqCst);
                    // hyper ends the connection without a byte when its service fails.
                    Err(io::Error::from(io::ErrorKind::ConnectionAborted))
                }
            }
        }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    // An error here is the client's leaving, or a fault that closes.
    let _ = (&mut connection).await;
    if resets.load(Ordering::SeqCst) {
        // Without time to linger, closing resets.
        let _ = connection.into_parts().io.into_inner().tcp().set_zero_linger();
    }
}

/// What HTTP is spoken over.
trait Stream: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

#[cfg(test)]
mod tests {
    use super::bind;

    #[tokio::test]
    async fn only_loopback_addresses_are_bound() {
        let (port, listeners) = bind(0).await.expect("bound");
        assert!(!listeners.is_empty());
        for listener in listeners {
            let address = listener.local_addr().expect("an address");
            assert!(address.ip().is_loopback(), "{address}");
            assert_eq!(address.port(), port);
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let (port, _listeners) = bind(0).await.expect("bound");
        let error = bind(port).await.expect_err("taken");
        assert!(error.to_string().contains(&port.to_string()), "{error}");
    }
}
