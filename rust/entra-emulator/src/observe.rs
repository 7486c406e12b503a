//! What happens to every request before a handler sees it: the body is read, the request is logged, faults strike.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Value, json};

use crate::errors::AadError;
use crate::faults::{Fault, Preset, Target};
use crate::fixed_segments::lowered;
use crate::origins::Origin;
use crate::received::Received;
use crate::respond::{self, Caching, json_response, set};
use crate::state::Sts;
use crate::truncated::Truncated;

/// The largest body that the service reads.
const BODY_LIMIT: usize = 256 * 1024;
/// The largest body of the control API: a whole configuration.
const CONTROL_BODY_LIMIT: usize = 4 * 1024 * 1024;
/// The largest body of a response that a fault can cut or rename.
const RESPONSE_LIMIT: usize = 4 * 1024 * 1024;
/// Where the control API is; its requests are neither logged nor faulted.
pub(crate) const CONTROL: &str = "/_control";

/// Put on a response that must not be sent: the connection ends instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndConnection {
    /// In an orderly way.
    Close,
    /// By a reset.
    Reset,
}

/// Put on a request whose path was lowered: the path as it was sent.
#[derive(Clone)]
pub(crate) struct SentPath(String);

/// Lowers the fixed segments of the path. Goes before routing.
pub(crate) fn lower_path<B>(request: &mut axum::http::Request<B>) {
    if let Some(uri) = lowered(request.uri()) {
        let sent = SentPath(request.uri().path().to_owned());
        *request.uri_mut() = uri;
        request.extensions_mut().insert(sent);
    }
}

pub(crate) async fn observe(State(sts): State<Arc<Sts>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_control = is_control(parts.uri.path());
    let limit = if is_control { CONTROL_BODY_LIMIT } else { BODY_LIMIT };
    let read = to_bytes(body, limit).await;
    let bytes = read.as_deref().unwrap_or_default();
    let origin = parts.extensions.get::<Origin>().copied().unwrap_or(sts.origins.origins[0]);
    let base = sts.origins.base(origin, &parts.headers);
    let mut received = Received::new(base, parts.method.clone(), &parts.uri, parts.headers.clone(), bytes);
    if let Some(SentPath(sent)) = parts.extensions.get() {
        received.sent_path.clone_from(sent);
    }
    let received = Arc::new(received);
    if is_control {
        let Ok(bytes) = read else {
            let text = format!("The body can't be read, or is larger than {CONTROL_BODY_LIMIT} bytes.");
            return json_response(StatusCode::PAYLOAD_TOO_LARGE, &json!({ "error": text }));
        };
        parts.extensions.insert(received);
        return next.run(Request::from_parts(parts, Body::from(bytes))).await;
    }
    let n = sts.with_log(|log| log.add(&received, sts.clock.now()));
    let fault = take_fault(&sts, &received);
    let response = match strike(&sts, &received, fault.as_ref()).await {
        Some(response) => response,
        None if read.is_err() => too_large(&sts, &received),
        None => {
            parts.extensions.insert(received);
            next.run(Request::from_parts(parts, Body::from(read.unwrap_or_default()))).await
        }
    };
    let response = match &fault {
        Some(fault) => changed(fault, response).await,
        None => response,
    };
    if response.extensions().get::<EndConnection>().is_none() {
        let status = response.status().as_u16();
        sts.with_log(|log| log.answered(n, status));
    }
    response
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(CONTROL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn too_large(sts: &Sts, request: &Received) -> Response {
    respond::entra(sts.clock.now(), request, Caching::NoStore, Err(AadError::too_large()))
}

fn take_fault(sts: &Sts, request: &Received) -> Option<Fault> {
    let catalog = sts.catalog();
    let segment = request.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let client_id = request.client_id();
    let target = Target {
        path: &request.path,
        method: request.method.as_str(),
        client_id: client_id.as_deref(),
        tenant: catalog.tenant(segment).map(AsRef::as_ref),
    };
    sts.state().faults.take(&target)
}

/// Does what the fault says before a response; none when the request is to be served after all.
async fn strike(sts: &Sts, request: &Received, fault: Option<&Fault>) -> Option<Response> {
    let fault = fault?;
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    if fault.hang {
        std::future::pending::<()>().await;
    }
    let end = match (fault.close, fault.reset) {
        (true, _) => Some(EndConnection::Close),
        (_, true) => Some(EndConnection::Reset),
        _ => None,
    };
    if let Some(end) = end {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(end);
        return Some(response);
    }
    let error = match fault.preset {
        _ if fault.has_response() => return Some(made_up(fault)),
        Some(Preset::RequestLoop) => AadError::request_loop(),
        Some(Preset::Unavailable) => AadError::service_unavailable(),
        _ => return None,
    };
    let mut response = respond::entra(sts.clock.now(), request, Caching::NoStore, Err(error));
    set_retry_after(&mut response, fault);
    Some(response)
}

/// The response that the fault makes up.
fn made_up(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.response_status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = match &fault.body {
        Some(Value::String(text)) => Response::new(Body::from(text.clone())),
        Some(json) => json_response(status, json),
        None => Response::new(Body::empty()),
    };
    *response.status_mut() = status;
    set_retry_after(&mut response, fault);
    for (name, value) in &fault.headers {
        set(&mut response, name, value);
    }
    response
}

fn set_retry_after(response: &mut Response, fault: &Fault) {
    if let Some(seconds) = fault.retry_after {
        set(response, header::RETRY_AFTER.as_str(), &seconds.to_string());
    }
}

/// What the fault does to a response on its way out.
async fn changed(fault: &Fault, mut response: Response) -> Response {
    if let Some(kind) = fault.content_type.as_ref().and_then(|kind| HeaderValue::try_from(kind).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    if fault.truncate.is_none() && fault.preset != Some(Preset::Truncated) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes: Bytes = to_bytes(body, RESPONSE_LIMIT).await.unwrap_or_default();
    let kept = fault.truncate.unwrap_or(bytes.len() / 2);
    Response::from_parts(parts, Body::new(Truncated::new(&bytes, kept)))
}
