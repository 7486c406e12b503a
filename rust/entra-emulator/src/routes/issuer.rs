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
use crate::state::Sts;

/// What the issuer is called by whoever came in this way.
pub(crate) fn url(base: &str) -> String {
    format!("{base}{FEDERATED_ISSUER_PATH}")
}

/// `/_issuer/.well-known/openid-configuration`
pub(crate) async fn configuration(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let issuer = url(&request.base);
    let document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    respond::entra(sts.clock.now(), &request, Caching::Day, Ok(document))
}

/// `/_issuer/keys`
pub(crate) async fn keys(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let document = sts.keys.jwks(&url(&request.base));
    respond::entra(sts.clock.now(), &request, Caching::Day, Ok(document))
}
