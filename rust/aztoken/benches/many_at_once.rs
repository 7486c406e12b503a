//! 1,000 tokens over HTTPS, 64 at once, from a server that takes 50 ms for each: the time, the connections that were made,
//! and the sockets that are left. At best it takes 0.78 s. Needs no emulator.

#![allow(clippy::print_stdout)] // what it measures is its output

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aztoken::grants::ClientCredentials;
use aztoken::{Clients, Context, Event, RequestOptions};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const TOKENS: usize = 1_000;
const AT_ONCE: usize = 64;
const DELAY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 5;

fn main() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (server, client) = (runtime().expect("a runtime"), runtime().expect("a runtime"));
    let made = Arc::new(AtomicUsize::new(0));
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), key.cert.pem()).expect("written");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![key.cert.der().clone()],
            PrivateKeyDer::Pkcs8(key.signing_key.serialize_der().into()),
        )
        .expect("a configuration");
    let port = server.block_on(serve(TlsAcceptor::from(Arc::new(config)), made.clone()));
    let request = json!({
        "options": {
            "authority": format!("https://localhost:{port}"), "tenant": "contoso.com", "client_id": "app",
            "environment": { "AZTOKEN_CA_BUNDLE": file.path().to_str().expect("UTF-8") },
        },
        "parameters": { "client_auth": { "kind": "secret", "secret": "s" } },
    })
    .to_string();
    let mut rounds: Vec<(Duration, usize)> = (0..ROUNDS)
        .map(|_| {
            let before = made.load(Ordering::SeqCst);
            let started = Instant::now();
            client.block_on(many(&request));
            (started.elapsed(), made.load(Ordering::SeqCst) - before)
        })
        .collect();
    rounds.sort_unstable();
    let (time, connections) = rounds[ROUNDS / 2];
    println!(
        "{TOKENS} tokens over HTTPS, {AT_ONCE} at once   {:8.2} s, {connections} connections, {} sockets in TIME_WAIT; median of {ROUNDS}",
        time.as_secs_f64(),
        in_time_wait(port),
    );
}

async fn many(request: &str) {
    let clients = Arc::new(Clients::default());
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let tasks: Vec<_> = (0..TOKENS)
        .map(|_| {
            let (clients, turns, request) = (clients.clone(), turns.clone(), request.to_owned());
            tokio::spawn(async move {
                let _turn = turns.acquire().await.expect("open");
                let context = Context { clients, ..Context::default() };
                let (options, grant): (RequestOptions, ClientCredentials) =
                    aztoken::parse_request(request.as_bytes()).expect("valid");
                context.run(options, grant, Arc::new(|_: &Event<'_>| {})).await.expect("a token");
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
}

async fn serve(acceptor: TlsAcceptor, made: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            made.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
                while let Ok(count @ 1..) = stream.read(&mut chunk).await {
                    bytes.extend_from_slice(&chunk[..count]);
                    if bytes.windows(8).any(|window| window == b".default") {
                        bytes.clear();
                        tokio::time::sleep(DELAY).await;
                        let body = "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"abc\"}";
                        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length";
                        let answer = format!("{head}: {}\r\n\r\n{body}", body.len());
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    port
}

/// Sockets of ours to a port that the system still keeps (state 6 in Linux's table; none elsewhere).
fn in_time_wait(port: u16) -> usize {
    let port = format!(":{port:04X}");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let is_left = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.len() > 3 && fields[3] == "06" && (fields[1].ends_with(&port) || fields[2].ends_with(&port))
    };
    table.lines().filter(is_left).count()
}
