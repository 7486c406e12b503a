//! /authorize without a browser: what a person would do at its pages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Refusal as Refused, default_user, read, reply, seeded_user};
use crate::authorize::{AuthorizeRequest, Flow, Refusal, Reply, Step};
use crate::browsers;
use crate::errors::AadError;
use crate::received::Received;
use crate::respond::json_response;
use crate::seed::{self, User};
use crate::state::App;
use crate::token_request::Endpoint;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    uri: String,
    username: Option<String>,
    #[serde(default)]
    decision: Decision,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Decision {
    #[default]
    Approve,
    Decline,
    Cancel,
}

/// Plays the person from the request to its answer.
pub(super) async fn visit(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let visit = match read::<Visit>(&body).and_then(|visit| Ok((address(&app, &visit.uri)?, visit))) {
        Ok(((endpoint, segment, received), visit)) => {
            let named = visit.username.as_deref().map(seeded_user).transpose();
            named.map(|named| (endpoint, segment, received, named, visit.decision))
        }
        Err(refused) => Err(refused),
    };
    let (endpoint, segment, received, named, decision) = match visit {
        Ok(visit) => visit,
        Err(refused) => return reply(Err(refused)),
    };
    let answer = match AuthorizeRequest::read(&app, endpoint, &segment, &received) {
        Ok(request) => {
            let user = named.unwrap_or_else(|| default_user(request.tenant));
            play(&app, Flow::new(request, browsers::CONTROL.to_owned()), user, decision)
        }
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
pub(super) async fn forget(State(app): State<Arc<App>>) -> Response {
    app.state().browsers.forget();
    json_response(StatusCode::OK, &json!({}))
}

/// The endpoint, the tenant segment and the request that an authorize URL stands for.
fn address(app: &App, uri: &str) -> Result<(Endpoint, String, Received), Refused> {
    let refused = || {
        let text = format!("'uri' is no URL of /authorize at this emulator: '{uri}'.");
        (StatusCode::BAD_REQUEST, text)
    };
    let url = Url::parse(uri).ok().filter(|url| app.house.owns(url)).ok_or_else(refused)?;
    let path: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let (endpoint, segment) = match path[..] {
        [segment, "oauth2", "v2.0", "authorize"] => (Endpoint::V2, segment.to_owned()),
        [segment, "oauth2", "authorize"] => (Endpoint::V1, segment.to_owned()),
        _ => return Err(refused()),
    };
    let base = url.origin().ascii_serialization();
    let uri: Uri = url.as_str().parse().map_err(|_| refused())?;
    Ok((endpoint, segment, Received::new(base, Method::GET, &uri, HeaderMap::new(), &[])))
}

/// A person with a browser of their own signs in anew, but for `prompt=none`, where who signed in last is still there.
/// The error is what a page would say.
fn play(app: &App, mut flow: Flow, user: &User, decision: Decision) -> Result<Reply, AadError> {
    let accounts = app.state().browsers.accounts(browsers::CONTROL);
    let mut step = flow.begin(app, accounts);
    if !flow.request.is_silent() {
        if decision == Decision::Cancel {
            return Ok(flow.refuse(app, AadError::cancelled()));
        }
        flow.sign_in(app, user.upn, seed::PASSWORD)?;
        if decision == Decision::Decline {
            return Ok(flow.refuse(app, AadError::consent_declined()));
        }
        step = flow.next(app);
    }
    loop {
        step = match step {
            Step::Done(reply) => return Ok(reply),
            Step::Consent => {
                flow.consent(app);
                flow.next(app)
            }
            Step::SecondFactor => {
                flow.confirm(app);
                flow.next(app)
            }
            Step::Password | Step::PickAccount(_) => return Err(AadError::login_required()),
        };
    }
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
