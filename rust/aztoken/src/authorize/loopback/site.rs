//! What the listener answers to each request.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, header};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};
use url::form_urlencoded;

use super::LAST_PAGE_LIMIT;
use crate::authorize::pages::Page;
use crate::params::field;
use crate::secret::Secret;

/// Bytes of a posted answer (1 MiB), as of any other answer of the service.
const MAX_BODY: usize = 1 << 20;
/// How long a posted answer may take.
const BODY_LIMIT: Duration = Duration::from_secs(10);

/// The fields of an answer with the right state. The browser waits for what comes of it.
pub(crate) struct Answer {
    /// By name; each is there once.
    pub(crate) fields: Map<String, Value>,
    verdict: oneshot::Sender<Page>,
    over: Option<oneshot::Receiver<()>>,
}

impl Answer {
    /// Shows the browser what came of it, and waits until the page is on its way.
    pub(crate) async fn conclude(self, signed_in: bool) {
        // A browser that has gone away needs no page.
        let _gone = self.verdict.send(if signed_in { Page::SignedIn } else { Page::Failed });
        if let Some(over) = self.over {
            drop(tokio::time::timeout(LAST_PAGE_LIMIT, over).await);
        }
    }
}

/// The place that waits.
pub(super) struct Site {
    path: String,
    hosts: [String; 3],
    state: Secret,
    answers: Mutex<Option<mpsc::Sender<Answer>>>,
}

impl Site {
    pub(super) fn new(path: String, port: u16, state: Secret, answers: mpsc::Sender<Answer>) -> Self {
        let host = |name: &str| if port == 80 { name.to_owned() } else { format!("{name}:{port}") };
        let hosts = [host("localhost"), host("127.0.0.1"), host("[::1]")];
        Self { path, hosts, state, answers: Mutex::new(Some(answers)) }
    }

    pub(super) async fn respond(
        &self,
        request: Request<Incoming>,
        over: &Mutex<Option<oneshot::Receiver<()>>>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let page = match self.read(request).await {
            Err(page) => page,
            Ok(fields) => self.take(fields, over).await,
        };
        Ok(page.response())
    }

    /// The fields that a request brings, or the page for one that brings none.
    async fn read(&self, request: Request<Incoming>) -> Result<Map<String, Value>, Page> {
        // A page elsewhere whose host was made to mean this machine is not meant (DNS rebinding).
        let host =
            request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if !self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
            return Err(Page::BadRequest);
        }
        if request.uri().path() != self.path {
            return Err(Page::NotFound);
        }
        match *request.method() {
            Method::GET => match request.uri().query().unwrap_or_default() {
                "" => Err(Page::Fragment),
                query => fields(query.as_bytes()),
            },
            Method::POST => fields(&body(request).await?),
            _ => Err(Page::MethodNotAllowed),
        }
    }

    /// Hands an answer over if it is the one that is waited for, and waits for what comes of it.
    async fn take(&self, fields: Map<String, Value>, over: &Mutex<Option<oneshot::Receiver<()>>>) -> Page {
        let state = fields.get(field::STATE).and_then(Value::as_str).unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(self.state.expose().as_bytes())) {
            return Page::Stray;
        }
        let Some(answers) = self.answers.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Page::Answered;
        };
        let (verdict, outcome) = oneshot::channel();
        let over = over.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(answers.send(Answer { fields, verdict, over }).await);
        outcome.await.unwrap_or(Page::Failed)
    }
}

/// A form's fields; a name that comes twice could mean either (RFC 6749 section 3.1).
fn fields(encoded: &[u8]) -> Result<Map<String, Value>, Page> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(encoded) {
        if fields.insert(name.into_owned(), value.into_owned().into()).is_some() {
            return Err(Page::BadRequest);
        }
    }
    Ok(fields)
}

async fn body(request: Request<Incoming>) -> Result<Bytes, Page> {
    let collected = Limited::new(request.into_body(), MAX_BODY).collect();
    match tokio::time::timeout(BODY_LIMIT, collected).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        _ => Err(Page::BadRequest),
    }
}
