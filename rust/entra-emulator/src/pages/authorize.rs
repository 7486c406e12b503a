//! The pages between a request to /authorize and its answer: account, password, second factor, consent.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use super::form::{accounts, alert, credentials, described, hidden, items, status};
use super::{SELF, escape, page_under, policy, source};
use crate::account::Account;
use crate::authorize::Flow;
use crate::configuration::{Mfa, User};
use crate::scopes::RequestedScopes;

/// Where one of the accounts that are signed in is picked, or another one is asked for.
pub(crate) const ACCOUNT_PATH: &str = "/login/account";
/// Where user name and password are sent.
pub(crate) const PASSWORD_PATH: &str = "/login/password";
/// Where the second factor is sent.
pub(crate) const SECOND_FACTOR_PATH: &str = "/login/factor";
/// Where the answer to the app is sent.
pub(crate) const CONSENT_PATH: &str = "/login/consent";
/// Where a person leaves.
pub(crate) const CANCEL_PATH: &str = "/login/cancel";

/// Asks which of the accounts that are signed in it is to be.
pub(crate) fn pick_account(flow: &Flow, signed_in: &[Account]) -> Response {
    let token = token(flow);
    let main = format!(
        "{continue_to}{accounts}\
         <form class=\"accounts\" method=\"post\" action=\"{ACCOUNT_PATH}\">\n{token}\
         <button name=\"other\" value=\"1\">Use another account</button>\n</form>\n{cancel}",
        cancel = cancel(&token),
        continue_to = continue_to(flow),
        accounts = accounts(ACCOUNT_PATH, &token, signed_in.iter().map(|account| &account.user)),
    );
    page(flow, StatusCode::OK, "Pick an account", &main)
}

/// Asks who is there. `upn` is what was typed, picked or hinted at.
pub(crate) fn password(flow: &Flow, upn: &str, wrong: Option<&str>) -> Response {
    let token = token(flow);
    let request = &flow.request;
    let admits = |user: &&Arc<User>| request.tenant.admits_to(&request.client, user);
    let known: Vec<_> = request.catalog.users().iter().filter(admits).cloned().collect();
    let main = format!(
        "{continue_to}{credentials}{cancel}<h2>Accounts of the emulator</h2>\n{accounts}",
        continue_to = continue_to(flow),
        credentials = credentials(PASSWORD_PATH, &token, &known, upn, wrong),
        cancel = cancel(&token),
        accounts = accounts(PASSWORD_PATH, &token, &known),
    );
    page(flow, status(wrong), "Sign in", &main)
}

/// Plays the second factor: the number that a phone would ask for is typed here.
pub(crate) fn second_factor(flow: &Flow, account: &Account, wrong: Option<&str>) -> Response {
    let (title, text) = if account.user.mfa == Mfa::Registration {
        (
            "More information required",
            "Your organization requires a second factor. A real sign-in would register a phone now; here the number is enough.",
        )
    } else {
        ("Approve sign in request", "Your phone would ask for this number. Enter it below.")
    };
    let main = format!(
        "{who}<p>{text}</p>\n<p class=\"number\"><span>Number to enter: </span>{number}</p>\n\
         <form method=\"post\" action=\"{SECOND_FACTOR_PATH}\">\n{token}{alert}\
         <label for=\"number\">Enter the number shown</label>\n\
         <input class=\"code\" id=\"number\" name=\"number\" inputmode=\"numeric\" required autofocus \
         autocomplete=\"off\" maxlength=\"2\"{described}>\n\
         <button class=\"main\">Yes, it's me</button>\n</form>\n{cancel}",
        who = who(account),
        number = flow.number,
        token = token(flow),
        cancel = cancel(&token(flow)),
        alert = alert(wrong),
        described = described(wrong),
    );
    page(flow, status(wrong), title, &main)
}

/// Asks whether the app may. No button has the focus: Enter, pressed once too often, must not accept.
pub(crate) fn consent(flow: &Flow, account: &Account) -> Response {
    let mut scopes: Vec<String> = Vec::new();
    for scope in flow.request.scopes.iter().flat_map(RequestedScopes::asked) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let main = format!(
        "{who}<p><strong>{app}</strong> asks for:</p>\n<ul>\n{scopes}</ul>\n\
         <form method=\"post\" action=\"{CONSENT_PATH}\">\n{token}\
         <button class=\"main\" name=\"decision\" value=\"accept\">Accept</button>\n\
         <button name=\"decision\" value=\"decline\">Decline</button>\n</form>\n",
        who = who(account),
        scopes = items(scopes.iter().map(String::as_str)),
        app = escape(&flow.request.client.name),
        token = token(flow),
    );
    page(flow, StatusCode::OK, "Permissions requested", &main)
}

/// The form is not one of this browser's: it is too old, or came from elsewhere.
pub(crate) fn stale() -> Response {
    let main = "<p class=\"wrong\" role=\"alert\">This form is no longer valid.</p>\n\
                <p>Start again in your app.</p>\n";
    super::page(StatusCode::FORBIDDEN, "Start again", main)
}

fn token(flow: &Flow) -> String {
    hidden("flow", &flow.id)
}

fn continue_to(flow: &Flow) -> String {
    format!("<p>to continue to <strong>{}</strong></p>\n", escape(&flow.request.client.name))
}

fn who(account: &Account) -> String {
    format!(
        "<p>Signed in as {} ({}).</p>\n",
        escape(&account.user.name),
        escape(&account.user.user_principal_name)
    )
}

fn cancel(token: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{CANCEL_PATH}\">\n{token}\
         <button class=\"quiet\">Cancel and go back to the app</button>\n</form>\n"
    )
}

/// The policy counts for redirects too: what a form is answered with leads to the client.
fn page(flow: &Flow, status: StatusCode, title: &str, main: &str) -> Response {
    let client = source(&flow.request.target.redirect_uri.uri);
    page_under(&policy("'none'", &format!("{SELF} {client}")), status, title, main)
}
