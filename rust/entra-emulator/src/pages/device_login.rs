//! The four pages of `/devicelogin`: code, sign-in, consent, done.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use super::form::{accounts, alert, credentials, described, hidden, items, status};
use super::{escape, page};
use crate::configuration::{AppRegistration, User};
use crate::sessions::Session;

/// Where a code is entered and sent.
pub(crate) const CODE_PATH: &str = "/devicelogin";
/// Where user name and password are sent.
pub(crate) const SIGN_IN_PATH: &str = "/devicelogin/signin";
/// Where the answer to the app is sent.
pub(crate) const DECISION_PATH: &str = "/devicelogin/decision";

/// Asks for the user code.
pub(crate) fn code(session: &Session, typed: &str, wrong: Option<&str>) -> Response {
    let main = format!(
        "<form method=\"post\" action=\"{CODE_PATH}\">\n{csrf}{alert}\
         <label for=\"user_code\">Code shown by your app or device</label>\n\
         <input class=\"code\" id=\"user_code\" name=\"user_code\" value=\"{typed}\" required autofocus \
         autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"32\"{described}>\n\
         <button class=\"main\">Next</button>\n</form>\n",
        csrf = csrf(session),
        alert = alert(wrong),
        typed = escape(typed),
        described = described(wrong),
    );
    page(status(wrong), "Enter code", &main)
}

/// Asks who is there. `upn` is what was typed or picked.
pub(crate) fn sign_in(
    session: &Session,
    app: &AppRegistration,
    users: &[Arc<User>],
    upn: &str,
    wrong: Option<&str>,
) -> Response {
    let main = format!(
        "<p>You're signing in to <strong>{app}</strong> on another device. If you didn't start that, close this \
         page.</p>\n{credentials}<h2>Accounts of the emulator</h2>\n{accounts}",
        app = escape(&app.name),
        credentials = credentials(SIGN_IN_PATH, &csrf(session), users, upn, wrong),
        accounts = accounts(SIGN_IN_PATH, &csrf(session), users),
    );
    page(status(wrong), "Sign in", &main)
}

/// Asks whether the app may. Neither button has the focus: Enter, pressed once too often, must not approve.
pub(crate) fn consent(session: &Session, app: &AppRegistration, user: &User, scope: &str) -> Response {
    let main = format!(
        "<p>Signed in as {name} ({upn}).</p>\n\
         <p><strong>{app}</strong> asks to sign in for you, with access to:</p>\n<ul>\n{scopes}</ul>\n\
         <form method=\"post\" action=\"{DECISION_PATH}\">\n{csrf}\
         <button class=\"main\" name=\"decision\" value=\"approve\">Approve</button>\n\
         <button name=\"decision\" value=\"decline\">Decline</button>\n</form>\n",
        name = escape(&user.name),
        upn = escape(&user.user_principal_name),
        app = escape(&app.name),
        scopes = items(scope.split_whitespace()),
        csrf = csrf(session),
    );
    page(StatusCode::OK, &format!("Are you trying to sign in to {}?", app.name), &main)
}

/// Nothing more to do here.
pub(crate) fn done(app: &AppRegistration, approved: bool) -> Response {
    let name = escape(&app.name);
    let (title, text) = if approved {
        (
            "You're signed in",
            format!("You have signed in to <strong>{name}</strong>. You can close this page."),
        )
    } else {
        ("Declined", format!("<strong>{name}</strong> was not signed in. You can close this page."))
    };
    page(StatusCode::OK, title, &format!("<p role=\"status\">{text}</p>\n"))
}

/// The form is not one of this browser's session: it is too old, or came from elsewhere.
pub(crate) fn stale() -> Response {
    let main = format!(
        "<p class=\"wrong\" role=\"alert\">This form is no longer valid.</p>\n\
         <p><a href=\"{CODE_PATH}\" autofocus>Enter the code again</a></p>\n"
    );
    page(StatusCode::FORBIDDEN, "Start again", &main)
}

fn csrf(session: &Session) -> String {
    hidden("csrf", &session.csrf)
}
