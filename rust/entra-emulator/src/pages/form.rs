//! What the forms have in common.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::StatusCode;

use super::escape;
use crate::configuration::User;

/// A field that the person doesn't see.
pub(super) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value))
}

/// What is wrong, if anything is.
pub(super) fn alert(wrong: Option<&str>) -> String {
    wrong.map_or_else(String::new, |text| {
        format!("<p class=\"wrong\" id=\"wrong\" role=\"alert\">{}</p>\n", escape(text))
    })
}

/// Ties a field to the alert, for screen readers.
pub(super) fn described(wrong: Option<&str>) -> &'static str {
    if wrong.is_some() { " aria-invalid=\"true\" aria-describedby=\"wrong\"" } else { "" }
}

pub(super) fn status(wrong: Option<&str>) -> StatusCode {
    if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

/// Asks for user name and password. `token` is the hidden field that shows whose form it is; `upn` is what was typed
/// or picked.
pub(super) fn credentials(
    action: &str,
    token: &str,
    users: &[Arc<User>],
    upn: &str,
    wrong: Option<&str>,
) -> String {
    let (name_focus, password_focus) = if upn.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
    format!(
        "<form method=\"post\" action=\"{action}\">\n{token}{alert}\
         <label for=\"username\">User name</label>\n\
         <input id=\"username\" name=\"username\" type=\"email\" value=\"{upn}\" required autocomplete=\"off\" \
         spellcheck=\"false\"{described}{name_focus}>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" required autocomplete=\"off\" \
         aria-describedby=\"hint\"{password_focus}>\n\
         {hint}\
         <button class=\"main\">Sign in</button>\n</form>\n",
        alert = alert(wrong),
        upn = escape(upn),
        described = described(wrong),
        hint = password_hint(users, upn),
    )
}

/// Passwords are no secret here: the one of the user who was picked, or of the first one.
pub(super) fn password_hint(users: &[Arc<User>], upn: &str) -> String {
    let Some(first) = users.first() else {
        return "<small id=\"hint\">This directory has no users.</small>\n".to_owned();
    };
    let text = if users.iter().all(|user| user.password == first.password) {
        format!("the password of every account is <code>{}</code>", escape(&first.password))
    } else {
        let picked = users.iter().find(|user| user.user_principal_name.eq_ignore_ascii_case(upn));
        match picked {
            Some(user) => format!("this account's password is <code>{}</code>", escape(&user.password)),
            None => "pick an account below to see its password".to_owned(),
        }
    };
    format!("<small id=\"hint\">Emulator only: {text}</small>\n")
}

/// The items of a list.
pub(super) fn items<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut items = String::new();
    for text in texts {
        let _ = writeln!(items, "<li>{}</li>", escape(text));
    }
    items
}

/// Offers accounts. The button's value is the user name.
pub(super) fn accounts<'a>(
    action: &str,
    token: &str,
    users: impl IntoIterator<Item = &'a Arc<User>>,
) -> String {
    let mut form = format!("<form class=\"accounts\" method=\"post\" action=\"{action}\">\n{token}");
    for user in users {
        let (upn, name) = (escape(&user.user_principal_name), escape(&user.name));
        let _ = writeln!(form, "<button name=\"pick\" value=\"{upn}\">{name}<small>{upn}</small></button>");
    }
    form.push_str("</form>\n");
    form
}
