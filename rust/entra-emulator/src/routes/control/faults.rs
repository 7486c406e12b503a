//! Faults: what is to go wrong with the next requests.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{read, reply};
use crate::faults::Fault;
use crate::respond::json_response;
use crate::state::Sts;

/// `POST /faults`
pub(super) async fn add(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(read::<Fault>(&body).and_then(|fault| {
        fault.validate().map_err(|text| (StatusCode::BAD_REQUEST, text.to_owned()))?;
        Ok(json!({ "id": sts.state().faults.add(fault.expanded()) }))
    }))
}

/// `GET /faults`
pub(super) async fn list(State(sts): State<Arc<Sts>>) -> Response {
    let list = sts.state().faults.to_json();
    json_response(StatusCode::OK, &list)
}

/// `DELETE /faults`
pub(super) async fn clear(State(sts): State<Arc<Sts>>) -> Response {
    sts.state().faults.clear();
    json_response(StatusCode::OK, &json!({}))
}

/// `DELETE /faults/{id}`
pub(super) async fn remove(State(sts): State<Arc<Sts>>, Path(id): Path<String>) -> Response {
    let removed = id.parse().is_ok_and(|id| sts.state().faults.remove(id));
    reply(if removed {
        Ok(json!({}))
    } else {
        Err((StatusCode::NOT_FOUND, format!("No fault has the number '{id}', or it is over.")))
    })
}
