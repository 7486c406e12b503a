//! The refresh token grant (RFC 6749 section 6). As at the service, the old refresh token stays valid.

use serde_json::Value;

use super::TokenRequest;
use crate::errors::AadError;
use crate::scopes::RequestedScopes;
use crate::state::App;
use crate::tokens::{Grant, issue};

pub(super) fn redeem(app: &App, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let token = request.form.require("refresh_token")?;
    let (user, issued_to, granted) = {
        let state = app.state();
        let grant = state.refresh_tokens.get(token).ok_or_else(AadError::invalid_refresh_token)?;
        (grant.user, grant.client, grant.scopes.clone())
    };
    let app_now = request.client.app;
    // Clients of Microsoft's family take each other's refresh tokens.
    if issued_to.client_id != app_now.client_id && !(issued_to.family && app_now.family) {
        return Err(AadError::foreign_refresh_token());
    }
    if !request.tenant.admits(user) {
        return Err(AadError::invalid_refresh_token());
    }
    // Without a scope it is the original one; with one it may be for any other resource.
    let scopes = match request.form.get("scope") {
        Some(scope) => RequestedScopes::parse(scope, request.tenant.name())?,
        None => granted,
    };
    // A new refresh token comes with every answer, asked for or not.
    let scopes = scopes.with_offline_access();
    let client_info = request.wants_client_info();
    Ok(issue(app, &Grant { client: request.client, user, scopes: &scopes, client_info, amr: &["pwd"] }))
}
