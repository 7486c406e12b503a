//! `/_control`: what tests do instead of a person, or against the client under test.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::device::{DeviceState, normalize_user_code};
use crate::faults::Fault;
use crate::respond::json_response;
use crate::seed::{self, User};
use crate::state::App;
use crate::tenant::TenantSegment;

pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/device", get(list_devices))
        .route("/device/approve", post(approve))
        .route("/device/decline", post(decline))
        .route("/device/expire", post(expire))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/requests", get(list_requests).delete(clear_requests))
        .layer(middleware::from_fn_with_state(Arc::clone(app), refuse_browsers))
}

/// A refusal: status and what is wrong.
type Refusal = (StatusCode, String);

/// Pages of other sites that run in a browser on this machine must not steer the emulator: a browser names the page
/// in `Origin`, and a page that got here by DNS rebinding has its own name in `Host`.
async fn refuse_browsers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let own = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{}", app.port));
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = host.is_some_and(|host| own.iter().any(|name| name.eq_ignore_ascii_case(host)));
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    user_code: String,
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserCode {
    user_code: String,
}

async fn approve(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Approval>(&body).and_then(|approval| {
        let named = match &approval.username {
            Some(upn) => Some(seed::user(upn).ok_or_else(|| {
                let text = format!("'username' is no seeded user: '{upn}'. GET /devicelogin shows them.");
                (StatusCode::NOT_FOUND, text)
            })?),
            None => None,
        };
        decide(&app, &approval.user_code, |tenant| {
            DeviceState::Approved(named.unwrap_or(default_user(tenant)))
        })
    }))
}

async fn decline(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<UserCode>(&body).and_then(|code| decide(&app, &code.user_code, |_| DeviceState::Declined)))
}

async fn expire(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<UserCode>(&body).and_then(|code| decide(&app, &code.user_code, |_| DeviceState::Expired)))
}

/// The default user, or the first one of the directory that the code is bound to.
fn default_user(tenant: TenantSegment) -> &'static User {
    let default = seed::user(seed::DEFAULT_USERNAME).unwrap_or(&seed::USERS[0]);
    if tenant.admits(default) {
        return default;
    }
    seed::USERS.iter().find(|user| tenant.admits(user)).unwrap_or(default)
}

fn decide(
    app: &App,
    user_code: &str,
    decision: impl FnOnce(TenantSegment) -> DeviceState,
) -> Result<Value, Refusal> {
    let now = app.clock.now();
    let mut state = app.state();
    let flow = state.device_by_user_code(&normalize_user_code(user_code)).ok_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            format!("'user_code' was not issued here: '{user_code}'. GET /_control/device lists all."),
        )
    })?;
    let decision = decision(flow.tenant);
    flow.decide(decision, now).map_err(|text| (StatusCode::CONFLICT, text))?;
    Ok(flow.to_json(now))
}

async fn list_devices(State(app): State<Arc<App>>) -> Response {
    let now = app.clock.now();
    let list: Value = app.state().devices.iter().map(|flow| flow.to_json(now)).collect();
    json_response(StatusCode::OK, &list)
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
