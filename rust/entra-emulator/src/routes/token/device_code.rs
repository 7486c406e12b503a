//! The device code grant (RFC 8628 section 3.4): every poll comes here.
//!
//! Polling faster than `interval` is answered as usual: Entra isn't known to send `slow_down`. A fault does that.

use serde_json::Value;

use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::policy::{self, needs_second_factor};
use crate::sign_in::current_user;
use crate::state::Sts;
use crate::token_request::{Endpoint, TokenRequest};
use crate::tokens::for_user;

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    // v1.0 calls it `code`.
    let device_code = match (request.endpoint, request.form.get("code")) {
        (Endpoint::V1, Some(code)) => code,
        _ => request.form.require("device_code")?,
    };
    let now = sts.clock.now();
    let (user, scopes) = {
        let mut state = sts.state();
        let flow = state.device_by_device_code(device_code).ok_or_else(|| {
            AadError::bad_verification_code("The device code is not valid: it was not issued here.")
        })?;
        if flow.client.client_id != request.client.app.client_id {
            let error = AadError::bad_verification_code("The device code was issued to another application.");
            return Err(error.correlated(&flow.correlation_id));
        }
        if !flow.tenant.same_family(&request.tenant) {
            let error = AadError::bad_verification_code("The device code was issued at another tenant.");
            return Err(error.correlated(&flow.correlation_id));
        }
        // Under the lock: of two polls at once, one gets the token.
        (flow.poll(now).map_err(|error| in_words_of(request.endpoint, error))?, flow.scopes.clone())
    };
    // The sign-in page asks for a second factor where one is needed, and gets it.
    let (scopes, user) = (scopes.current(request.catalog), current_user(request.catalog, &user)?);
    let mfa = needs_second_factor(&user, &scopes.resource);
    let tenant_id = request.tenant.directory_of(&request.client.app, &user);
    let grant =
        Grant { user: &user, tenant_id, scopes: &scopes, mfa, single_page_until: None, sign_in: None };
    policy::check(sts, request, GrantKind::DeviceCode, &grant)?;
    Ok(for_user(sts, request, &grant))
}

/// v1.0 has its own name for a code that has expired.
fn in_words_of(endpoint: Endpoint, error: AadError) -> AadError {
    match (endpoint, error.error) {
        (Endpoint::V1, "expired_token") => AadError { error: "code_expired", ..error },
        _ => error,
    }
}
