//! `/login/…`: where the forms of the sign-in pages are sent.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};

use super::Request;
use super::authorize::{COOKIE, show};
use crate::authorize::{Flow, Step};
use crate::errors::AadError;
use crate::pages::authorize::{
    self as page, ACCOUNT_PATH, CANCEL_PATH, CONSENT_PATH, PASSWORD_PATH, SECOND_FACTOR_PATH,
};
use crate::received::{Params, Received};
use crate::state::Sts;

pub(crate) fn router() -> Router<Arc<Sts>> {
    Router::new()
        .route(ACCOUNT_PATH, post(account).get(restart))
        .route(PASSWORD_PATH, post(password).get(restart))
        .route(SECOND_FACTOR_PATH, post(second_factor).get(restart))
        .route(CONSENT_PATH, post(consent).get(restart))
        .route(CANCEL_PATH, post(cancel).get(restart))
}

/// A page that is only reached by a form was asked for directly, say by a reload.
async fn restart() -> Response {
    page::stale()
}

async fn account(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    step(&sts, &request, |flow, form| {
        let accounts = sts.state().browsers.accounts(&flow.browser);
        let picked = form.get("pick").and_then(|upn| {
            let mut admitted = accounts
                .into_iter()
                .filter(|account| flow.request.tenant.admits_to(&flow.request.client, &account.user));
            admitted.find(|account| account.user.user_principal_name == upn)
        });
        match picked {
            Some(account) => {
                flow.account = Some(account);
                Answer::Step(flow.next(&sts))
            }
            None => Answer::Page(page::password(flow, "", None)),
        }
    })
}

async fn password(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    step(&sts, &request, |flow, form| {
        if let Some(upn) = form.get("pick") {
            return Answer::Page(page::password(flow, upn, None));
        }
        let upn = form.get("username").unwrap_or_default().trim();
        match flow.sign_in(&sts, upn, form.get("password").unwrap_or_default()) {
            Ok(()) => Answer::Step(flow.next(&sts)),
            Err(error) => {
                let wrong = format!("AADSTS{}: {}", error.number, error.text);
                Answer::Page(page::password(flow, upn, Some(&wrong)))
            }
        }
    })
}

async fn second_factor(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    step(&sts, &request, |flow, form| {
        let typed = form.get("number").unwrap_or_default().trim();
        match &flow.account {
            Some(account) if typed != flow.number.to_string() => {
                let wrong = "That isn't the number shown. Try again.";
                Answer::Page(page::second_factor(flow, account, Some(wrong)))
            }
            _ => {
                flow.confirm(&sts);
                Answer::Step(flow.next(&sts))
            }
        }
    })
}

async fn consent(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    step(&sts, &request, |flow, form| match form.get("decision") {
        Some("accept") => {
            flow.consent(&sts);
            Answer::Step(flow.next(&sts))
        }
        Some("decline") => Answer::Step(Step::Done(flow.refuse(&sts, AadError::consent_declined()))),
        _ => Answer::Page(page::stale()),
    })
}

async fn cancel(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    step(&sts, &request, |flow, _| Answer::Step(Step::Done(flow.refuse(&sts, AadError::cancelled()))))
}

/// What a form is answered with.
enum Answer {
    /// What comes next.
    Step(Step),
    /// A page of the same step.
    Page(Response),
}

/// Lets `act` go on with the sign-in of a form, if the form is one of this browser's.
fn step(sts: &Sts, request: &Received, act: impl FnOnce(&mut Flow, &Params) -> Answer) -> Response {
    let form = request.form_as_sent();
    let ids = (form.get("flow"), request.cookie(COOKIE));
    let (Some(id), Some(browser)) = ids else {
        return page::stale();
    };
    let found = sts.state().browsers.flow(id, browser);
    let Some(mut flow) = found else {
        return page::stale();
    };
    match act(&mut flow, form) {
        Answer::Step(step) => show(sts, flow, &step),
        Answer::Page(response) => response,
    }
}
