//! What unit tests of grants share: a server that answers from a script, a clock that never waits, and events kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;

use crate::clock::{Clock, Sleep};
use crate::error::Result;
use crate::event::{Event, EventSink};
use crate::io::{Io, NetworkSettings};
use crate::jwt::base64url;
use crate::operation::Operation;
use crate::request::RequestOptions;
use crate::run::Context;

/// A clock on which every sleep is over at once and moves the time on.
#[derive(Default)]
pub(crate) struct ManualClock(Mutex<Duration>);

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().expect("not poisoned")
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        *self.0.lock().expect("not poisoned") += duration;
        Box::pin(tokio::task::yield_now())
    }
}

/// Somebody who runs operations and hears their events.
pub(crate) struct Caller {
    pub(crate) context: Context,
    pub(crate) events: Arc<dyn EventSink>,
}

impl Caller {
    /// Runs an operation as users do.
    pub(crate) async fn run<O: Operation>(&self, options: RequestOptions, operation: O) -> Result<O::Output> {
        self.context.run(options, operation, self.events.clone()).await
    }

    /// Runs an operation without its time limit, which would end at once on a manual clock.
    pub(crate) async fn run_without_limit<O: Operation>(
        &self,
        mut options: RequestOptions,
        operation: O,
    ) -> Result<O::Output> {
        let environment = std::mem::take(&mut options.environment);
        let plan = operation.prepare(options, &environment)?;
        let network = NetworkSettings { environment, ..NetworkSettings::default() };
        O::execute(plan, &self.context.io(network, None, self.events.clone())).await
    }

    /// What an operation of this caller would be given.
    pub(crate) fn io(&self) -> Io {
        self.context.io(NetworkSettings::default(), None, self.events.clone())
    }
}

/// What was asked of the server.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: String,
    pub(crate) body: String,
    /// The clock's time at the request.
    pub(crate) at: Duration,
}

/// A server on loopback that gives each request the next answer of its script, and closes the connection without one
/// when the script is at its end.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) clock: Arc<ManualClock>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) async fn start<const N: usize>(answers: [(u16, &str); N]) -> Self {
        let raw = answers.map(|(status, body)| {
            format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        });
        Self::start_raw(raw.to_vec()).await
    }

    /// Like `start`, with whole HTTP answers. An empty one closes the connection.
    pub(crate) async fn start_raw(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (seen, clock) = (Arc::new(Mutex::new(Vec::new())), Arc::new(ManualClock::default()));
        let (log, time) = (seen.clone(), clock.clone());
        tokio::spawn(async move {
            let mut script = VecDeque::from(answers);
            while let Ok((mut stream, _)) = listener.accept().await {
                // One request a connection: each answer is followed by a close.
                let Some(mut request) = read_request(&mut stream).await else {
                    continue;
                };
                request.at = time.monotonic();
                log.lock().expect("not poisoned").push(request);
                let answer = script.pop_front().unwrap_or_default();
                // Announced, or the client might use the connection once more before it sees the close.
                let answer = answer.replacen("\r\n", "\r\nConnection: close\r\n", 1);
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        });
        Self { url, clock, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// A caller on this server's clock, and the events that it was given, as JSON.
    pub(crate) fn caller(&self) -> (Caller, Arc<Mutex<Vec<serde_json::Value>>>) {
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = events.clone();
        let keep = move |event: &Event<'_>| {
            sink.lock().expect("not poisoned").push(serde_json::to_value(event).expect("serializable"));
        };
        let context = Context { clock: self.clock.clone(), ..Context::default() };
        (Caller { context, events: Arc::new(keep) }, events)
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0_usize) {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return Some(Seen {
                path,
                headers: head.to_lowercase(),
                body: body.to_owned(),
                at: Duration::ZERO,
            });
        }
    }
}

/// A caller on the machine's clock, for a sign-in that a person's part of is played, and its events as JSON.
pub(crate) fn browser_caller() -> (Caller, mpsc::UnboundedReceiver<serde_json::Value>) {
    let (sender, events) = mpsc::unbounded_channel();
    let send = move |event: &Event<'_>| {
        // Nobody may be there to hear it.
        let _unheard = sender.send(serde_json::to_value(event).expect("serializable"));
    };
    (Caller { context: Context::default(), events: Arc::new(send) }, events)
}

/// Brings an answer to a redirect URI, as a browser does, and gives the page.
pub(crate) async fn visit(redirect_uri: &str, post: bool, answer: &[(&str, &str)]) -> String {
    let place = Url::parse(redirect_uri).expect("a URI");
    let listens_at = place.port().expect("a port");
    let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(answer).finish();
    let path = place.path();
    let (line, length, body) = if post {
        (format!("POST {path}"), fields.len(), fields.as_str())
    } else {
        (format!("GET {path}?{fields}"), 0, "")
    };
    let request =
        format!("{line} HTTP/1.1\r\nHost: localhost:{listens_at}\r\nContent-Length: {length}\r\n\r\n{body}");
    let mut stream = TcpStream::connect(("127.0.0.1", listens_at)).await.expect("a listener");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).await.expect("a page");
    page
}

fn key_pair() -> RsaKeyPair {
    let key = include_bytes!("../tests/keys/PUBLIC-TEST-KEY.pkcs8.der");
    RsaKeyPair::from_pkcs8(key).expect("an RSA key")
}

/// The key set of a service that signs by [`sign`].
pub(crate) fn key_set(kid: &str) -> String {
    let public = PublicKeyComponents::<Vec<u8>>::from(key_pair().public());
    let (n, e) = (base64url::encode(&public.n), base64url::encode(&public.e));
    json!({ "keys": [{ "kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": e }] }).to_string()
}

/// A token with these claims, signed by RS256.
pub(crate) fn sign(kid: &str, claims: &serde_json::Value) -> String {
    let header = json!({ "alg": "RS256", "kid": kid });
    let encode = |part: &serde_json::Value| base64url::encode(part.to_string().as_bytes());
    let message = format!("{}.{}", encode(&header), encode(claims));
    let mut signature = vec![0; 256];
    key_pair()
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("a signature");
    format!("{message}.{}", base64url::encode(&signature))
}

/// A request with these members, each in the object that it belongs to.
pub(crate) fn request(members: &serde_json::Value) -> String {
    const OPTIONS: [&str; 13] = [
        "authority",
        "cloud",
        "tenant",
        "client_id",
        "resource",
        "scopes",
        "claims",
        "correlation_id",
        "timeout_seconds",
        "extra_parameters",
        "proxy",
        "system_proxy",
        "environment",
    ];
    let members = members.as_object().expect("an object").clone();
    let (options, parameters): (serde_json::Map<_, _>, serde_json::Map<_, _>) =
        members.into_iter().partition(|(name, _)| OPTIONS.contains(&name.as_str()));
    serde_json::json!({ "options": options, "parameters": parameters }).to_string()
}

/// As [`request`], from the text between the braces.
pub(crate) fn request_of(members: &str) -> String {
    request(&serde_json::from_str(&format!("{{{members}}}")).expect("JSON"))
}
