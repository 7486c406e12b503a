//! What unit tests of grants share: a server that answers from a script, a clock that never waits, and events kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::clock::{Clock, Sleep};
use crate::context::Context;
use crate::event::Event;
use crate::http::Clients;

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
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        });
        Self { url, clock, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// A context on this server's clock, and the events that it was given, as JSON.
    pub(crate) fn context(&self) -> (Context, Arc<Mutex<Vec<serde_json::Value>>>) {
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = events.clone();
        let keep = move |event: &Event<'_>| {
            sink.lock().expect("not poisoned").push(serde_json::to_value(event).expect("serializable"));
        };
        let mut context = Context::new(Arc::new(Clients::default()), Arc::new(keep));
        context.clock = self.clock.clone();
        (context, events)
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
