//! What /authorize answers with: the response types and modes, and the way back to the client.

use url::form_urlencoded;

use crate::errors::AadError;
use crate::received::Params;
use crate::redirect_uri::destination;
use crate::response_mode::ResponseMode;

/// What is asked for; nothing is `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResponseTypes {
    pub(crate) code: bool,
    pub(crate) id_token: bool,
    pub(crate) token: bool,
}

impl ResponseTypes {
    /// The order doesn't matter (OAuth 2.0 Multiple Response Types section 3).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut types = Self::default();
        if text == "none" {
            return Some(types);
        }
        for part in text.split(' ') {
            let flag = match part {
                "code" => &mut types.code,
                "id_token" => &mut types.id_token,
                "token" => &mut types.token,
                _ => return None,
            };
            if std::mem::replace(flag, true) {
                return None;
            }
        }
        // The service has every combination but this one.
        let code_and_token = types.code && types.token && !types.id_token;
        (!code_and_token).then_some(types)
    }

    pub(super) fn has_token(self) -> bool {
        self.id_token || self.token
    }

    /// Where the answer goes when the request doesn't say.
    pub(super) fn default_mode(self) -> ResponseMode {
        if self.has_token() { ResponseMode::Fragment } else { ResponseMode::Query }
    }

    /// Tokens don't travel in a query, where servers log them, and an access token alone only in a fragment.
    pub(super) fn allows(self, mode: ResponseMode) -> bool {
        match mode {
            ResponseMode::Query => !self.has_token(),
            ResponseMode::Fragment => true,
            ResponseMode::FormPost => self.code || self.id_token || !self.token,
        }
    }
}

/// Type and mode of a request. Where they are wrong, the mode for the error is the default one.
pub(super) fn read(params: &Params) -> (ResponseMode, Result<ResponseTypes, AadError>) {
    let text = params.get("response_type").unwrap_or_default();
    let types = ResponseTypes::parse(text);
    let default = types.unwrap_or_default().default_mode();
    let Some(asked) = params.get("response_mode") else {
        return (default, types.ok_or_else(|| unsupported(text)));
    };
    let mode = ResponseMode::parse(asked);
    match (types, mode) {
        (None, _) => (mode.unwrap_or(default), Err(unsupported(text))),
        (Some(types), Some(mode)) if types.allows(mode) => (mode, Ok(types)),
        _ => (default, Err(AadError::unsupported_response_mode(asked, text))),
    }
}

fn unsupported(response_type: &str) -> AadError {
    if response_type.is_empty() {
        return AadError::missing_parameter("response_type");
    }
    AadError::unsupported_response_type(&format!("'{response_type}' is not known"))
}

/// An answer on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The browser is sent there.
    Redirect(String),
    /// A form is posted there.
    Form { uri: String, fields: Vec<(&'static str, String)> },
}

impl Reply {
    pub(super) fn new(redirect_uri: &str, mode: ResponseMode, fields: Vec<(&'static str, String)>) -> Self {
        let mut uri = destination(redirect_uri, mode);
        let separator = match mode {
            ResponseMode::FormPost => return Self::Form { uri, fields },
            ResponseMode::Fragment => '#',
            ResponseMode::Query if uri.contains('?') => '&',
            ResponseMode::Query => '?',
        };
        uri.push(separator);
        uri.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish());
        Self::Redirect(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_types_are_a_set() {
        for (text, types) in [
            ("code", Some((true, false, false))),
            ("id_token", Some((false, true, false))),
            ("token", Some((false, false, true))),
            ("token id_token", Some((false, true, true))),
            ("id_token code", Some((true, true, false))),
            ("code id_token token", Some((true, true, true))),
            ("none", Some((false, false, false))),
            ("code token", None),
            ("code none", None),
            ("code code", None),
            ("Code", None),
            ("code  id_token", None),
            ("", None),
        ] {
            let parsed = ResponseTypes::parse(text).map(|t| (t.code, t.id_token, t.token));
            assert_eq!(parsed, types, "{text}");
        }
    }

    #[test]
    fn the_query_is_added_to() {
        let reply = |uri, mode| Reply::new(uri, mode, vec![("state", "a b&c".to_owned())]);
        let redirect = |text: &str| Reply::Redirect(text.to_owned());
        assert_eq!(
            reply("https://a.example/b", ResponseMode::Query),
            redirect("https://a.example/b?state=a+b%26c")
        );
        assert_eq!(
            reply("https://a.example/b?c=d", ResponseMode::Query),
            redirect("https://a.example/b?c=d&state=a+b%26c")
        );
        assert_eq!(
            reply("https://a.example/b?c=d", ResponseMode::Fragment),
            redirect("https://a.example/b?c=d#state=a+b%26c")
        );
    }
}
