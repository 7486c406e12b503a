//! `/{tenant}/oauth2/v2.0/token` and `/{tenant}/oauth2/token`: finds the grant and lets it answer. One grant, one
//! file.

mod authorization_code;
mod client_credentials;
mod device_code;
mod on_behalf_of;
mod password;
mod refresh_token;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;

use super::Request;
use crate::catalog::Catalog;
use crate::claims_request::ClaimsRequest;
use crate::client_auth;
use crate::cors;
use crate::errors::AadError;
use crate::received::Received;
use crate::respond::{self, Caching};
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::token_request::{Endpoint, TokenRequest};

/// v2.0
pub(crate) async fn v2(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    respond_to(&sts, Endpoint::V2, &segment, &request).await
}

/// v1.0
pub(crate) async fn v1(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    respond_to(&sts, Endpoint::V1, &segment, &request).await
}

async fn respond_to(sts: &Sts, endpoint: Endpoint, segment: &str, request: &Received) -> Response {
    let catalog = sts.catalog();
    let result = answer(sts, &catalog, endpoint, segment, request).await;
    let mut response = respond::entra(sts.clock.now(), request, Caching::NoStore, result);
    cors::open_token_answer(&catalog, request, &mut response);
    response
}

async fn answer(
    sts: &Sts,
    catalog: &Catalog,
    endpoint: Endpoint,
    segment: &str,
    received: &Received,
) -> Result<Value, AadError> {
    let tenant = TenantSegment::parse(catalog, segment, "invalid_request")?;
    if endpoint == Endpoint::V1 && matches!(tenant, TenantSegment::Consumers) {
        return Err(AadError::no_personal_accounts_on_v1());
    }
    let form = received.form()?;
    let grant: fn(&Sts, &TokenRequest<'_>) -> Result<Value, AadError> = match form.require("grant_type")? {
        "authorization_code" => {
            authorization_code::check_code(form)?;
            authorization_code::redeem
        }
        "client_credentials" => client_credentials::redeem,
        // Microsoft's own libraries send the short name, and Entra takes it.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device_code::redeem,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => on_behalf_of::redeem,
        "password" => password::redeem,
        "refresh_token" => refresh_token::redeem,
        unknown => return Err(AadError::unsupported_grant(unknown)),
    };
    if endpoint == Endpoint::V2 && form.get("resource").is_some() {
        return Err(AadError::resource_on_v2());
    }
    let client = client_auth::authenticate(sts, received, &tenant).await?;
    let single_page = cors::check(&client.app, received)?;
    let request = TokenRequest {
        catalog,
        endpoint,
        base: &received.base,
        form,
        tenant,
        client,
        claims: ClaimsRequest::read(form)?,
        single_page,
    };
    grant(sts, &request)
}
