//! The response of the authorization endpoint (RFC 6749 section 4.1.2, `OpenID` Connect Core section 3.3.2.5).

use serde_json::{Map, Value};

use super::response_type::ResponseType;
use crate::error::{Error, Result};
use crate::params::field;
use crate::token::from_members;

/// Entra's name for `suberror` here.
const ERROR_SUBCODE: &str = "error_subcode";

/// A successful response with everything that was requested. Its state was checked before.
#[derive(Debug)]
pub(crate) struct Response(pub(crate) Map<String, Value>);

impl Response {
    pub(crate) fn read(mut fields: Map<String, Value>, asked: ResponseType) -> Result<Self> {
        if fields.contains_key("error") {
            if let Some(subcode) = fields.remove(ERROR_SUBCODE) {
                fields.insert("suberror".to_owned(), subcode);
            }
            return Err(from_members(&fields, "at the sign-in"));
        }
        for (wanted, name) in
            [(asked.code, field::CODE), (asked.id_token, field::ID_TOKEN), (asked.token, field::ACCESS_TOKEN)]
        {
            let there = fields.get(name).and_then(Value::as_str).is_some_and(|value| !value.is_empty());
            if wanted && !there {
                let message = format!("The sign-in's response has no {name}.");
                return Err(Error::invalid_response(message));
            }
            if !wanted {
                // Not requested, so nothing proves it.
                fields.remove(name);
            }
        }
        Ok(Self(fields))
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(fields: &Value, asked: &str) -> Result<Response> {
        Response::read(fields.as_object().cloned().expect("an object"), asked.parse().expect("a type"))
    }

    #[test]
    fn an_error_keeps_the_services_fields() {
        let error = read(
            &json!({ "error": "access_denied", "error_subcode": "cancel", "state": "s", "error_uri": "https://login/e",
                "error_description": "AADSTS65004: User declined to consent. Trace ID: t Correlation ID: c" }),
            "code",
        )
        .expect_err("an error");
        assert_eq!((error.error.as_str(), error.http_status), ("access_denied", None));
        assert_eq!(error.error_codes, [65004]);
        assert_eq!(error.message, "AADSTS65004: User declined to consent.");
        assert_eq!(error.suberror.as_deref(), Some("cancel"));
        assert_eq!(error.error_uri.as_deref(), Some("https://login/e"));
        let bare = read(&json!({ "error": "server_error\u{1b}[2J" }), "code").expect_err("an error");
        assert_eq!(bare.message, "The service answered at the sign-in with server_error[2J.");
    }

    #[test]
    fn what_was_asked_for_must_be_there_and_nothing_else_is_taken() {
        for asked in ["code", "id_token", "token", "code id_token", "id_token token"] {
            let all = json!({ "code": "c", "id_token": "i", "access_token": "a", "session_state": "s" });
            let response = read(&all, asked).expect("complete");
            let asked: ResponseType = asked.parse().expect("a type");
            assert_eq!(response.text("code").is_some(), asked.code);
            assert_eq!(response.text("id_token").is_some(), asked.id_token);
            assert_eq!(response.text("access_token").is_some(), asked.token);
            assert_eq!(response.text("session_state"), Some("s"));
        }
        for (fields, asked, missing) in [
            (json!({ "id_token": "i" }), "code", "code"),
            (json!({ "code": "" }), "code", "code"),
            (json!({ "code": "c" }), "code id_token", "id_token"),
            (json!({ "id_token": "i" }), "id_token token", "access_token"),
            (json!({}), "token", "access_token"),
        ] {
            let error = read(&fields, asked).expect_err(asked);
            assert_eq!(error.error, "invalid_response");
            assert!(error.message.ends_with(&format!("no {missing}.")), "{error}");
        }
    }
}
