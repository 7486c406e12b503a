//! Device codes: what a person would do at the sign-in page.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::{Refusal, default_user, read, reply, seeded_user};
use crate::device::{DeviceState, normalize_user_code};
use crate::respond::json_response;
use crate::state::App;
use crate::tenant::TenantSegment;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    user_code: String,
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserCode {
    user_code: String,
}

pub(super) async fn approve(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Approval>(&body).and_then(|approval| {
        let named = approval.username.as_deref().map(seeded_user).transpose()?;
        decide(&app, &approval.user_code, |tenant| {
            DeviceState::Approved(named.unwrap_or(default_user(tenant)))
        })
    }))
}

pub(super) async fn decline(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<UserCode>(&body).and_then(|code| decide(&app, &code.user_code, |_| DeviceState::Declined)))
}

pub(super) async fn expire(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<UserCode>(&body).and_then(|code| decide(&app, &code.user_code, |_| DeviceState::Expired)))
}

fn decide(
    app: &App,
    user_code: &str,
    decision: impl FnOnce(TenantSegment) -> DeviceState,
) -> Result<Value, Refusal> {
    let now = app.clock.now();
    let mut state = app.state();
    let flow = state.device_by_user_code(&normalize_user_code(user_code)).ok_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            format!("'user_code' was not issued here: '{user_code}'. GET /_control/device lists all."),
        )
    })?;
    let decision = decision(flow.tenant);
    flow.decide(decision, now).map_err(|text| (StatusCode::CONFLICT, text))?;
    Ok(flow.to_json(now))
}

pub(super) async fn list(State(app): State<Arc<App>>) -> Response {
    let now = app.clock.now();
    let list: Value = app.state().devices.iter().map(|flow| flow.to_json(now)).collect();
    json_response(StatusCode::OK, &list)
}
