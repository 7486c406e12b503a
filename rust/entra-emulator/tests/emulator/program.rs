//! The program: its one line, its end, its mistakes; and the end of an emulator in a Rust program.

use std::process::Stdio;
use std::time::Duration;

use entra_emulator::seed::CONTOSO_TENANT_ID;
use entra_emulator::{Emulator, Options, Running};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::common::start;

const LIMIT: Duration = Duration::from_secs(20);

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_entra-emulator"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts")
}

async fn ready(child: &mut Child) -> Value {
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let line = timeout(LIMIT, lines.next_line()).await.expect("in time").expect("readable").expect("a line");
    serde_json::from_str(&line).expect("JSON")
}

fn host(url: &Value) -> &str {
    url.as_str().and_then(|url| url.strip_prefix("http://")).expect("plain HTTP")
}

#[tokio::test]
async fn it_says_where_it_is_and_ends_with_its_parent() {
    let mut child = program(&["--test-keys", "--exit-on-stdin-close"]);
    let line = ready(&mut child).await;
    let url = line["url"].as_str().expect("a URL");
    assert_eq!(line["device_login"], format!("{url}/devicelogin"));
    assert_eq!(line["graph"], format!("{url}/v1.0"));
    assert_eq!(line["control"], format!("{url}/_control"));
    assert_eq!(line["tenant_id"], CONTOSO_TENANT_ID);
    assert_eq!(line["pid"], child.id().expect("running"));
    TcpStream::connect(host(&line["url"])).await.expect("it listens");
    drop(child.stdin.take());
    let status = timeout(LIMIT, child.wait()).await.expect("in time").expect("ended");
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_with_another_process_and_leaves_ctrl_c_to_it() {
    let mut parent = Command::new("sleep").arg("600").kill_on_drop(true).spawn().expect("sleep runs");
    let pid = parent.id().expect("running").to_string();
    let mut child = program(&["--test-keys", "--parent-pid", &pid]);
    let line = ready(&mut child).await;
    let own = line["pid"].to_string();
    assert!(Command::new("kill").args(["-INT", &own]).status().await.expect("kill runs").success());
    TcpStream::connect(host(&line["url"])).await.expect("it listens still");
    parent.kill().await.expect("ended");
    let status = timeout(LIMIT, child.wait()).await.expect("in time").expect("ended");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn https_is_in_the_ready_line() {
    let mut child = program(&["--test-keys", "--tls-name", "login.test", "--exit-on-stdin-close"]);
    let line = ready(&mut child).await;
    let https = line["https"].as_str().and_then(|url| url.strip_prefix("https://")).expect("an HTTPS URL");
    TcpStream::connect(https).await.expect("it listens");
    let ca = std::path::PathBuf::from(line["ca"].as_str().expect("a path"));
    assert!(ca.is_absolute() && ca.exists(), "{}", ca.display());
    drop(child.stdin.take());
    let status = timeout(LIMIT, child.wait()).await.expect("in time").expect("ended");
    assert!(status.success(), "{status}");
    assert!(!ca.exists(), "the CA's file is gone");
    let wrong = timeout(LIMIT, program(&["--test-keys", "--tls-name", "*.test"]).wait_with_output()).await;
    let output = wrong.expect("in time").expect("ended");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("'*.test'"), "{output:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_when_asked_to() {
    for signal in ["-TERM", "-INT"] {
        let mut child = program(&["--test-keys"]);
        let line = ready(&mut child).await;
        let pid = line["pid"].to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.expect("kill runs").success());
        let status = timeout(LIMIT, child.wait()).await.expect("in time").expect("ended");
        assert!(status.success(), "{signal}: {status}");
    }
}

#[tokio::test]
async fn the_command_line_is_checked() {
    for (arguments, text) in [
        (&["--port", "70000"][..], "--port takes"),
        (&["--port"], "--port needs a value"),
        (&["--interval", "-1"], "--interval takes"),
        (&["--verbose"], "unknown option '--verbose'"),
        (&["--https-port", "x"], "--https-port takes"),
        (&["--parent-pid", "x"], "--parent-pid takes"),
        (&["init", "a", "b"], "unexpected argument 'b'"),
        (&["--tls-fault", "other"], "--tls-fault takes one of expired, wrong-name, unknown-ca, tls11, stall"),
    ] {
        let output =
            timeout(LIMIT, program(arguments).wait_with_output()).await.expect("in time").expect("ended");
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(text) && error.contains("Usage:"), "{error}");
    }
    let output =
        timeout(LIMIT, program(&["--help"]).wait_with_output()).await.expect("in time").expect("ended");
    assert!(output.status.success() && output.stdout.starts_with(b"A local Microsoft Entra ID"));
}

#[tokio::test]
async fn interval_and_lifetime_are_the_command_lines() {
    let fixture = start().await;
    let options = Options { test_keys: true, interval: Some(0), expires_in: Some(7), ..Options::default() };
    let emulator = Emulator::start(options).await.expect("started");
    let fixture = crate::common::Fixture { emulator, clock: fixture.clock };
    let code = fixture.device_code("common", crate::common::CLIENT, "User.Read").await;
    assert_eq!((&code["interval"], &code["expires_in"]), (&Value::from(0), &Value::from(7)));
}

/// The host of an emulator that was started and stopped, and another one at the same port if that can be had.
async fn restart() -> std::io::Result<(String, Running)> {
    let fixture = start().await;
    let host = fixture.host().to_owned();
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    fixture.emulator.stop().await;
    let again = Emulator::start(Options { port, test_keys: true, ..Options::default() }).await?;
    Ok((host, again))
}

#[tokio::test]
async fn a_stopped_emulator_frees_its_port() {
    // A test that runs beside this one may be given the port in between: then once more.
    let mut attempt = restart().await;
    for _ in 0..4 {
        if attempt.is_err() {
            attempt = restart().await;
        }
    }
    let (host, again) = attempt.expect("the port is free");
    assert_eq!(again.url(), format!("http://{host}"));
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    let taken = Emulator::start(Options { port, test_keys: true, ..Options::default() }).await;
    let error = taken.expect_err("the port is taken");
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}
