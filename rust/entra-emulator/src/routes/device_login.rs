//! `/devicelogin`: where a person enters the code, signs in, and approves or declines.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::Request;
use crate::device::{DeviceFlow, DeviceState, normalize_user_code};
use crate::errors::AadError;
use crate::pages::device_login::{self as pages, CODE_PATH, DECISION_PATH, SIGN_IN_PATH};
use crate::pages::session::Session;
use crate::received::Received;
use crate::respond::set;
use crate::seed::{Standing, User};
use crate::sign_in::check_password;
use crate::state::App;

const COOKIE: &str = "entra_emulator_session";

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route(CODE_PATH, get(begin).post(enter_code))
        .route(SIGN_IN_PATH, get(restart).post(sign_in))
        .route(DECISION_PATH, get(restart).post(decide))
}

/// A new session and the form for the code, filled from `?user_code=` if it is there.
async fn begin(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let session = app.state().sessions.begin();
    let mut response = pages::code(&session, request.query.get("user_code").unwrap_or_default(), None);
    let cookie = format!("{COOKIE}={}; Path={CODE_PATH}; HttpOnly; SameSite=Strict", session.id);
    set(&mut response, "set-cookie", &cookie);
    response
}

/// A page that is only reached by a form was asked for directly, say by a reload.
async fn restart() -> Response {
    Redirect::to(CODE_PATH).into_response()
}

async fn enter_code(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let Some(mut session) = session(&app, &request) else {
        return pages::stale();
    };
    let typed = request.form_as_sent().get("user_code").unwrap_or_default();
    let user_code = normalize_user_code(typed);
    let found = {
        let now = app.clock.now();
        let mut state = app.state();
        pending(state.device_by_user_code(&user_code), now).map(|flow| flow.client)
    };
    match found {
        Ok(client) => {
            session.user_code = Some(user_code);
            session.user = None;
            app.state().sessions.put(&session);
            pages::sign_in(&session, client, "", None)
        }
        Err(text) => pages::code(&session, typed, Some(text)),
    }
}

async fn sign_in(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let Some(mut session) = session(&app, &request) else {
        return pages::stale();
    };
    let Some(user_code) = session.user_code.clone() else {
        return pages::stale();
    };
    let form = request.form_as_sent();
    let now = app.clock.now();
    let mut state = app.state();
    let flow = match pending(state.device_by_user_code(&user_code), now) {
        Ok(flow) => flow,
        Err(text) => return pages::code(&session, &user_code, Some(text)),
    };
    if let Some(upn) = form.get("pick") {
        return pages::sign_in(&session, flow.client, upn, None);
    }
    let upn = form.get("username").unwrap_or_default().trim();
    let checked = check_sign_in(upn, form.get("password").unwrap_or_default());
    match checked.and_then(|user| flow.admit(user).map(|()| user)) {
        Ok(user) => {
            session.user = Some(user);
            let response = pages::consent(&session, flow.client, user, &flow.scope);
            state.sessions.put(&session);
            response
        }
        Err(text) => pages::sign_in(&session, flow.client, upn, Some(&text)),
    }
}

async fn decide(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let Some(session) = session(&app, &request) else {
        return pages::stale();
    };
    let (Some(user_code), Some(user)) = (session.user_code.clone(), session.user) else {
        return pages::stale();
    };
    let decision = match request.form_as_sent().get("decision") {
        Some("approve") => DeviceState::Approved(user),
        Some("decline") => DeviceState::Declined,
        _ => return pages::stale(),
    };
    let now = app.clock.now();
    let mut state = app.state();
    let flow = match pending(state.device_by_user_code(&user_code), now) {
        Ok(flow) => flow,
        Err(text) => return pages::code(&session, &user_code, Some(text)),
    };
    let client = flow.client;
    match flow.decide(decision, now) {
        Ok(()) => {
            state.sessions.end(&session.id);
            pages::done(client, matches!(decision, DeviceState::Approved(_)))
        }
        Err(text) => pages::sign_in(&session, client, user.upn, Some(&text)),
    }
}

/// The session, if the cookie and the form's token belong together.
fn session(app: &App, request: &Received) -> Option<Session> {
    app.state().sessions.get(request.cookie(COOKIE)?, request.form_as_sent().get("csrf")?)
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
fn check_sign_in(upn: &str, password: &str) -> Result<&'static User, String> {
    let user = check_password(upn, password).and_then(|user| match user.standing {
        Standing::ConditionalAccess => Err(AadError::conditional_access("access_denied")),
        _ => Ok(user),
    });
    user.map_err(|error| format!("AADSTS{}: {}", error.number, error.text))
}
