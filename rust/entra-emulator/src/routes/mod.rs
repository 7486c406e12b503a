//! The endpoints. Their folder and file names follow the grants and documents that they serve.

mod admin_consent;
mod authorize;
mod control;
mod device_code;
mod device_login;
mod discovery;
mod echo;
mod federation;
mod graph;
mod issuer;
mod jwks;
mod login;
mod logout;
mod resource_manager;
mod small_pages;
mod token;
mod user_realm;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::json;

use crate::cors::{document_preflight, token_preflight};
use crate::errors::AadError;
use crate::observe::observe;
use crate::received::Received;
use crate::respond::{self, Caching, json_response};
use crate::state::Sts;

/// What a handler takes of every request.
type Request = Extension<Arc<Received>>;

/// All routes.
pub(crate) fn router(sts: &Arc<Sts>) -> Router {
    Router::new()
        .merge(documents())
        .merge(endpoints())
        .merge(echo::router())
        .merge(graph::router())
        .merge(resource_manager::router())
        .merge(device_login::router())
        .merge(login::router())
        .nest("/_control", control::router(sts))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(sts), observe))
        .with_state(Arc::clone(sts))
}

/// What pages of every origin may read.
fn documents() -> Router<Arc<Sts>> {
    Router::new()
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::v2).options(document_preflight),
        )
        .route("/{tenant}/.well-known/openid-configuration", get(discovery::v1).options(document_preflight))
        .route("/common/discovery/instance", get(discovery::instance).options(document_preflight))
        .route("/{tenant}/discovery/v2.0/keys", get(jwks::keys).options(document_preflight))
        .route("/{tenant}/discovery/keys", get(jwks::keys).options(document_preflight))
        .route("/common/userrealm/{upn}", get(user_realm::user_realm))
        .route(
            "/_issuer/.well-known/openid-configuration",
            get(issuer::configuration).options(document_preflight),
        )
        .route("/_issuer/keys", get(issuer::keys).options(document_preflight))
}

/// What takes forms.
fn endpoints() -> Router<Arc<Sts>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::v2).post(authorize::v2))
        .route("/{tenant}/oauth2/authorize", get(authorize::v1).post(authorize::v1))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::logout).post(logout::logout))
        .route("/{tenant}/oauth2/logout", get(logout::logout).post(logout::logout))
        .route("/{tenant}/adminconsent", get(admin_consent::begin).post(admin_consent::decide))
        .route("/{tenant}/v2.0/adminconsent", get(admin_consent::begin).post(admin_consent::decide))
        .route("/{tenant}/oauth2/nativeclient", get(small_pages::native_client))
        .route("/error", get(small_pages::error))
        .route("/adfs/services/trust/mex", get(federation::metadata))
        .route("/adfs/services/trust/2005/usernamemixed", post(federation::trust))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device_code::v2).fallback(post_only))
        .route("/{tenant}/oauth2/devicecode", post(device_code::v1).fallback(post_only))
        .route("/{tenant}/oauth2/v2.0/token", post(token::v2).options(token_preflight).fallback(post_only))
        .route("/{tenant}/oauth2/token", post(token::v1).options(token_preflight).fallback(post_only))
}

/// The answer to anything but POST at an endpoint that takes forms.
async fn post_only(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let error = AadError::post_only(request.method.as_str());
    respond::entra(sts.clock.now(), &request, Caching::NoStore, Err(error))
}

async fn not_found() -> Response {
    let text =
        "This emulator has nothing at this path. The README of rust/entra-emulator lists its endpoints.";
    json_response(StatusCode::NOT_FOUND, &json!({ "error": "not_found", "error_description": text }))
}

async fn method_not_allowed() -> Response {
    let text = "This path takes another HTTP method.";
    json_response(
        StatusCode::METHOD_NOT_ALLOWED,
        &json!({ "error": "method_not_allowed", "error_description": text }),
    )
}
