//! The page where an administrator consents for everyone: sign-in and decision at once.

use std::sync::Arc;

use axum::response::Response;

use super::form::{accounts, alert, described, password_hint, status};
use super::{SELF, escape, page_under, policy, source};
use crate::configuration::{AppRegistration, User};

/// Asks for an administrator and the decision. `action` is where the form is sent, `client` where the browser goes then.
pub(crate) fn show(
    action: &str,
    client: &str,
    app: &AppRegistration,
    users: &[Arc<User>],
    upn: &str,
    wrong: Option<&str>,
) -> Response {
    let action = escape(action);
    let main = format!(
        "<p><strong>{app}</strong> asks for permissions for everyone in your organization.</p>\n\
         <form method=\"post\" action=\"{action}\">\n{alert}\
         <label for=\"username\">User name of an administrator</label>\n\
         <input id=\"username\" name=\"username\" type=\"email\" value=\"{upn}\" required autocomplete=\"off\" \
         spellcheck=\"false\"{described}>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" required autocomplete=\"off\" \
         aria-describedby=\"hint\">\n{hint}\
         <button class=\"main\" name=\"decision\" value=\"accept\">Accept</button>\n\
         <button name=\"decision\" value=\"decline\" formnovalidate>Decline</button>\n</form>\n\
         <h2>Accounts of the emulator</h2>\n{accounts}",
        app = escape(&app.name),
        alert = alert(wrong),
        upn = escape(upn),
        described = described(wrong),
        hint = password_hint(users, upn),
        accounts = accounts(&action, "", users),
    );
    let policy = policy("'none'", &format!("{SELF} {}", source(client)));
    page_under(&policy, status(wrong), "Permissions requested for your organization", &main)
}
