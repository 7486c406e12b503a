//! Sign-ins that are still to come: what the person will do.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{named_user, read_or_default, reply};
use crate::prepared::{Decision, PreparedSignIn};
use crate::respond::json_response;
use crate::state::Sts;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewSignIn {
    username: Option<String>,
    decision: Decision,
    times: Option<u64>,
}

/// `POST /sign_ins`
pub(super) async fn prepare(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(read_or_default::<NewSignIn>(&body).and_then(|new| {
        let user = new.username.as_deref().map(|name| named_user(&sts, name)).transpose()?;
        let times = new.times.unwrap_or(1);
        sts.state().prepared.add(PreparedSignIn { user, decision: new.decision, times });
        Ok(json!({}))
    }))
}

/// `DELETE /sign_ins`
pub(super) async fn clear(State(sts): State<Arc<Sts>>) -> Response {
    sts.state().prepared.clear();
    json_response(StatusCode::OK, &json!({}))
}
