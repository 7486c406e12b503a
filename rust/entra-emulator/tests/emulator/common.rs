//! An emulator on a clock of its own, and a small HTTP/1.1 client: every test sees the bytes that were sent.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entra_emulator::clock::ManualClock;
use entra_emulator::{Emulator, Options, Running, seed};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::form_urlencoded;

/// 2024-02-29 12:34:56 UTC
pub(crate) const NOW: u64 = 1_709_210_096;
pub(crate) const CLIENT: &str = seed::AZURE_POWERSHELL_CLIENT_ID;
pub(crate) const GRAPH_DEFAULT: &str = "https://graph.microsoft.com/.default";
pub(crate) const DEVICE_CODE_PATH: &str = "/organizations/oauth2/v2.0/devicecode";
pub(crate) const TOKEN_PATH: &str = "/organizations/oauth2/v2.0/token";
pub(crate) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) struct Fixture {
    pub(crate) emulator: Running,
    pub(crate) clock: Arc<ManualClock>,
}

/// Starts an emulator with the test key and a clock that stands still.
pub(crate) async fn start() -> Fixture {
    start_with(Options::default()).await
}

/// The same with further options.
pub(crate) async fn start_with(options: Options) -> Fixture {
    let clock = Arc::new(ManualClock::new(NOW));
    let options = Options { test_keys: true, clock: Arc::clone(&clock) as _, ..options };
    Fixture { emulator: Emulator::start(options).await.expect("the emulator starts"), clock }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }

    /// Asserts an error of the Entra endpoints, with its whole envelope, and gives the body.
    pub(crate) fn assert_error(&self, status: u16, error: &str, number: u32) -> Value {
        let body = self.json();
        assert_eq!((self.status, &body["error"]), (status, &Value::from(error)), "{body}");
        assert_eq!(body["error_codes"], serde_json::json!([number]), "{body}");
        let (trace, correlation) = (text(&body, "trace_id"), text(&body, "correlation_id"));
        let description = text(&body, "error_description");
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        let end = format!(
            " Trace ID: {trace} Correlation ID: {correlation} Timestamp: {}",
            text(&body, "timestamp")
        );
        assert!(description.ends_with(&end), "{description}");
        assert_eq!(self.header("x-ms-request-id"), Some(trace.as_str()));
        for guid in [trace, correlation] {
            uuid::Uuid::parse_str(&guid).expect("a GUID");
        }
        body
    }
}

/// A field that must be a string.
pub(crate) fn text(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap_or_else(|| panic!("no string {field} in {body}")).to_owned()
}

/// A scope of an API that is named by its application ID.
pub(crate) fn api(app_id: &str, scope: &str) -> String {
    format!("api://{app_id}/{scope}")
}

/// The claims of a JWT, unverified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a JWT.
pub(crate) fn jwt_header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, n: usize) -> Value {
    let part = token.split('.').nth(n).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

impl Fixture {
    /// `host:port` of the emulator.
    pub(crate) fn host(&self) -> &str {
        self.emulator.url().strip_prefix("http://").expect("plain HTTP")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await.expect("an answer")
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], "").await.expect("an answer")
    }

    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form_with(path, &[], fields).await
    }

    pub(crate) async fn post_form_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [&[("Content-Type", FORM)], headers].concat();
        self.send("POST", path, &headers, &body).await.expect("an answer")
    }

    /// Posts to the v2.0 token endpoint of a tenant.
    pub(crate) async fn redeem(&self, tenant: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(&format!("/{tenant}/oauth2/v2.0/token"), fields).await
    }

    /// A token of the password grant: of a user of Contoso, by Azure PowerShell.
    pub(crate) async fn password(&self, upn: &str, scope: &str) -> Answer {
        let fields = [
            ("grant_type", "password"),
            ("client_id", CLIENT),
            ("username", upn),
            ("password", seed::PASSWORD),
            ("scope", scope),
        ];
        self.redeem(seed::CONTOSO_DOMAIN, &fields).await
    }

    /// Posts to the control API, which must take it.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let answer =
            self.send("POST", &format!("/_control{path}"), &[], &body.to_string()).await.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// The requests that were logged.
    pub(crate) async fn requests(&self) -> Vec<Value> {
        self.get("/_control/requests").await.json().as_array().expect("a list").clone()
    }

    /// Asks for a device code.
    pub(crate) async fn device_code(&self, tenant: &str, client: &str, scope: &str) -> Value {
        let path = format!("/{tenant}/oauth2/v2.0/devicecode");
        let answer = self.post_form(&path, &[("client_id", client), ("scope", scope)]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Polls once for a device code that Azure PowerShell asked for at `organizations`.
    pub(crate) async fn poll(&self, code: &Value) -> Answer {
        let code = text(code, "device_code");
        let fields = [("grant_type", DEVICE_GRANT), ("client_id", CLIENT), ("device_code", code.as_str())];
        self.post_form(TOKEN_PATH, &fields).await
    }

    /// Runs the device code flow to its token.
    pub(crate) async fn token(&self, scope: &str) -> Value {
        let code = self.device_code("organizations", CLIENT, scope).await;
        self.control("/device/approve", serde_json::json!({ "user_code": code["user_code"] })).await;
        let answer = self.poll(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Sends a request on a connection of its own and reads the answer.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let mut stream = self.open(method, path, headers, body).await?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await?;
        read(&String::from_utf8(received).expect("UTF-8"))
    }

    /// Sends a request and leaves the answer to the caller.
    pub(crate) async fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.host()).await?;
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "Host") {
            write!(request, "Host: {}\r\n", self.host()).expect("text grows");
        }
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").expect("text grows");
        }
        request.push_str("\r\n");
        request.push_str(body);
        stream.write_all(request.as_bytes()).await?;
        Ok(stream)
    }
}

fn read(received: &str) -> io::Result<Answer> {
    let (head, body) = received.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Ok(Answer { status, headers, body: body.to_owned() })
}
