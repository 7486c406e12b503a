//! Proxies, with a real one: tinyproxy on loopback. `cargo xtask test` runs these where tinyproxy is installed.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use aztoken::grants::ClientCredentials;
use aztoken::{Context, Error, ErrorKind, Event, RequestOptions, Result, TokenSet};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ANSWER: &str = "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"abc\"}";
const NAME: &str = "proxy-user";
const PASSWORD: &str = "hunter2";

/// A running tinyproxy. It ends when this is dropped.
struct Tinyproxy {
    child: Child,
    port: u16,
    // Deleted with it.
    _configuration: tempfile::NamedTempFile,
}

impl Tinyproxy {
    /// Starts one and waits until it says that it listens.
    fn start(settings: &str) -> Self {
        // It can't be told to take any free port, so one that was free a moment ago is tried, and then another.
        for _ in 0..5 {
            if let Some(started) = Self::try_start(free_port(), settings) {
                return started;
            }
        }
        panic!("tinyproxy doesn't start");
    }

    fn try_start(port: u16, settings: &str) -> Option<Self> {
        let mut configuration = tempfile::NamedTempFile::new().expect("a file");
        write!(configuration, "Port {port}\nListen 127.0.0.1\nTimeout 20\nLogLevel Info\n{settings}\n")
            .expect("written");
        let mut child = Command::new("tinyproxy")
            .arg("-d")
            .arg("-c")
            .arg(configuration.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("tinyproxy is installed");
        let mut lines =
            BufReader::new(child.stdout.take().expect("piped")).lines().map_while(std::result::Result::ok);
        let ready = lines.any(|line| line.contains("Accepting connections"));
        // Read on, or it would stand still when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let started = Self { child, port, _configuration: configuration };
        ready.then_some(started)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The request's member `proxy`.
    fn member(&self) -> String {
        format!("\"proxy\":{{\"url\":\"{}\"}}", self.url())
    }

    fn member_with(&self, username: &str, password: &str) -> String {
        let url = self.url();
        format!("\"proxy\":{{\"url\":\"{url}\",\"username\":\"{username}\",\"password\":\"{password}\"}}")
    }

    /// The request's member `environment`, with this as the proxy for HTTPS.
    fn environment(&self, more: &str) -> String {
        format!("\"environment\":{{\"HTTPS_PROXY\":\"{}\"{more}}}", self.url())
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_port() -> u16 {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// An authority that answers any request with a token, and keeps the bytes that it was sent.
async fn authority() -> (u16, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = Vec::new();
            let mut chunk = [0; 4096];
            // The form's last field ends a request; a TLS hello (record type 22) is answered at once.
            while !bytes.windows(8).any(|window| window == b".default") && bytes.first() != Some(&22) {
                match stream.read(&mut chunk).await {
                    Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
                    _ => break,
                }
            }
            log.lock().expect("not poisoned").extend_from_slice(&bytes);
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{ANSWER}",
                ANSWER.len()
            );
            drop(stream.write_all(answer.as_bytes()).await);
            drop(stream.shutdown().await);
        }
    });
    (port, seen)
}

fn text(seen: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&seen.lock().expect("not poisoned")).to_lowercase()
}

async fn ask(authority: &str, options: &str) -> Result<TokenSet> {
    let context = Context::default();
    let request = format!(
        "{{\"options\":{{\"authority\":\"{authority}\",\"tenant\":\"contoso.com\",\"client_id\":\"app\",\"timeout_seconds\":20,{options}}},\
         \"parameters\":{{\"client_auth\":{{\"kind\":\"secret\",\"secret\":\"s\"}}}}}}"
    );
    let (common, grant): (RequestOptions, ClientCredentials) =
        aztoken::parse_request(request.as_bytes()).expect("valid");
    context.run(common, grant, Arc::new(|_: &Event<'_>| {})).await
}

async fn refusal(authority: &str, members: &str) -> Error {
    let error = ask(authority, members).await.expect_err("refused");
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
    error
}

/// What every failure of a proxy says.
fn check(error: &Error, name: &str, words: &str) {
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Network, name), "{error:?}");
    assert!(error.message.contains(words), "{error:?}");
    assert!(error.hint.is_some(), "{error:?}");
}

#[tokio::test]
async fn a_named_proxy_leads_to_everything_loopback_too() {
    let proxy = Tinyproxy::start("");
    let (port, seen) = authority().await;
    let token = ask(&format!("http://localhost:{port}"), &proxy.member()).await.expect("a token");
    assert_eq!(token.access_token.expose(), "abc");
    assert!(text(&seen).contains("\r\nvia: "), "tinyproxy leaves its mark: {}", text(&seen));
}

#[tokio::test]
async fn without_one_nothing_is_between() {
    let (port, seen) = authority().await;
    ask(&format!("http://localhost:{port}"), "\"environment\":{}").await.expect("a token");
    assert!(!text(&seen).contains("\r\nvia: "));
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let proxy = Tinyproxy::start("");
    let (port, seen) = authority().await;
    let error = ask(&format!("https://localhost:{port}"), &proxy.member()).await.expect_err("no TLS there");
    assert_eq!(error.kind, ErrorKind::Tls, "{error:?}");
    // The hello arrived as it was sent: record type 22, version 3.
    assert_eq!(seen.lock().expect("not poisoned")[..2], [22, 3]);
}

#[tokio::test]
async fn basic_authentication() {
    let proxy = Tinyproxy::start(&format!("BasicAuth {NAME} {PASSWORD}"));
    let (port, seen) = authority().await;
    let (http, https) = (format!("http://localhost:{port}"), format!("https://localhost:{port}"));
    let right = proxy.member_with(NAME, PASSWORD);
    ask(&http, &right).await.expect("a token");
    assert_eq!(ask(&https, &right).await.expect_err("no TLS there").kind, ErrorKind::Tls);
    assert!(!text(&seen).contains("proxy-authorization"), "the proxy's password is for the proxy");
    let before = text(&seen);

    for wrong in [proxy.member_with(NAME, "wrong"), proxy.member_with("nobody", PASSWORD), proxy.member()] {
        let error = refusal(&https, &wrong).await;
        // Not more exactly: it answers in HTTP/1.0, which hyper-util takes for any refusal.
        check(&error, "proxy_failed", &format!("localhost:{port}"));
        // tinyproxy may close a plain request's connection before its answer was read.
        let error = refusal(&http, &wrong).await;
        assert!(
            ["proxy_authentication_required", "connection_reset"].contains(&error.error.as_str()),
            "{error:?}"
        );
    }
    assert_eq!(text(&seen), before, "nothing went past the proxy");
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_and_says_so_in_http_1_1() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            drop(stream.read(&mut request).await);
            let answer =
                b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
            drop(stream.write_all(answer).await);
        }
    });
    let environment = format!("\"environment\":{{\"HTTPS_PROXY\":\"{url}\"}}");
    let error = refusal("https://login.contoso.test", &environment).await;
    check(&error, "proxy_authentication_required", "user name and password");
}

#[tokio::test]
async fn a_proxy_that_refuses() {
    let proxy = Tinyproxy::start("ConnectPort 443");
    let (port, seen) = authority().await;
    let error = refusal(&format!("https://localhost:{port}"), &proxy.member()).await;
    check(&error, "proxy_failed", &format!("localhost:{port}"));
    assert!(text(&seen).is_empty());
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let (port, seen) = authority().await;
    let member = format!("\"proxy\":{{\"url\":\"http://127.0.0.1:{}\"}}", free_port());
    for scheme in ["http", "https"] {
        let error = refusal(&format!("{scheme}://localhost:{port}"), &member).await;
        check(&error, "proxy_failed", "The proxy");
    }
    assert!(text(&seen).is_empty(), "nothing goes around it");
}

#[tokio::test]
async fn hosts_of_no_proxy_and_of_this_machine_go_around_that_of_the_environment() {
    let proxy = Tinyproxy::start("");
    let through = refusal("https://login.contoso.test", &proxy.environment("")).await;
    check(&through, "proxy_failed", "login.contoso.test");
    for excepted in ["login.contoso.test", ".contoso.test", "x.example,contoso.test", "*"] {
        let environment = proxy.environment(&format!(",\"NO_PROXY\":\"{excepted}\""));
        let around = refusal("https://login.contoso.test", &environment).await;
        check(&around, "name_not_resolved", "login.contoso.test");
    }
    let other =
        refusal("https://login.contoso.test", &proxy.environment(",\"NO_PROXY\":\"x.example\"")).await;
    check(&other, "proxy_failed", "login.contoso.test");
    let (port, seen) = authority().await;
    let environment = format!("\"environment\":{{\"HTTP_PROXY\":\"{}\"}}", proxy.url());
    ask(&format!("http://localhost:{port}"), &environment).await.expect("a token");
    assert!(!text(&seen).contains("\r\nvia: "));
}
