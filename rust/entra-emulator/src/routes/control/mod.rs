//! `/_control`: what tests do instead of a person, or against the client under test.

mod authorize;
mod challenges;
mod configuration;
mod credentials;
mod device;
mod faults;
mod keys;
mod sign_ins;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::configuration::User;
use crate::origins::{LOOPBACK_NAMES, Origin};
use crate::request_log::RequestLog;
use crate::respond::json_response;
use crate::state::Sts;

pub(crate) fn router(sts: &Arc<Sts>) -> Router<Arc<Sts>> {
    Router::new()
        .route("/apps/{client_id}/certificates", post(credentials::add_certificate))
        .route("/authorize", post(authorize::visit))
        .route("/browsers", delete(authorize::forget))
        .route("/challenges", post(challenges::add).delete(challenges::clear))
        .route("/clock", post(credentials::set_clock))
        .route("/configuration", get(configuration::export).put(configuration::replace))
        .route("/device", get(device::list))
        .route("/device/approve", post(device::approve))
        .route("/device/decline", post(device::decline))
        .route("/device/expire", post(device::expire))
        .route("/faults", post(faults::add).get(faults::list).delete(faults::clear))
        .route("/faults/{id}", delete(faults::remove))
        .route("/issuer/token", post(credentials::mint))
        .route("/keys", get(keys::list))
        .route("/keys/roll", post(keys::roll))
        .route("/refresh_tokens/{ending}", post(credentials::end_refresh_tokens))
        .route("/requests", get(list_requests).delete(clear_requests))
        .route("/sign_ins", post(sign_ins::prepare).delete(sign_ins::clear))
        .route("/tokens", post(tokens::make))
        .route("/{kind}", post(configuration::put_object))
        .route("/{kind}/{id}", patch(configuration::change_object).delete(configuration::remove_object))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(sts), refuse_browsers))
}

async fn not_found() -> Response {
    let text =
        "The control API has nothing at this path. The README of rust/entra-emulator lists what it has.";
    json_response(StatusCode::NOT_FOUND, &json!({ "error": text }))
}

/// A refusal: status and what is wrong.
type Refusal = (StatusCode, String);

/// Pages of other sites that run in a browser on this machine must not steer the emulator: a browser names the page
/// in `Origin`, and a page that got here by DNS rebinding has its own name in `Host`.
async fn refuse_browsers(State(sts): State<Arc<Sts>>, request: Request, next: Next) -> Response {
    let origin = request.extensions().get::<Origin>().copied().unwrap_or(sts.origins.origins[0]);
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = host.is_some_and(|host| origin.answers_to(host, LOOPBACK_NAMES.into_iter()));
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

/// An object of a body, which may be left out.
fn read_or_default<T: DeserializeOwned + Default>(body: &Bytes) -> Result<T, Refusal> {
    if body.is_empty() { Ok(T::default()) } else { read(body) }
}

/// The user whom a test names.
fn named_user(sts: &Sts, upn: &str) -> Result<Arc<User>, Refusal> {
    sts.catalog().user(upn).cloned().ok_or_else(|| {
        let text = format!("'username': no user is called '{upn}'. GET /_control/configuration lists them.");
        (StatusCode::NOT_FOUND, text)
    })
}

async fn list_requests(State(sts): State<Arc<Sts>>) -> Response {
    let list = sts.requests().to_json();
    json_response(StatusCode::OK, &list)
}

async fn clear_requests(State(sts): State<Arc<Sts>>) -> Response {
    sts.with_log(RequestLog::clear);
    json_response(StatusCode::OK, &json!({}))
}
