//! The resource owner password credentials grant (RFC 6749 section 4.3).

use serde_json::Value;

use crate::errors::AadError;
use crate::policy::{self, Way};
use crate::routes::user_realm::is_federated;
use crate::sign_in::check_password;
use crate::state::App;
use crate::tenant::TenantSegment;
use crate::token_request::{Endpoint, TokenRequest};
use crate::tokens::{Grant, for_user};

pub(super) fn redeem(app: &App, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    if matches!(request.tenant, TenantSegment::Common | TenantSegment::Consumers) {
        return Err(match request.endpoint {
            Endpoint::V1 => AadError::no_alias_for_grant_v1(),
            Endpoint::V2 => AadError::no_alias_for_grant(),
        });
    }
    let (upn, password) = (request.form.require("username")?, request.form.require("password")?);
    let scopes = request.required_scopes()?;
    // The password of a federated user isn't known here; such a user signs in elsewhere, by WS-Trust.
    if is_federated(upn) {
        return Err(AadError::wrong_password());
    }
    let user = check_password(upn, password)?;
    if !request.tenant.admits(user) {
        let client = request.client.app;
        return Err(AadError::foreign_user(user.upn, request.tenant.name(), client.client_id, client.name));
    }
    let grant = Grant { user, scopes: &scopes, mfa: false, single_page_until: None, sign_in: None };
    policy::check(app, request, Way::Password, &grant)?;
    Ok(for_user(app, request, &grant))
}
