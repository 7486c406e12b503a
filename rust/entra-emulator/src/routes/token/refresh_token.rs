//! The refresh token grant (RFC 6749 section 6). As at the service, the old refresh token stays valid.

use serde_json::Value;

use crate::errors::AadError;
use crate::policy::{self, Way};
use crate::state::App;
use crate::token_request::TokenRequest;
use crate::tokens::{Grant, for_user};

pub(super) fn redeem(app: &App, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let token = request.form.require("refresh_token")?;
    let asked = request.scopes()?;
    let now = app.clock.now();
    let kept = app.state().refresh_tokens.redeem(token, request.client.app, request.single_page, now)?;
    if !request.tenant.admits(kept.user) {
        return Err(AadError::invalid_refresh_token());
    }
    // Without a scope it is the original one; with one it may be for any other resource. A new refresh token comes
    // with every answer, asked for or not.
    let scopes = asked.unwrap_or(kept.scopes).with_offline_access();
    let grant = Grant {
        user: kept.user,
        scopes: &scopes,
        mfa: kept.mfa,
        single_page_until: kept.single_page_until,
        sign_in: None,
    };
    policy::check(app, request, Way::RefreshToken, &grant)?;
    Ok(for_user(app, request, &grant))
}
