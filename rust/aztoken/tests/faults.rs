//! Everything that a network and a hostile server can do: a typed error with a sentence, in bounded time, and an end
//! within 200 ms when it is cancelled.

use std::io::ErrorKind as IoErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aztoken::grants::ClientCredentials;
use aztoken::{Clients, Context, Error, ErrorKind, Event, Limits, RequestOptions, Result, TokenSet};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Short, so that what is waited for in vain is given up soon.
const LIMITS: Limits = Limits { connect: Duration::from_millis(400), request: Duration::from_millis(600) };

/// What the server does with a connection after it has read the request.
#[derive(Clone, Copy)]
enum Fault {
    /// Sends these bytes and closes.
    Answer(&'static str),
    /// Sends these bytes and keeps the connection open.
    AnswerThenHang(&'static str),
    /// Sends a header, then bytes without end.
    Endless,
    /// Closes with a reset before the request is read.
    Reset,
    /// Says nothing at all, not even TLS.
    Silence,
}

/// Its port, its task, and how many connections it has taken.
async fn serve(fault: Fault) -> (u16, JoinHandle<()>, watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (count, taken) = watch::channel(0);
    let server = tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            count.send_modify(|count| *count += 1);
            match fault {
                Fault::Answer(answer) => {
                    read_request(&mut stream).await;
                    drop(stream.write_all(answer.as_bytes()).await);
                    drop(stream.shutdown().await);
                }
                Fault::AnswerThenHang(answer) => {
                    read_request(&mut stream).await;
                    drop(stream.write_all(answer.as_bytes()).await);
                    kept.push(stream);
                }
                Fault::Endless => {
                    read_request(&mut stream).await;
                    drop(
                        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await,
                    );
                    while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
                }
                Fault::Reset => {
                    stream.set_zero_linger().expect("a reset can be asked for");
                    drop(stream);
                }
                Fault::Silence => kept.push(stream),
            }
        }
    });
    (port, server, taken)
}

async fn read_request(stream: &mut TcpStream) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    // The form is the last thing sent, and its scope the last of it.
    while !bytes.windows(8).any(|window| window == b".default") {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
}

async fn ask(authority: String) -> Result<TokenSet> {
    let context = Context { clients: Arc::new(Clients::with_limits(LIMITS)), ..Context::default() };
    let request = format!(
        "{{\"options\":{{\"authority\":\"{authority}\",\"tenant\":\"contoso.com\",\"client_id\":\"app\"}},\
         \"parameters\":{{\"client_auth\":{{\"kind\":\"secret\",\"secret\":\"hunter2\"}}}}}}"
    );
    let (common, grant): (RequestOptions, ClientCredentials) =
        aztoken::parse_request(request.as_bytes()).expect("valid");
    context.run(common, grant, Arc::new(|_: &Event<'_>| {})).await
}

/// Asks a server with a fault, and checks what holds for all of them.
async fn outcome(scheme: &str, fault: Fault) -> Error {
    let (port, server, mut taken) = serve(fault).await;
    let authority = format!("{scheme}://localhost:{port}");
    let started = Instant::now();
    let error = ask(authority.clone()).await.expect_err("a fault");
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "bounded, with one repetition after a second: {error:?}"
    );
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    assert!(error.message.ends_with('.') && error.correlation_id.is_some(), "{error:?}");
    // Cancelled once it is connected: some hang then, and some are over.
    let before = *taken.borrow();
    let work = tokio::spawn(ask(authority));
    taken.wait_for(|count| *count > before).await.expect("the server runs");
    let cancelled = Instant::now();
    work.abort();
    drop(work.await);
    assert!(cancelled.elapsed() < Duration::from_millis(200), "{error:?}");
    server.abort();
    error
}

async fn expect(scheme: &str, fault: Fault, kind: ErrorKind, name: &str, text: &str) {
    let error = outcome(scheme, fault).await;
    assert_eq!((error.kind, error.error.as_str()), (kind, name), "{error:?}");
    assert!(error.message.contains(text), "{error:?}");
}

#[tokio::test]
async fn no_answer_at_all() {
    expect("http", Fault::Reset, ErrorKind::Network, "connection_reset", "closed the connection").await;
    expect("http", Fault::Silence, ErrorKind::Timeout, "timeout", "didn't answer in time").await;
    expect("https", Fault::Silence, ErrorKind::Timeout, "timeout", "didn't answer in time").await;
    expect("https", Fault::Reset, ErrorKind::Network, "connection_reset", "closed the connection").await;
}

#[tokio::test]
async fn nobody_listens() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let error = ask(format!("http://127.0.0.1:{port}")).await.expect_err("refused");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Network, "connection_refused"));
}

#[tokio::test]
async fn a_listener_that_never_accepts() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let error = ask(format!("http://{address}")).await.expect_err("timed out");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Timeout, "timeout"));
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    let error = ask("https://login.invalid".to_owned()).await.expect_err("no such name");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Network, "name_not_resolved"), "{error:?}");
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn answers_that_stop_half_way() {
    let headers = Fault::Answer("HTTP/1.1 200 OK\r\nContent-Ty");
    expect("http", headers, ErrorKind::Network, "connection_reset", "without a whole answer").await;
    let body =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"access_token\":";
    expect("http", Fault::Answer(body), ErrorKind::Network, "connection_reset", "without a whole answer")
        .await;
    expect("http", Fault::AnswerThenHang("HTTP/1.1 200"), ErrorKind::Timeout, "timeout", "in time").await;
    expect("http", Fault::AnswerThenHang(body), ErrorKind::Timeout, "timeout", "in time").await;
}

#[tokio::test]
async fn answers_that_make_no_sense() {
    let unusable = "The service's answer can't be used";
    for (answer, text) in [
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n", "it is empty"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "it is empty"),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"access_",
            "it ends too early",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            "not JSON but text/html",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
            "it is an empty object",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\"access_token\":5,\"token\":1}\n",
            "it has token",
        ),
    ] {
        expect("http", Fault::Answer(answer), ErrorKind::Protocol, "invalid_response", unusable).await;
        assert!(outcome("http", Fault::Answer(answer)).await.message.contains(text), "{answer}");
    }
    let garbage = Fault::Answer("SSH-2.0-OpenSSH_9.2\r\n");
    expect("http", garbage, ErrorKind::Protocol, "invalid_response", "doesn't speak HTTP").await;
}

#[tokio::test]
async fn answers_of_gateways() {
    let html = "HTTP/1.1 500 x\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    expect("http", Fault::Answer(html), ErrorKind::Server, "server_error", "HTTP 500 with text/html").await;
    let throttled = "HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    let error = outcome("http", Fault::Answer(throttled)).await;
    assert_eq!(
        (error.error.as_str(), error.retry_after, error.retryable),
        ("temporarily_unavailable", Some(7), true)
    );
    assert!(error.message.contains("throttles requests") && error.message.contains("in 7 s"), "{error:?}");
    let nothing = "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n";
    expect(
        "http",
        Fault::Answer(nothing),
        ErrorKind::Server,
        "server_error",
        "HTTP 500 without a Content-Type",
    )
    .await;
    let elsewhere = "HTTP/1.1 302 x\r\nLocation: http://127.0.0.1/evil\r\nContent-Length: 0\r\n\r\n";
    expect("http", Fault::Answer(elsewhere), ErrorKind::Protocol, "unexpected_redirect", "isn't followed")
        .await;
}

#[tokio::test]
async fn answers_without_measure() {
    expect("http", Fault::Endless, ErrorKind::Protocol, "response_too_large", "larger than 1 MiB").await;
    let two = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n";
    expect(
        "http",
        Fault::AnswerThenHang(two),
        ErrorKind::Protocol,
        "response_too_large",
        "larger than 1 MiB",
    )
    .await;
}

#[tokio::test]
async fn a_plain_server_on_an_https_address() {
    let plain = Fault::AnswerThenHang("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let (port, server) = serve_at_once(plain).await;
    let error = ask(format!("https://localhost:{port}")).await.expect_err("no TLS");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Tls, "tls_failed"), "{error:?}");
    assert!(error.message.contains("is not TLS") && error.hint.is_some(), "{error:?}");
    server.abort();
}

/// Answers without waiting for a request that could be understood.
async fn serve_at_once(fault: Fault) -> (u16, JoinHandle<()>) {
    let Fault::AnswerThenHang(answer) = fault else { unreachable!("the only one used here") };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 1];
            match stream.read(&mut hello).await {
                Err(error) if error.kind() == IoErrorKind::ConnectionReset => {}
                _ => drop(stream.write_all(answer.as_bytes()).await),
            }
        }
    });
    (port, server)
}
