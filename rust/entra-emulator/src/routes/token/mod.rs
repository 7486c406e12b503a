//! `/{tenant}/oauth2/v2.0/token`: finds the grant and lets it answer. One grant, one file.

mod device_code;
mod refresh_token;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;

use super::Request;
use crate::client_auth::{self, Client};
use crate::errors::AadError;
use crate::received::{Params, Received};
use crate::respond::{self, Caching};
use crate::state::App;
use crate::tenant::TenantSegment;

/// What a grant is given: everything here has been checked.
struct TokenRequest<'a> {
    form: &'a Params,
    tenant: TenantSegment,
    client: Client,
}

impl TokenRequest<'_> {
    /// Whether the answer is to have `client_info`.
    fn wants_client_info(&self) -> bool {
        self.form.get("client_info") == Some("1")
    }
}

pub(crate) async fn token(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    respond::entra(&app, &request, Caching::NoStore, answer(&app, &segment, &request))
}

fn answer(app: &App, segment: &str, received: &Received) -> Result<Value, AadError> {
    let tenant = TenantSegment::parse(segment, "invalid_request")?;
    let form = received.form()?;
    let grant: fn(&App, &TokenRequest<'_>) -> Result<Value, AadError> = match form.require("grant_type")? {
        // Microsoft's own libraries send the short name, and Entra takes it.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device_code::redeem,
        "refresh_token" => refresh_token::redeem,
        unknown => return Err(AadError::unsupported_grant(unknown)),
    };
    let client = client_auth::authenticate(received, tenant)?;
    grant(app, &TokenRequest { form, tenant, client })
}
