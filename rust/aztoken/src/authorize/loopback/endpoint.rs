//! Responds to the requests that reach the listener.

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

use crate::authorize::pages::Page;
use crate::params::field;
use crate::secret::Secret;

/// The largest posted response in bytes (1 MiB), as for other responses of the service.
const MAX_BODY: usize = 1 << 20;
/// Time limit for a posted response.
const BODY_LIMIT: Duration = Duration::from_secs(10);

/// An authorization response with the right state. The browser waits for the page that shows the outcome.
pub(crate) struct Callback {
    /// The fields by name, without duplicates.
    pub(crate) fields: Map<String, Value>,
    pub(super) page: oneshot::Sender<Page>,
    /// Ends when the connection has ended.
    pub(super) closed: Option<oneshot::Receiver<()>>,
}

impl Callback {
    /// Shows the browser the outcome, and waits until the page was sent.
    pub(super) async fn show_outcome(self, signed_in: bool) {
        // A browser that has gone needs no page.
        let _gone = self.page.send(if signed_in { Page::SignedIn } else { Page::Failed });
        if let Some(closed) = self.closed {
            // An error means that the connection has ended.
            let _ended = closed.await;
        }
    }
}

/// The redirect URI's endpoint for one sign-in.
pub(super) struct CallbackEndpoint {
    path: String,
    hosts: [String; 3],
    state: Secret,
    /// Empty once the response was received.
    callbacks: Mutex<Option<mpsc::Sender<Callback>>>,
}

impl CallbackEndpoint {
    pub(super) fn new(path: String, port: u16, state: Secret, callbacks: mpsc::Sender<Callback>) -> Self {
        let host = |name: &str| if port == 80 { name.to_owned() } else { format!("{name}:{port}") };
        let hosts = [host("localhost"), host("127.0.0.1"), host("[::1]")];
        Self { path, hosts, state, callbacks: Mutex::new(Some(callbacks)) }
    }

    pub(super) async fn respond(
        &self,
        request: Request<Incoming>,
        closed: &Mutex<Option<oneshot::Receiver<()>>>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let page = match self.read(request).await {
            Err(page) => page,
            Ok(fields) => self.receive(fields, closed).await,
        };
        Ok(page.response())
    }

    /// The fields of a request, or the page for a request without any.
    async fn read(&self, request: Request<Incoming>) -> Result<Map<String, Value>, Page> {
        // Another host that resolves to this machine could be an attacker's (DNS rebinding).
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

    /// Hands the response over if its state is right, and waits for the outcome.
    async fn receive(
        &self,
        fields: Map<String, Value>,
        closed: &Mutex<Option<oneshot::Receiver<()>>>,
    ) -> Page {
        let state = fields.get(field::STATE).and_then(Value::as_str).unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(self.state.expose().as_bytes())) {
            return Page::WrongState;
        }
        let Some(callbacks) = self.callbacks.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Page::AlreadyReceived;
        };
        let (page, outcome) = oneshot::channel();
        let closed = closed.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(callbacks.send(Callback { fields, page, closed }).await);
        outcome.await.unwrap_or(Page::Failed)
    }
}

/// The fields of a form. Duplicate names are refused (RFC 6749 section 3.1).
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
