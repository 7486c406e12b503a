//! When a request is sent again, seen from the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use super::super::request::Limits;
use super::super::retry::{IDEMPOTENT, NEVER, ONCE};
use super::*;
use crate::io::Io;
use crate::testing::Server;

fn answer(status: u16, headers: &str) -> String {
    format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: 0\r\n\r\n")
}

fn form() -> Form {
    let mut form = Form::new();
    form.add("grant_type", "test");
    form
}

async fn post(io: &Io, url: &str, policy: Policy) -> Result<Answer> {
    io.http().post_form(&Url::parse(url).expect("a URL"), &form(), policy).await
}

/// Posts to a server with this answer, then with a good one: what came of it, and how often it was asked.
async fn outcome(policy: Policy, first: String) -> (Result<Answer>, usize) {
    let server = Server::start_raw(vec![first, answer(200, "")]).await;
    let io = server.caller().0.io();
    let outcome = post(&io, &server.url, policy).await;
    (outcome, server.seen().len())
}

#[tokio::test]
async fn what_the_service_answers_decides() {
    for (status, headers, idempotent) in [
        (500, "", 2),
        (502, "", 2),
        (503, "", 2),
        (501, "", 1),
        (511, "", 1),
        (503, "Retry-After: 7\r\n", 1),
        (503, "Retry-After: soon\r\n", 2),
        (429, "", 1),
        (429, "Retry-After: 7\r\n", 1),
        (408, "", 1),
        (400, "", 1),
        (401, "", 1),
    ] {
        for (policy, expected) in [(IDEMPOTENT, idempotent), (ONCE, 1), (NEVER, 1)] {
            let (outcome, asked) = outcome(policy, answer(status, headers)).await;
            let last = if expected == 2 { 200 } else { status };
            let answered = outcome.expect("an answer").status;
            assert_eq!((answered, asked), (last, expected), "{status} {headers} {policy:?}");
        }
    }
}

#[tokio::test]
async fn a_closed_connection_is_not_asked_again() {
    for policy in [IDEMPOTENT, ONCE, NEVER] {
        let (outcome, asked) = outcome(policy, String::new()).await;
        assert_eq!(outcome.err().map(|error| error.kind), Some(ErrorKind::Network));
        assert_eq!(asked, 1, "{policy:?}");
    }
}

/// RFC 9110 section 10.2.3. The clock of the tests begins at 2027-01-15T08:00:00Z.
#[tokio::test]
async fn retry_after_comes_as_seconds_and_as_a_date() {
    for (value, seconds) in [
        ("7", Some(7)),
        ("0", Some(0)),
        ("Fri, 15 Jan 2027 08:01:40 GMT", Some(100)),
        ("Friday, 15-Jan-27 08:01:40 GMT", Some(100)),
        ("Thu, 14 Jan 2027 08:01:40 GMT", Some(0)),
        ("86401", Some(86_400)),
        ("18446744073709551615", Some(86_400)),
        ("99999999999999999999999999", Some(86_400)),
        ("Thu, 01 Jan 2099 00:00:00 GMT", Some(86_400)),
        ("", None),
        ("-1", None),
        ("soon", None),
    ] {
        let (outcome, _) = outcome(NEVER, answer(503, &format!("Retry-After: {value}\r\n"))).await;
        assert_eq!(outcome.expect("an answer").retry_after, seconds, "{value}");
    }
}

#[tokio::test]
async fn the_wait_is_spread_by_the_given_random_number() {
    for (random, milliseconds) in [(0.0, 750), (0.5, 1000), (1.0, 1250)] {
        let server = Server::start_raw(vec![answer(500, ""), answer(200, "")]).await;
        let mut io = server.caller().0.io();
        io.random = Arc::new(move || random);
        post(&io, &server.url, IDEMPOTENT).await.expect("an answer");
        assert_eq!(server.clock.monotonic(), Duration::from_millis(milliseconds));
    }
}

/// A server that says nothing: how often it was connected to, and how often it was sent a whole request.
struct Silent {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Silent {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let silent = Self { port, connections: Arc::default(), requests: Arc::default() };
        let (connections, requests) = (silent.connections.clone(), silent.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(listen(stream, requests.clone()));
            }
        });
        silent
    }
}

async fn listen(mut stream: TcpStream, requests: Arc<AtomicUsize>) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 1024]);
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        bytes.extend_from_slice(&chunk[..count]);
        if bytes.ends_with(b"grant_type=test") {
            requests.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn a_time_out_is_repeated_only_by_what_may_have_been_received_twice() {
    for (scheme, policy, connections, requests) in [
        ("http", IDEMPOTENT, 2, 2),
        // The form has arrived, so that it may have been used up.
        ("http", ONCE, 1, 1),
        ("http", NEVER, 1, 1),
        // Without TLS, nothing of it was sent.
        ("https", IDEMPOTENT, 2, 0),
        ("https", ONCE, 2, 0),
        ("https", NEVER, 1, 0),
    ] {
        let (silent, server) = (Silent::start().await, Server::start([]).await);
        let mut io = server.caller().0.io();
        let (connect, request) = (Duration::from_millis(300), Duration::from_millis(500));
        io.clients = Arc::new(Clients::with_limits(Limits { connect, request }));
        let error = post(&io, &format!("{scheme}://127.0.0.1:{}", silent.port), policy).await.err();
        assert_eq!(error.map(|error| error.kind), Some(ErrorKind::Timeout), "{scheme} {policy:?}");
        let seen = (silent.connections.load(Ordering::SeqCst), silent.requests.load(Ordering::SeqCst));
        assert_eq!(seen, (connections, requests), "{scheme} {policy:?}");
    }
}

#[tokio::test]
async fn a_request_brings_its_own_headers_and_limits() {
    let server = Server::start_raw(vec![answer(200, "")]).await;
    let io = server.caller().0.io();
    let url = |text: &str| Url::parse(text).expect("a URL");
    let headers = vec![("Metadata", "true".into())];
    let request = Request { headers, ..Request::get(url(&server.url), NEVER) };
    assert!(!format!("{request:?}").contains("true\""), "a header may be a secret");
    io.http().send(&request).await.expect("an answer");
    assert!(server.seen()[0].headers.contains("\r\nmetadata: true"), "{:?}", server.seen());

    let silent = Silent::start().await;
    let (connect, limit) = (Duration::from_millis(300), Duration::from_millis(200));
    let request = Request {
        limits: Some(Limits { connect, request: limit }),
        ..Request::get(url(&format!("http://127.0.0.1:{}", silent.port)), NEVER)
    };
    let started = std::time::Instant::now();
    let error = io.http().send(&request).await.err().expect("no answer");
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert!(started.elapsed() < Duration::from_secs(15), "not the clients' 30 s");
}

#[tokio::test]
async fn a_direct_request_goes_around_every_proxy() {
    let server = Server::start_raw(vec![answer(200, "")]).await;
    let mut io = server.caller().0.io();
    // Nobody listens there.
    let proxy =
        super::super::ProxySetting { url: "http://127.0.0.1:1".into(), username: None, password: None };
    io.network.proxy = Some(proxy);
    let request = Request::get(Url::parse(&server.url).expect("a URL"), NEVER);
    assert_eq!(
        io.http().send(&request).await.err().map(|error| error.error.clone()).as_deref(),
        Some("proxy_failed")
    );
    io.http().send(&Request { direct: true, ..request }).await.expect("an answer");
}
