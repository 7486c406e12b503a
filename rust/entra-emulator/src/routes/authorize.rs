//! `/{tenant}/oauth2/v2.0/authorize` (RFC 6749 section 3.1) and its elder, `/{tenant}/oauth2/authorize`: checks the
//! request and shows the first page.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::Request;
use crate::authorize::{AuthorizeRequest, Flow, Refusal, Reply, Step};
use crate::interaction::play;
use crate::pages;
use crate::pages::authorize as page;
use crate::received::Received;
use crate::respond::set;
use crate::state::Sts;
use crate::token_request::Endpoint;

/// By it a browser is known again, for single sign-on.
pub(super) const COOKIE: &str = "entra_emulator_browser";

/// v2.0
pub(crate) async fn v2(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    begin(&sts, Endpoint::V2, &segment, &request)
}

/// v1.0
pub(crate) async fn v1(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    begin(&sts, Endpoint::V1, &segment, &request)
}

fn begin(sts: &Sts, endpoint: Endpoint, segment: &str, received: &Received) -> Response {
    let request = match AuthorizeRequest::read(&sts.catalog(), sts.clock.now(), endpoint, segment, received) {
        Ok(request) => request,
        Err(Refusal::Page(error)) => return pages::error::show(sts.clock.now(), received, &error),
        Err(Refusal::Reply(reply)) => return send(&reply),
    };
    let (browser, accounts, is_new) = {
        let mut state = sts.state();
        match received.cookie(COOKIE).filter(|id| state.browsers.knows(id)) {
            Some(id) => (id.to_owned(), state.browsers.accounts(id), false),
            None => (state.browsers.add(), Vec::new(), true),
        }
    };
    let cookie = format!("{COOKIE}={browser}; {}", cookie_attributes(&received.base));
    let mut flow = Flow::new(request, browser);
    let answer = if flow.request.is_silent() { None } else { sts.state().prepared.take() };
    let mut response = if let Some(answer) = answer {
        match play(sts, flow, answer.user.as_ref(), answer.decision) {
            Ok(reply) => send(&reply),
            Err(error) => pages::error::show(sts.clock.now(), received, &error),
        }
    } else {
        let step = flow.begin(sts, accounts);
        show(sts, flow, &step)
    };
    if is_new {
        set(&mut response, header::SET_COOKIE.as_str(), &cookie);
    }
    response
}

/// Over HTTPS the cookie goes along in the frames of other sites too, for single sign-on without a page. Browsers don't
/// allow that over HTTP.
fn cookie_attributes(base: &str) -> &'static str {
    if base.starts_with("https://") {
        "Path=/; HttpOnly; SameSite=None; Secure"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

/// The page of a step, or the answer.
pub(super) fn show(sts: &Sts, flow: Flow, step: &Step) -> Response {
    let hint = flow.request.login_hint().unwrap_or_default();
    let response = match (step, &flow.account) {
        (Step::Done(reply), _) => {
            sts.state().browsers.end_flow(&flow.id);
            return send(reply);
        }
        (Step::PickAccount(accounts), _) => page::pick_account(&flow, accounts),
        (Step::SecondFactor, Some(account)) => page::second_factor(&flow, account, None),
        (Step::Consent, Some(account)) => page::consent(&flow, account),
        _ => page::password(&flow, &hint, None),
    };
    sts.state().browsers.put_flow(flow);
    response
}

/// The answer on its way to the client.
fn send(reply: &Reply) -> Response {
    match reply {
        Reply::Form { uri, fields } => pages::form_post::send(uri, fields),
        Reply::Redirect(uri) => redirect(uri),
    }
}

/// Sends the browser elsewhere.
pub(super) fn redirect(uri: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    set(&mut response, header::LOCATION.as_str(), uri);
    set(&mut response, header::CACHE_CONTROL.as_str(), "no-store");
    set(&mut response, header::REFERRER_POLICY.as_str(), "no-referrer");
    response
}
