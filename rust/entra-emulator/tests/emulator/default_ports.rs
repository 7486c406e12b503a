//! The default ports 80 and 443, which clients leave out of `Host`. In a network namespace of their own, so that no
//! rights on the machine are needed and nothing else is in the way.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use entra_emulator::{Emulator, Https, Options};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::claims;

/// Set in the process that runs in the namespace.
const INSIDE: &str = "ENTRA_EMULATOR_TEST_NAMESPACE";
const NAME: &str = "default_ports::default_ports_are_left_out";

#[tokio::test]
async fn default_ports_are_left_out() {
    if std::env::var_os(INSIDE).is_some() {
        inside().await;
        return;
    }
    if !has_namespaces() {
        eprintln_skipped();
        return;
    }
    let program = std::env::current_exe().expect("this test");
    let script = format!("ip link set lo up && exec \"$0\" --exact {NAME} --nocapture");
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "sh", "-c", &script])
        .arg(program)
        .env(INSIDE, "1")
        .stdin(Stdio::null())
        .output()
        .expect("unshare runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{error}");
}

fn has_namespaces() -> bool {
    let probe = ["--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"];
    let run = Command::new("unshare").args(probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn eprintln_skipped() {
    eprintln!("skipped: this machine has no network namespaces for users, or no unshare and ip");
}

async fn inside() {
    let options = Options {
        port: 80,
        https: Some(Https { port: 443, ..Https::default() }),
        test_keys: true,
        ..Options::default()
    };
    let emulator = Emulator::start(options).await.expect("the default ports are free here");
    assert_eq!((emulator.url(), emulator.https_url()), ("http://localhost", Some("https://localhost")));
    for host in ["localhost", "localhost:80"] {
        let document = get(host, "/common/v2.0/.well-known/openid-configuration").await;
        assert_eq!(document["token_endpoint"], "http://localhost/common/oauth2/v2.0/token");
        assert_eq!(document["issuer"], "http://localhost/{tenantid}/v2.0");
        let requests = get(host, "/_control/requests").await;
        assert!(requests.is_array(), "the control API answers: {requests}");
    }
    let token = post("localhost", "/_control/tokens", "{\"audience\":\"https://graph.microsoft.com\"}").await;
    let issuer = claims(token["token"].as_str().expect("a token"))["iss"].clone();
    assert!(issuer.as_str().is_some_and(|issuer| issuer.starts_with("http://localhost/")), "{issuer}");
    let uri = "http://localhost/organizations/oauth2/v2.0/authorize?client_id=1950a258-227b-4e31-a9cf-717495945fc2\
               &redirect_uri=http://localhost:5000&response_type=code&scope=openid";
    let body = serde_json::json!({ "uri": uri }).to_string();
    let answer = post("localhost", "/_control/authorize", &body).await;
    assert!(answer["uri"].as_str().is_some_and(|uri| uri.contains("code=")), "{answer}");
}

async fn get(host: &str, path: &str) -> Value {
    send(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
}

async fn post(host: &str, path: &str, body: &str) -> Value {
    let length = body.len();
    send(&format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
    .await
}

async fn send(request: &str) -> Value {
    let mut stream = TcpStream::connect(("127.0.0.1", 80)).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    serde_json::from_str(body).expect("JSON")
}
