//! What is requested of the authorization endpoint, and how it is returned (OAuth 2.0 Multiple Response Type Encoding
//! Practices; Microsoft, "OAuth 2.0 implicit grant flow").

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::params::field;

/// `code`, `id_token`, `token` and the supported combinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseType {
    /// A code, which is redeemed at the token endpoint.
    pub code: bool,
    /// An ID token, from the authorization endpoint itself.
    pub id_token: bool,
    /// An access token, from the authorization endpoint itself.
    pub token: bool,
}

impl ResponseType {
    /// The authorization code grant.
    pub const CODE: Self = Self { code: true, id_token: false, token: false };
    /// The implicit grant with both tokens.
    pub const ID_TOKEN_TOKEN: Self = Self { code: false, id_token: true, token: true };

    /// Whether the browser carries a token.
    pub fn has_token(self) -> bool {
        self.id_token || self.token
    }
}

/// The words may be in any order.
impl FromStr for ResponseType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |problem: &str| Err(Error::invalid_parameter(field::RESPONSE_TYPE, problem));
        let mut asked = Self { code: false, id_token: false, token: false };
        for word in text.split_whitespace() {
            match word {
                "code" => asked.code = true,
                "id_token" => asked.id_token = true,
                "token" => asked.token = true,
                _ => return refuse("must consist of code, id_token and token."),
            }
        }
        match asked {
            Self { code: true, id_token: false, token: true } => {
                refuse("'code token' isn't supported by Entra. Use code or 'code id_token'.")
            }
            Self { code: false, id_token: false, token: false } => {
                refuse("must consist of code, id_token and token.")
            }
            asked => Ok(asked),
        }
    }
}

/// In the order that the service uses.
impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [(self.code, "code"), (self.id_token, "id_token"), (self.token, "token")];
        let asked: Vec<&str> = words.into_iter().filter(|(asked, _)| *asked).map(|(_, word)| word).collect();
        f.write_str(&asked.join(" "))
    }
}

/// How the response reaches the redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of a redirect.
    Query,
    /// In the fragment of a redirect, which only a script on the page can read.
    Fragment,
    /// In a form that the browser posts: not in its history, not in logs.
    FormPost,
}

impl ResponseMode {
    /// The given mode if the response type allows it. Default: the one that leaves the fewest traces.
    pub fn of(given: Option<&str>, asked: ResponseType) -> Result<Self> {
        let token_alone = asked.token && !asked.id_token;
        let mode = match given {
            None if token_alone => Self::Fragment,
            None => Self::FormPost,
            Some(text) => text.parse()?,
        };
        let refuse = |problem: &str| Err(Error::invalid_parameter(field::RESPONSE_MODE, problem));
        match mode {
            Self::Query if asked.has_token() => refuse(
                "query can't carry tokens: URLs are kept in browser history and logs. Use form_post or fragment.",
            ),
            Self::FormPost if token_alone => refuse("the response type 'token' requires fragment."),
            mode => Ok(mode),
        }
    }
}

impl FromStr for ResponseMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "query" => Ok(Self::Query),
            "fragment" => Ok(Self::Fragment),
            "form_post" => Ok(Self::FormPost),
            _ => Err(Error::invalid_parameter(field::RESPONSE_MODE, "must be query, fragment or form_post.")),
        }
    }
}

impl fmt::Display for ResponseMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_any_order() {
        for (text, expected) in [
            ("code", "code"),
            ("id_token", "id_token"),
            ("token", "token"),
            ("token id_token", "id_token token"),
            ("id_token  code", "code id_token"),
            ("token code id_token", "code id_token token"),
        ] {
            assert_eq!(text.parse::<ResponseType>().expect(text).to_string(), expected);
        }
        for (text, words) in [
            ("", "consist of"),
            ("none", "consist of"),
            ("Code", "consist of"),
            ("token code", "isn't supported"),
        ] {
            let error = text.parse::<ResponseType>().expect_err(text);
            assert_eq!(error.parameter, Some("response_type"));
            assert!(error.message.contains(words), "{error}");
        }
    }

    #[test]
    fn each_type_has_its_modes() {
        // Microsoft's table: what is not in it is refused there.
        for (asked, default, query, form_post) in [
            ("code", "form_post", true, true),
            ("id_token", "form_post", false, true),
            ("token", "fragment", false, false),
            ("id_token token", "form_post", false, true),
            ("code id_token", "form_post", false, true),
            ("code id_token token", "form_post", false, true),
        ] {
            let asked: ResponseType = asked.parse().expect("a type");
            let mode = |given| ResponseMode::of(given, asked);
            assert_eq!(mode(None).expect("a default").to_string(), default, "{asked}");
            assert_eq!(mode(Some("query")).is_ok(), query, "{asked}");
            assert_eq!(mode(Some("form_post")).is_ok(), form_post, "{asked}");
            assert!(mode(Some("fragment")).is_ok(), "{asked}");
            assert_eq!(mode(Some("web_message")).expect_err("no mode").parameter, Some("response_mode"));
        }
    }
}
