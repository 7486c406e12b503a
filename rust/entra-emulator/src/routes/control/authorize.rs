//! /authorize without a browser: what a person would do at its pages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Refusal as Refused, named_user, read, reply};
use crate::authorize::{AuthorizeRequest, Flow, Refusal, Reply};
use crate::browsers;
use crate::fixed_segments::lowered;
use crate::interaction::play;
use crate::prepared::Decision;
use crate::received::Received;
use crate::respond::json_response;
use crate::state::Sts;
use crate::token_request::Endpoint;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    uri: String,
    username: Option<String>,
    #[serde(default)]
    decision: Decision,
}

/// Plays the person from the request to its answer.
pub(super) async fn visit(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    let visit = match read::<Visit>(&body).and_then(|visit| Ok((address(&sts, &visit.uri)?, visit))) {
        Ok(((endpoint, segment, received), visit)) => {
            let named = visit.username.as_deref().map(|name| named_user(&sts, name)).transpose();
            named.map(|named| (endpoint, segment, received, named, visit.decision))
        }
        Err(refused) => Err(refused),
    };
    let (endpoint, segment, received, named, decision) = match visit {
        Ok(visit) => visit,
        Err(refused) => return reply(Err(refused)),
    };
    let answer = match AuthorizeRequest::read(&sts.catalog(), sts.clock.now(), endpoint, &segment, &received)
    {
        Ok(request) => play(&sts, Flow::new(request, browsers::CONTROL.to_owned()), named.as_ref(), decision),
        Err(Refusal::Page(error)) => Err(error),
        Err(Refusal::Reply(reply)) => Ok(reply),
    };
    match answer {
        Ok(answer) => json_response(StatusCode::OK, &to_json(answer)),
        Err(error) => {
            let page = json!({ "error_page": { "number": error.number, "text": error.text } });
            json_response(StatusCode::BAD_REQUEST, &page)
        }
    }
}

/// Ends all sign-ins with browsers.
pub(super) async fn forget(State(sts): State<Arc<Sts>>) -> Response {
    sts.state().browsers.forget();
    json_response(StatusCode::OK, &json!({}))
}

/// The endpoint, the tenant segment and the request that an authorize URL stands for.
fn address(sts: &Sts, uri: &str) -> Result<(Endpoint, String, Received), Refused> {
    let refused = || {
        let text = format!("'uri' is not an authorize URL of this emulator: '{uri}'.");
        (StatusCode::BAD_REQUEST, text)
    };
    let url = Url::parse(uri).ok().filter(|url| sts.origins.owns(url)).ok_or_else(refused)?;
    let base = url.origin().ascii_serialization();
    let uri: Uri = url.as_str().parse().map_err(|_| refused())?;
    let uri = lowered(&uri).unwrap_or(uri);
    let path: Vec<&str> = uri.path().trim_start_matches('/').split('/').collect();
    let (endpoint, segment) = match path[..] {
        [segment, "oauth2", "v2.0", "authorize"] => (Endpoint::V2, segment.to_owned()),
        [segment, "oauth2", "authorize"] => (Endpoint::V1, segment.to_owned()),
        _ => return Err(refused()),
    };
    Ok((endpoint, segment, Received::new(base, Method::GET, &uri, HeaderMap::new(), &[])))
}

fn to_json(answer: Reply) -> Value {
    match answer {
        Reply::Redirect(uri) => json!({ "method": "GET", "uri": uri, "form": null }),
        Reply::Form { uri, fields } => {
            let form: Map<String, Value> =
                fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            json!({ "method": "POST", "uri": uri, "form": form })
        }
    }
}
