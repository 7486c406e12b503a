//! The refresh token grant (RFC 6749 section 6). As at the service, the old refresh token stays valid.

use serde_json::Value;

use crate::client::AuthMethod;
use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::policy;
use crate::refresh_tokens::Presentation;
use crate::sign_in::current_user;
use crate::state::Sts;
use crate::token_request::TokenRequest;
use crate::tokens::for_user;

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let token = request.form.require("refresh_token")?;
    let asked = request.scopes()?;
    let client = &request.client.app;
    let presentation = Presentation {
        client,
        confidential: request.client.auth != AuthMethod::None,
        single_page: request.single_page,
        now: sts.clock.now(),
        unused_lifetime: sts.lifetimes().refresh_token_unused,
    };
    let kept = sts.state().refresh_tokens.redeem(token, presentation)?;
    let user = current_user(request.catalog, &kept.user)?;
    if !request.tenant.admits_to(client, &user) {
        return Err(AadError::invalid_refresh_token());
    }
    // Without a scope it is the original one; with one it may be for any other resource. A new refresh token comes
    // with every answer, asked for or not.
    let scopes = asked.unwrap_or(kept.scopes).with_offline_access().current(request.catalog);
    let grant = Grant {
        user: &user,
        tenant_id: request.tenant.directory_of(client, &user),
        scopes: &scopes,
        mfa: kept.mfa,
        single_page_until: kept.single_page_until,
        sign_in: None,
    };
    policy::check(sts, request, GrantKind::RefreshToken, &grant)?;
    Ok(for_user(sts, request, &grant))
}
