//! The resource owner password credentials grant (RFC 6749 section 4.3).

use serde_json::Value;

use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::policy;
use crate::sign_in::check_password;
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::token_request::{Endpoint, TokenRequest};
use crate::tokens::for_user;

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    if matches!(request.tenant, TenantSegment::Common | TenantSegment::Consumers) {
        return Err(match request.endpoint {
            Endpoint::V1 => AadError::no_alias_for_grant_v1(),
            Endpoint::V2 => AadError::no_alias_for_grant(),
        });
    }
    let (upn, password) = (request.form.require("username")?, request.form.require("password")?);
    let scopes = request.required_scopes()?;
    // The password of a federated user isn't known here; such a user signs in elsewhere, by WS-Trust.
    if request.catalog.is_federated(upn) {
        return Err(AadError::wrong_password());
    }
    let user = check_password(request.catalog, upn, password)?;
    let client = &request.client.app;
    if !request.tenant.admits_to(client, &user) {
        let name = &user.user_principal_name;
        return Err(AadError::foreign_user(name, request.tenant.name(), &client.client_id, &client.name));
    }
    let tenant_id = request.tenant.directory_of(client, &user);
    let grant =
        Grant { user: &user, tenant_id, scopes: &scopes, mfa: false, single_page_until: None, sign_in: None };
    policy::check(sts, request, GrantKind::Password, &grant)?;
    Ok(for_user(sts, request, &grant))
}
