//! The keys that verify tokens (RFC 7517).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::Request;
use crate::respond::{self, Caching};
use crate::state::App;
use crate::tenant::TenantSegment;
use crate::tokens::issuer;

/// `/{tenant}/discovery/v2.0/keys` and `/{tenant}/discovery/keys`: one key for all, its issuer a template.
pub(crate) async fn keys(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let version = if request.path.contains("/v2.0/") { 2 } else { 1 };
    let result = TenantSegment::parse(&segment, "invalid_tenant")
        .map(|_| json!({ "keys": [app.keys.jwk(&issuer(&request.base, "{tenantid}", version))] }));
    respond::entra(&app, &request, Caching::Day, result)
}
