//! A token for reading, from a text that holds one: as it was pasted, cut, wrapped, or written by a careless issuer.
//!
//! Only for showing what is in it. What is validated is the text itself, which must be exact.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{base64url, json};
use crate::pem::base64;
use crate::text::{is_space, trimmed};

/// Members that have a token in the answers of services and tools.
const MEMBERS: [&str; 5] = ["access_token", "accessToken", "AccessToken", "token", "id_token"];

/// The compact serialization that can be read out of a text. Where nothing can be mended, it is the text without what
/// stands around the token.
pub fn repaired(text: &str) -> Zeroizing<String> {
    let found = token_in(trimmed(text));
    let parts: Vec<String> =
        found.split('.').map(|part| part.chars().filter(|c| !is_space(*c)).collect()).collect();
    let parts = Zeroizing::new(parts);
    Zeroizing::new(match parts.as_slice() {
        [header, payload] => format!("{}.{}.", object(header), object(payload)),
        [header, payload, signature] => {
            let signature = base64(&standard(signature)).map(|bytes| base64url::encode(&bytes));
            format!("{}.{}.{}", object(header), object(payload), signature.unwrap_or_default())
        }
        other => other.iter().map(|part| part.trim_end_matches('=')).collect::<Vec<_>>().join("."),
    })
}

/// Cuts off what is copied along with a token: quotes, a name in front, a comma behind.
fn token_in(text: &str) -> Cow<'_, str> {
    if text.starts_with('{') {
        let answer: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let token = MEMBERS.iter().find_map(|name| answer.get(*name)?.as_str()).unwrap_or(text);
        return token.to_owned().into();
    }
    let mut rest = text;
    loop {
        let shorter = without_name(rest.trim_matches(|c| {
            is_space(c) || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | ':' | '=')
        }));
        if shorter == rest {
            return rest.into();
        }
        rest = shorter;
    }
}

fn without_name(text: &str) -> &str {
    const NAMES: [&str; 6] =
        ["Authorization", "Proxy-Authorization", "Bearer", "access_token", "id_token", "token"];
    for name in NAMES {
        if let Some((first, rest)) = text.split_at_checked(name.len())
            && first.eq_ignore_ascii_case(name)
            && rest.starts_with(|c: char| is_space(c) || matches!(c, ':' | '=' | '"' | '\''))
        {
            return rest;
        }
    }
    text
}

/// A part with a JSON object, encoded as it should be; as it is if it can't be decoded.
fn object(part: &str) -> String {
    let Some(bytes) = base64(&standard(part)) else {
        return part.to_owned();
    };
    let text = String::from_utf8_lossy(&bytes);
    let text = trimmed(&text);
    if json::names_of_object(text).is_ok() {
        return base64url::encode(text.as_bytes());
    }
    base64url::encode(Zeroizing::new(mended(text)).as_bytes())
}

fn standard(part: &str) -> String {
    part.replace('-', "+").replace('_', "/")
}

/// JSON whose texts are valid: half of a surrogate pair, an escape that JSON doesn't have and a control character each
/// become a character of their own, so that only their text is affected.
pub(crate) fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    let mut is_text = false;
    while let Some(c) = rest.chars().next() {
        let (length, valid) = match c {
            '\\' if is_text => escape(rest),
            _ => (c.len_utf8(), true),
        };
        is_text ^= c == '"';
        match &rest[..length] {
            control if is_text && c.is_ascii_control() => {
                // Writing into a String can't fail.
                let _ = write!(mended, "\\u{:04x}", u32::from(c));
                debug_assert_eq!(control.len(), 1);
            }
            text if valid => mended.push_str(text),
            _ => mended.push(char::REPLACEMENT_CHARACTER),
        }
        rest = &rest[length..];
    }
    mended
}

/// The length of an escape, and whether JSON has it. Of one that it lacks, only the backslash counts, so that what follows
/// stays readable; of a lone surrogate, all of it.
fn escape(text: &str) -> (usize, bool) {
    match text.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (2, true),
        Some(b'u') => match (unit(text), text.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, true),
            (Some(0xd800..=0xdfff), _) => (6, false),
            (Some(_), _) => (6, true),
            (None, _) => (1, false),
        },
        _ => (1, false),
    }
}

fn unit(text: &str) -> Option<u16> {
    let digits =
        text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::jwt::Token;

    const CLAIMS: &str = r#"{"aud":"api://x","name":"Ünï","scp":"a b"}"#;

    fn token() -> String {
        format!(
            "{}.{}.c2lnbmF0dXJl",
            base64url::encode(b"{\"alg\":\"none\"}"),
            base64url::encode(CLAIMS.as_bytes())
        )
    }

    fn claims(text: &str) -> Map<String, Value> {
        let repaired = repaired(text);
        Token::decode(&repaired).unwrap_or_else(|error| panic!("{error}: {text}")).claims()
    }

    #[test]
    fn what_stands_around_a_token_is_cut_off() {
        let t = token();
        for text in [
            t.clone(),
            format!("\"{t}\","),
            format!(" '{t}'\r\n"),
            format!("Authorization: Bearer {t}"),
            format!("authorization:\tbearer\t{t}"),
            format!("-\"{t}\"").replace('-', ""),
            format!("BEARER   {t};"),
            format!("\"access_token\": \"{t}\","),
            format!("access_token={t}"),
            format!("'Authorization': 'Bearer {t}'"),
            format!("{{\"token_type\":\"Bearer\",\"access_token\":\"{t}\"}}"),
            format!("{{\"accessToken\":\"{t}\",\"expiresOn\":\"x\"}}"),
            format!("\u{feff}{t}\u{200b}"),
            // Wrapped by a mail, a terminal or an editor.
            t.as_bytes()
                .chunks(20)
                .map(|l| std::str::from_utf8(l).expect("ASCII"))
                .collect::<Vec<_>>()
                .join("\r\n"),
            t.replace('.', " . "),
            // Without its signature, or with a half of it.
            t.rsplit_once('.').expect("parts").0.to_owned(),
            t[..t.len() - 3].to_owned(),
            t[..t.len() - 12].to_owned(),
            // In the base64 of everyone else.
            t.split('.')
                .map(|p| format!("{}{}", standard(p), "=".repeat((4 - p.len() % 4) % 4)))
                .collect::<Vec<_>>()
                .join("."),
        ] {
            assert_eq!(claims(&text)["name"], "Ünï", "{text}");
        }
    }

    #[test]
    fn an_odd_escape_costs_its_own_text_alone() {
        for (value, expected) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\ud800\ud800\udc00""#, "\u{fffd}\u{10000}"),
            (r#""\udc00""#, "\u{fffd}"),
            (r#""it\'s""#, "it\u{fffd}'s"),
            (r#""\x41""#, "\u{fffd}x41"),
            (r#""\u12""#, "\u{fffd}u12"),
            ("\"a\tb\u{1}\"", "a\tb\u{1}"),
            (r#""fine \\ \" \u00e9 \ud83d\ude00""#, "fine \\ \" é 😀"),
        ] {
            let json = format!("{{\"x\":{value},\"aud\":\"api://x\"}}");
            let text = format!("e30.{}.", base64url::encode(json.as_bytes()));
            let claims = claims(&text);
            assert_eq!(
                (claims["x"].as_str(), claims["aud"].as_str()),
                (Some(expected), Some("api://x")),
                "{json}"
            );
        }
        // Latin-1 and a byte order mark in the payload.
        let text = format!("e30.{}.", base64url::encode(b"\xef\xbb\xbf{\"name\":\"J\xf6rg\",\"aud\":\"a\"}"));
        assert_eq!(claims(&text)["aud"], "a");
    }

    #[test]
    fn what_is_no_token_stays_none() {
        for text in ["", "Bearer", "hello", "a.b.c.d", "...", "\"\"", "{}", "{\"access_token\":7}", "é.é.é"]
        {
            assert!(Token::decode(&repaired(text)).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "([\"{}:, .=é\\\\]|Bearer|access_token|eyJ9|e30){0,12}", json in ".{0,40}") {
            drop(repaired(&text));
            let encoded = base64url::encode(format!("{{\"a\":\"{json}\"}}").as_bytes());
            drop(repaired(&format!("e30.{encoded}.")));
        }
    }
}
