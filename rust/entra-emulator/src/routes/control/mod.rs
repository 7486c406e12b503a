//! `/_control`: what tests do instead of a person, or against the client under test.

mod authorize;
mod credentials;
mod device;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::inbound::{Door, LOOPBACK_NAMES};
use crate::respond::json_response;
use crate::seed::{self, User};
use crate::state::App;
use crate::tenant::TenantSegment;

pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/apps/{client_id}/certificates", post(credentials::add_certificate))
        .route("/authorize", post(authorize::visit))
        .route("/browsers", delete(authorize::forget))
        .route("/clock", post(credentials::set_clock))
        .route("/device", get(device::list))
        .route("/device/approve", post(device::approve))
        .route("/device/decline", post(device::decline))
        .route("/device/expire", post(device::expire))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/issuer/token", post(credentials::mint))
        .route("/refresh_tokens/{ending}", post(credentials::end_refresh_tokens))
        .route("/requests", get(list_requests).delete(clear_requests))
        .layer(middleware::from_fn_with_state(Arc::clone(app), refuse_browsers))
}

/// A refusal: status and what is wrong.
type Refusal = (StatusCode, String);

/// Pages of other sites that run in a browser on this machine must not steer the emulator: a browser names the page
/// in `Origin`, and a page that got here by DNS rebinding has its own name in `Host`.
async fn refuse_browsers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let door = request.extensions().get::<Door>().copied().unwrap_or(app.house.doors[0]);
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = host.is_some_and(|host| door.answers_to(host, LOOPBACK_NAMES.into_iter()));
    if is_own && !request.headers().contains_key(header::ORIGIN) {
        return next.run(request).await;
    }
    let text =
        "The control API takes no requests from web pages, and only for localhost, 127.0.0.1 and [::1].";
    json_response(StatusCode::FORBIDDEN, &json!({ "error": text }))
}

fn reply(result: Result<Value, Refusal>) -> Response {
    match result {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err((status, error)) => json_response(status, &json!({ "error": error })),
    }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("The body can't be read: {error}.")))
}

/// The default user, or the first one of the directory, if the sign-in is bound to one that has no such user.
fn default_user(tenant: TenantSegment) -> &'static User {
    let default = seed::user(seed::DEFAULT_USERNAME).unwrap_or(&seed::USERS[0]);
    if tenant.admits(default) {
        return default;
    }
    seed::USERS.iter().find(|user| tenant.admits(user)).unwrap_or(default)
}

/// The user whom a test names.
fn seeded_user(upn: &str) -> Result<&'static User, Refusal> {
    seed::user(upn).ok_or_else(|| {
        let text = format!("'username' is no seeded user: '{upn}'. GET /devicelogin shows them.");
        (StatusCode::NOT_FOUND, text)
    })
}

async fn add_fault(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Fault>(&body).and_then(|fault| {
        fault.validate().map_err(|text| (StatusCode::BAD_REQUEST, text.to_owned()))?;
        Ok(json!({ "id": app.state().faults.add(fault) }))
    }))
}

async fn clear_faults(State(app): State<Arc<App>>) -> Response {
    app.state().faults.clear();
    json_response(StatusCode::OK, &json!({}))
}

async fn list_requests(State(app): State<Arc<App>>) -> Response {
    let list = app.state().requests.to_json();
    json_response(StatusCode::OK, &list)
}

async fn clear_requests(State(app): State<Arc<App>>) -> Response {
    app.state().requests.clear();
    json_response(StatusCode::OK, &json!({}))
}
