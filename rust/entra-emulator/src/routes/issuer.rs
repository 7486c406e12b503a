//! `/_issuer`: an issuer of tokens for workloads, such as a Kubernetes cluster or a CI service has. Apps trust it by
//! federated credentials; the control API mints its tokens.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::Request;
use crate::respond::{self, Caching};
use crate::seed::FEDERATED_ISSUER_PATH;
use crate::state::App;

/// What the issuer is called by whoever came in this way.
pub(crate) fn url(base: &str) -> String {
    format!("{base}{FEDERATED_ISSUER_PATH}")
}

/// `/_issuer/.well-known/openid-configuration`
pub(crate) async fn configuration(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let issuer = url(&request.base);
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    respond::entra(&app, &request, Caching::Day, Ok(document))
}

/// `/_issuer/keys`
pub(crate) async fn keys(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let document = json!({ "keys": [app.keys.jwk(&url(&request.base))] });
    respond::entra(&app, &request, Caching::Day, Ok(document))
}
