//! Device codes: what a person would do at the sign-in page.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::{Refusal, named_user, read, reply};
use crate::device::{DeviceFlow, DeviceState, normalize_user_code};
use crate::respond::json_response;
use crate::state::Sts;

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

pub(super) async fn approve(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(read::<Approval>(&body).and_then(|approval| {
        let named = approval.username.as_deref().map(|name| named_user(&sts, name)).transpose()?;
        let catalog = sts.catalog();
        decide(&sts, &approval.user_code, |flow| {
            let default = || catalog.default_user(|user| flow.tenant.admits_to(&flow.client, user)).cloned();
            named.or_else(default).map(DeviceState::Approved)
        })
    }))
}

pub(super) async fn decline(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(
        read::<UserCode>(&body)
            .and_then(|code| decide(&sts, &code.user_code, |_| Some(DeviceState::Declined))),
    )
}

pub(super) async fn expire(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(
        read::<UserCode>(&body)
            .and_then(|code| decide(&sts, &code.user_code, |_| Some(DeviceState::Expired))),
    )
}

fn decide(
    sts: &Sts,
    user_code: &str,
    decision: impl FnOnce(&DeviceFlow) -> Option<DeviceState>,
) -> Result<Value, Refusal> {
    let now = sts.clock.now();
    let mut state = sts.state();
    let flow = state.device_by_user_code(&normalize_user_code(user_code)).ok_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            format!("'user_code' was not issued here: '{user_code}'. GET /_control/device lists all."),
        )
    })?;
    let decision = decision(flow).ok_or_else(|| {
        (StatusCode::CONFLICT, "No user of the configuration can sign in to this tenant.".to_owned())
    })?;
    flow.decide(decision, now).map_err(|text| (StatusCode::CONFLICT, text))?;
    Ok(flow.to_json(now))
}

pub(super) async fn list(State(sts): State<Arc<Sts>>) -> Response {
    let now = sts.clock.now();
    let list: Value = sts.state().devices.iter().map(|flow| flow.to_json(now)).collect();
    json_response(StatusCode::OK, &list)
}
