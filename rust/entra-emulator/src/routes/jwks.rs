//! The keys that verify tokens (RFC 7517).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::Request;
use crate::respond::{self, Caching};
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::tokens::issuer;

/// `/{tenant}/discovery/v2.0/keys` and `/{tenant}/discovery/keys`: the same keys for all, their issuer a template.
pub(crate) async fn keys(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let version = if request.path.contains("/v2.0/") { 2 } else { 1 };
    let result = TenantSegment::parse(&sts.catalog(), &segment, "invalid_tenant")
        .map(|_| sts.keys.jwks(&issuer(&request.base, "{tenantid}", version)));
    respond::entra(sts.clock.now(), &request, Caching::Day, result)
}
