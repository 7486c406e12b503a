//! The signing keys: which there are, and a roll-over.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, read_or_default, reply};
use crate::keys::SigningKey;
use crate::respond::json_response;
use crate::state::Sts;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Roll {
    retire: bool,
}

/// `GET /keys`
pub(super) async fn list(State(sts): State<Arc<Sts>>) -> Response {
    let current = sts.keys.current();
    let show = |key: &Arc<SigningKey>| json!({ "kid": key.kid, "signs": key.kid == current.kid });
    let list: Value = sts.keys.all().iter().map(show).collect();
    json_response(StatusCode::OK, &list)
}

/// `POST /keys/roll`
pub(super) async fn roll(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(match read_or_default(&body) {
        Ok(options) => roll_over(&sts, &options).await,
        Err(refusal) => Err(refusal),
    })
}

async fn roll_over(sts: &Sts, options: &Roll) -> Result<Value, Refusal> {
    let failed = |error: String| (StatusCode::INTERNAL_SERVER_ERROR, error);
    // Making a key takes a second or so of computing.
    let made = tokio::task::spawn_blocking(SigningKey::generate).await.map_err(|e| failed(e.to_string()))?;
    let key = made.map_err(|error| failed(error.to_string()))?;
    let kid = key.kid.clone();
    sts.keys.roll(key, options.retire);
    Ok(json!({ "kid": kid }))
}
