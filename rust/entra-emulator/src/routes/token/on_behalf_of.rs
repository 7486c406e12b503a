//! The on-behalf-of grant (RFC 7523 section 2.1): an API exchanges the token that its caller sent for one to another.

use std::sync::Arc;

use serde_json::Value;

use crate::clock::graph_timestamp;
use crate::configuration::User;
use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::keys::Rejection;
use crate::policy;
use crate::state::Sts;
use crate::token_request::TokenRequest;
use crate::tokens::{for_user, session_has_mfa};

/// The only `requested_token_type` (RFC 8693 section 3) that is issued here.
const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    request.client.require_confidential()?;
    let form = request.form;
    if form.require("requested_token_use")? != "on_behalf_of" {
        return Err(AadError::invalid_parameter("requested_token_use", "it must be 'on_behalf_of'"));
    }
    let token_type = form.get("requested_token_type");
    if token_type.is_some_and(|kind| kind != ACCESS_TOKEN_TYPE) {
        let problem = "this emulator issues access tokens only, no SAML assertions";
        return Err(AadError::invalid_parameter("requested_token_type", problem));
    }
    let assertion = form.require("assertion")?;
    let scopes = request.required_scopes()?;
    if !request.client.app.on_behalf_of {
        return Err(AadError::no_on_behalf_of(&request.client.app.client_id));
    }
    let (user, mfa) = check_assertion(sts, request, assertion)?;
    let tenant_id = request.tenant.directory_of(&request.client.app, &user);
    let grant =
        Grant { user: &user, tenant_id, scopes: &scopes, mfa, single_page_until: None, sign_in: None };
    policy::check(sts, request, GrantKind::OnBehalfOf, &grant)?;
    let mut body = for_user(sts, request, &grant);
    if let Some(kind) = token_type {
        body["issued_token_type"] = kind.into();
    }
    Ok(body)
}

/// The user of the assertion, and whether the sign-in had a second factor.
fn check_assertion(
    sts: &Sts,
    request: &TokenRequest<'_>,
    assertion: &str,
) -> Result<(Arc<User>, bool), AadError> {
    let client = &request.client.app;
    let claims = sts.keys.verify(assertion).map_err(|rejection| match rejection {
        Rejection::NotAJwt => AadError::malformed_user_assertion(),
        Rejection::BadSignature => AadError::user_assertion_signature(),
    })?;
    let audience = claims["aud"].as_str().unwrap_or_default();
    // ID tokens say nothing of a client: they are for it.
    if claims.get("appid").or_else(|| claims.get("azp")).is_none() {
        return Err(AadError::id_token_as_assertion());
    }
    if request.catalog.api(audience).is_none_or(|api| api.app_id != client.client_id) {
        return Err(AadError::user_assertion_audience(audience, &client.client_id, &client.name));
    }
    let now = sts.clock.now();
    let (from, until) = (claims["nbf"].as_u64().unwrap_or(0), claims["exp"].as_u64().unwrap_or(0));
    if now >= until || now < from {
        let show = |time| format!("{}.0000000Z", graph_timestamp(time));
        return Err(AadError::user_assertion_time(&show(now), &show(until)));
    }
    if claims["scp"].as_str().is_none() {
        return Err(AadError::app_only_user_assertion(&client.name));
    }
    let user = request
        .catalog
        .user_by_object_id(claims["oid"].as_str().unwrap_or_default())
        .cloned()
        .ok_or_else(AadError::user_assertion_signature)?;
    if !request.tenant.admits_to(client, &user) {
        let name = &user.user_principal_name;
        return Err(AadError::foreign_user(name, request.tenant.name(), &client.client_id, &client.name));
    }
    Ok((user, session_has_mfa(&claims)))
}
