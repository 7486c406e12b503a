//! `/devicelogin`: where a person enters the code, signs in, and approves or declines.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::Request;
use crate::catalog::Catalog;
use crate::configuration::User;
use crate::device::{DeviceFlow, DeviceState, normalize_user_code};
use crate::errors::AadError;
use crate::pages::device_login::{self as pages, CODE_PATH, DECISION_PATH, SIGN_IN_PATH};
use crate::received::Received;
use crate::respond::set;
use crate::sessions::Session;
use crate::sign_in::check_password;
use crate::state::Sts;

const COOKIE: &str = "entra_emulator_session";

pub(crate) fn router() -> Router<Arc<Sts>> {
    Router::new()
        .route(CODE_PATH, get(begin).post(enter_code))
        .route(SIGN_IN_PATH, get(restart).post(sign_in))
        .route(DECISION_PATH, get(restart).post(decide))
}

/// A new session and the form for the code, filled from `?user_code=` if it is there.
async fn begin(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let session = sts.state().sessions.begin();
    let mut response = pages::code(&session, request.query.get("user_code").unwrap_or_default(), None);
    let cookie = format!("{COOKIE}={}; Path={CODE_PATH}; HttpOnly; SameSite=Strict", session.id);
    set(&mut response, "set-cookie", &cookie);
    response
}

/// A page that is only reached by a form was asked for directly, say by a reload.
async fn restart() -> Response {
    Redirect::to(CODE_PATH).into_response()
}

async fn enter_code(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let Some(mut session) = session(&sts, &request) else {
        return pages::stale();
    };
    let typed = request.form_as_sent().get("user_code").unwrap_or_default();
    let user_code = normalize_user_code(typed);
    let found = {
        let now = sts.clock.now();
        let mut state = sts.state();
        pending(state.device_by_user_code(&user_code), now).map(|flow| Arc::clone(&flow.client))
    };
    match found {
        Ok(client) => {
            session.user_code = Some(user_code);
            session.user = None;
            sts.state().sessions.put(&session);
            pages::sign_in(&session, &client, sts.catalog().users(), "", None)
        }
        Err(text) => pages::code(&session, typed, Some(text)),
    }
}

async fn sign_in(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let Some(mut session) = session(&sts, &request) else {
        return pages::stale();
    };
    let Some(user_code) = session.user_code.clone() else {
        return pages::stale();
    };
    let form = request.form_as_sent();
    let catalog = sts.catalog();
    let now = sts.clock.now();
    let mut state = sts.state();
    let flow = match pending(state.device_by_user_code(&user_code), now) {
        Ok(flow) => flow,
        Err(text) => return pages::code(&session, &user_code, Some(text)),
    };
    if let Some(upn) = form.get("pick") {
        return pages::sign_in(&session, &flow.client, catalog.users(), upn, None);
    }
    let upn = form.get("username").unwrap_or_default().trim();
    let checked = check_sign_in(&catalog, upn, form.get("password").unwrap_or_default());
    match checked.and_then(|user| flow.admit(&user).map(|()| user)) {
        Ok(user) => {
            let response = pages::consent(&session, &flow.client, &user, &flow.scope);
            session.user = Some(user);
            state.sessions.put(&session);
            response
        }
        Err(text) => pages::sign_in(&session, &flow.client, catalog.users(), upn, Some(&text)),
    }
}

async fn decide(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let Some(session) = session(&sts, &request) else {
        return pages::stale();
    };
    let (Some(user_code), Some(user)) = (session.user_code.clone(), session.user.clone()) else {
        return pages::stale();
    };
    let decision = match request.form_as_sent().get("decision") {
        Some("approve") => DeviceState::Approved(Arc::clone(&user)),
        Some("decline") => DeviceState::Declined,
        _ => return pages::stale(),
    };
    let now = sts.clock.now();
    let mut state = sts.state();
    let flow = match pending(state.device_by_user_code(&user_code), now) {
        Ok(flow) => flow,
        Err(text) => return pages::code(&session, &user_code, Some(text)),
    };
    let client = Arc::clone(&flow.client);
    let approved = matches!(decision, DeviceState::Approved(_));
    match flow.decide(decision, now) {
        Ok(()) => {
            state.sessions.end(&session.id);
            pages::done(&client, approved)
        }
        Err(text) => {
            let name = &user.user_principal_name;
            pages::sign_in(&session, &client, sts.catalog().users(), name, Some(&text))
        }
    }
}

/// The session, if the cookie and the form's token belong together.
fn session(sts: &Sts, request: &Received) -> Option<Session> {
    sts.state().sessions.get(request.cookie(COOKIE)?, request.form_as_sent().get("csrf")?)
}

/// The flow of a code that still waits, or what to tell the person.
fn pending(flow: Option<&mut DeviceFlow>, now: u64) -> Result<&mut DeviceFlow, &'static str> {
    let flow = flow.ok_or("AADSTS90119: That code didn't work. Check the code and try again.")?;
    match flow.state_at(now) {
        DeviceState::Pending => Ok(flow),
        DeviceState::Expired => Err("AADSTS70020: This code has expired. Start again on your device."),
        _ => Err("AADSTS90120: This code was already used. Start again on your device."),
    }
}

/// What keeps this user from signing in. The page itself plays a second factor, where one is needed.
fn check_sign_in(catalog: &Catalog, upn: &str, password: &str) -> Result<Arc<User>, String> {
    let user = check_password(catalog, upn, password).and_then(|user| {
        if user.blocked_by_policy { Err(AadError::conditional_access("access_denied")) } else { Ok(user) }
    });
    user.map_err(|error| format!("AADSTS{}: {}", error.number, error.text))
}
