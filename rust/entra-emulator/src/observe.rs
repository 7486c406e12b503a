//! What happens to every request before a handler sees it: the body is read, the request is logged, faults strike.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::errors::AadError;
use crate::faults::Fault;
use crate::inbound::Door;
use crate::received::Received;
use crate::respond::{self, Caching};
use crate::state::App;

/// The largest body that is read.
const BODY_LIMIT: usize = 256 * 1024;
/// Where the control API is; its requests are neither logged nor faulted.
pub(crate) const CONTROL: &str = "/_control";

/// Put on a response that must not be sent: the connection ends instead.
#[derive(Clone)]
pub(crate) struct CloseConnection;

pub(crate) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let read = to_bytes(body, BODY_LIMIT).await;
    let bytes = read.as_deref().unwrap_or_default();
    let door = parts.extensions.get::<Door>().copied().unwrap_or(app.house.doors[0]);
    let base = app.house.base(door, &parts.headers);
    let received = Received::new(base, parts.method.clone(), &parts.uri, parts.headers.clone(), bytes);
    let received = Arc::new(received);
    if is_control(&received.path) {
        return match read {
            Ok(bytes) => {
                parts.extensions.insert(received);
                next.run(Request::from_parts(parts, Body::from(bytes))).await
            }
            Err(_) => too_large(&app, &received),
        };
    }
    let (n, fault) = {
        let mut state = app.state();
        (state.requests.add(&received), state.faults.take(&received.path))
    };
    let response = match strike(fault).await {
        Some(response) => response,
        None if read.is_err() => too_large(&app, &received),
        None => {
            parts.extensions.insert(received);
            next.run(Request::from_parts(parts, Body::from(read.unwrap_or_default()))).await
        }
    };
    if response.extensions().get::<CloseConnection>().is_none() {
        app.state().requests.answered(n, response.status().as_u16());
    }
    response
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(CONTROL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn too_large(app: &App, request: &Received) -> Response {
    respond::entra(app, request, Caching::NoStore, Err(AadError::too_large()))
}

/// Does what the fault says; none when the request is to be served after all.
async fn strike(fault: Option<Fault>) -> Option<Response> {
    let fault = fault?;
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    if fault.hang {
        std::future::pending::<()>().await;
    }
    if fault.close {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(CloseConnection);
        return Some(response);
    }
    fault.answer()
}
