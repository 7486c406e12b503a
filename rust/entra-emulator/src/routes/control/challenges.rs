//! Claims challenges: an API refuses the next token until the client comes with another one.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, read_or_default, reply};
use crate::challenges::{Challenge, ChallengeForm};
use crate::respond::json_response;
use crate::seed::GRAPH_APP_ID;
use crate::state::Sts;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewChallenge {
    api: Option<String>,
    form: ChallengeForm,
    claims: Option<Value>,
    times: Option<u64>,
}

/// `POST /challenges`
pub(super) async fn add(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(read_or_default(&body).and_then(|new| queue(&sts, new)))
}

fn queue(sts: &Sts, new: NewChallenge) -> Result<Value, Refusal> {
    let name = new.api.as_deref().unwrap_or(GRAPH_APP_ID);
    let api = sts
        .catalog()
        .api(name)
        .cloned()
        .ok_or_else(|| (StatusCode::NOT_FOUND, format!("'api': no API is called '{name}'.")))?;
    let claims = match new.claims {
        Some(claims) if claims.is_object() => claims,
        Some(_) => return Err((StatusCode::BAD_REQUEST, "'claims' must be a JSON object.".to_owned())),
        // As after the user's sessions were revoked: a token from now on is good.
        None => {
            let now = sts.clock.now().to_string();
            json!({ "access_token": { "nbf": { "essential": true, "value": now } } })
        }
    };
    let challenge = Challenge {
        app_id: api.app_id.clone(),
        form: new.form,
        claims: claims.clone(),
        times: new.times.unwrap_or(1),
    };
    sts.state().challenges.add(challenge);
    Ok(json!({ "claims": claims }))
}

/// `DELETE /challenges`
pub(super) async fn clear(State(sts): State<Arc<Sts>>) -> Response {
    sts.state().challenges.clear();
    json_response(StatusCode::OK, &json!({}))
}
