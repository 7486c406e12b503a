//! The device code grant (RFC 8628 section 3.4): every poll comes here.
//!
//! Polling faster than `interval` is answered as usual: Entra isn't known to send `slow_down`. A fault does that.

use serde_json::Value;

use super::TokenRequest;
use crate::errors::AadError;
use crate::state::App;
use crate::tokens::{Grant, issue};

pub(super) fn redeem(app: &App, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let device_code = request.form.require("device_code")?;
    let now = app.clock.now();
    let (user, scopes) = {
        let mut state = app.state();
        let flow =
            state.devices.iter_mut().find(|flow| flow.device_code == device_code).ok_or_else(|| {
                AadError::bad_verification_code("The device code is not valid: it was not issued here.")
            })?;
        if flow.client.client_id != request.client.app.client_id {
            let error = AadError::bad_verification_code("The device code was issued to another application.");
            return Err(error.correlated(&flow.correlation_id));
        }
        if !flow.tenant.same_family(request.tenant) {
            let error = AadError::bad_verification_code("The device code was issued at another tenant.");
            return Err(error.correlated(&flow.correlation_id));
        }
        // Under the lock: of two polls at once, one gets the token.
        (flow.poll(now)?, flow.scopes.clone())
    };
    let client_info = request.wants_client_info();
    Ok(issue(app, &Grant { client: request.client, user, scopes: &scopes, client_info, amr: &["pwd"] }))
}
