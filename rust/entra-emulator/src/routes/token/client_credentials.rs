//! The client credentials grant (RFC 6749 section 4.4).

use serde_json::Value;

use crate::errors::AadError;
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::token_request::TokenRequest;
use crate::tokens::for_app;

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    request.client.require_confidential()?;
    let TenantSegment::Directory(tenant) = &request.tenant else {
        return Err(AadError::no_tenant());
    };
    let scopes = request.required_scopes()?;
    if !scopes.is_default() {
        return Err(AadError::only_default(request.form.get("scope").unwrap_or_default()));
    }
    let (client, api) = (&request.client.app, &scopes.resource);
    if api.assignment_required && request.catalog.roles(client, api).is_empty() {
        return Err(AadError::app_not_assigned(&client.client_id, &client.name, &api.app_id));
    }
    Ok(for_app(sts, request, tenant, &scopes))
}
