//! Claims requests (OpenID Connect Core section 5.5; Microsoft, "Claims challenges"), from whatever brought them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::pem::base64;
use crate::text::trimmed;

/// Names of the member, header parameter and command-line argument that a challenge stands behind.
const NAMES: [&str; 4] = ["claims", "ClaimsChallenge", "claims-challenge", "claims_challenge"];

/// The JSON of a claims request, given as JSON, as its base64, as the `WWW-Authenticate` header or the JSON body that it
/// came in, or inside a message.
pub(crate) fn claims_request(given: &str) -> Result<String> {
    let given = trimmed(given);
    as_request(given).or_else(|| in_text(given)).ok_or_else(|| {
        let problem = "must be a JSON object, its base64, or the response (header or body) that contains a claims challenge.";
        Error::invalid_parameter("claims", problem)
    })
}

/// A whole text that is a claims request, or a body with one.
fn as_request(text: &str) -> Option<String> {
    if text.starts_with('{') {
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        return if is_body(&object) { in_body(&Value::Object(object)) } else { Some(text.to_owned()) };
    }
    let text = percent_decoded(text);
    let standard = text.replace('-', "+").replace('_', "/");
    let decoded = String::from_utf8(base64(&standard)?.to_vec()).ok()?;
    serde_json::from_str::<Map<String, Value>>(&decoded).is_ok().then_some(decoded)
}

/// A claims request holds claims by where they are to be; the body of an answer has members of other names.
fn is_body(object: &Map<String, Value>) -> bool {
    object.keys().any(|name| name == "error" || name == "Error" || is_name(name))
}

/// The challenge somewhere in a body: Entra ID has it in `claims`, gateways in a message.
fn in_body(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => {
            let named = members.iter().filter(|(name, _)| is_name(name));
            let direct = named.filter_map(|(_, value)| match value {
                Value::String(text) => as_request(trimmed(text)),
                Value::Object(_) => Some(value.to_string()),
                _ => None,
            });
            direct.into_iter().next().or_else(|| members.values().find_map(in_body))
        }
        Value::Array(items) => items.iter().find_map(in_body),
        Value::String(text) => in_text(text),
        _ => None,
    }
}

/// The first challenge behind one of the [`NAMES`] in a header or a message. Values stand in quotes or not, with blanks
/// around `=` or not (RFC 9110 section 11.2, and what services send instead).
fn in_text(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '"') {
        rest = &rest[start..];
        if let Some(quoted) = rest.strip_prefix('"') {
            // A quoted value of another parameter: what stands in it is not a name.
            rest = quoted.split_once('"').map_or(quoted, |(_, behind)| behind);
            continue;
        }
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        rest = behind;
        if is_name(name)
            && let Some(request) = value(behind).and_then(|value| as_request(trimmed(&value)))
        {
            return Some(request);
        }
    }
    None
}

/// The value behind a name: quoted, a JSON object, or up to the next comma or blank.
fn value(text: &str) -> Option<Cow<'_, str>> {
    // In a header `=`, in a message also a blank or a colon.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | '"' | '\\'));
    if text.starts_with('{') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(_)) = values.next() {
            return Some(text[..values.byte_offset()].into());
        }
        // In quotes, each quote of it has a backslash in front.
        let plain = text.replace("\\\"", "\"");
        let mut values = serde_json::Deserializer::from_str(&plain).into_iter::<Value>();
        return values.next()?.ok().map(|value| value.to_string().into());
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '\\'));
    Some(text[..end.unwrap_or(text.len())].into())
}

fn is_name(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    // In base64, a plus is a digit and not a blank.
    let text = text.replace('+', "%2B");
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
        .into()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1635527790"}}}"#;
    const URI: &str = "https://login.microsoftonline.com/common/oauth2/authorize";

    fn read(given: &str) -> Value {
        let json = claims_request(given).unwrap_or_else(|error| panic!("{error}: {given}"));
        serde_json::from_str(&json).expect("JSON")
    }

    #[test]
    fn json_and_base64_give_the_same() {
        let padded = STANDARD.encode(CLAIMS);
        let unpadded = URL_SAFE_NO_PAD.encode(CLAIMS);
        let wrapped = format!("{}\r\n{}", &padded[..40], &padded[40..]);
        let percent = padded.replace('=', "%3D").replace('+', "%2B");
        for given in [CLAIMS, &padded, &unpadded, &wrapped, &percent, &format!("\u{feff} {CLAIMS}\r\n")] {
            assert_eq!(claims_request(given).expect(given), CLAIMS);
        }
    }

    #[test]
    fn a_header_is_read_as_services_send_it() {
        let c = STANDARD.encode(CLAIMS);
        let expected: Value = serde_json::from_str(CLAIMS).expect("JSON");
        let escaped = CLAIMS.replace('"', "\\\"");
        for header in [
            // Azure Resource Manager
            format!(
                "Bearer realm=\"\", authorization_uri=\"{URI}\", error=\"insufficient_claims\", claims=\"{c}\""
            ),
            format!(
                "Bearer authorization_uri=\"{URI}\", error=\"insufficient_claims\", claims=\"{c}\", error_description=\"x\""
            ),
            // Microsoft Graph, with an URI that isn't quoted
            format!(
                "Bearer realm=\"\", authorization_uri={URI}, client_id=\"c\", errorDescription=\"no claims=here\", error=\"insufficient_claims\", claims=\"{c}\""
            ),
            format!("Bearer claims={c},error=insufficient_claims"),
            format!("Bearer claims={c}"),
            format!("Bearer claims = \"{c}\" , error = \"insufficient_claims\""),
            format!("Bearer\tCLAIMS=\"{c}\""),
            // Second scheme, second header
            format!("PoP nonce=\"a=b,c\", Bearer realm=\"\", claims=\"{c}\""),
            format!("Negotiate, NTLM, Bearer claims=\"{c}\""),
            format!(
                "Bearer realm=\"other\", error=\"invalid_token\", Bearer error=\"insufficient_claims\", claims=\"{c}\""
            ),
            format!("WWW-Authenticate: Bearer claims=\"{c}\""),
            // The claims in plain
            format!("Bearer error=\"insufficient_claims\", claims={CLAIMS}, realm=\"\""),
            format!("Bearer error=\"insufficient_claims\", claims=\"{escaped}\", realm=\"\""),
            // A message of Az PowerShell
            format!(
                "Run the command below.\nConnect-AzAccount -Tenant (Get-AzContext).Tenant.Id -ClaimsChallenge \"{c}\"\n"
            ),
            format!("az login --claims-challenge {c}"),
        ] {
            assert_eq!(read(&header), expected, "{header}");
        }
    }

    #[test]
    fn a_body_is_searched() {
        let c = STANDARD.encode(CLAIMS);
        let expected: Value = serde_json::from_str(CLAIMS).expect("JSON");
        for body in [
            serde_json::json!({ "error": "interaction_required", "error_codes": [50076], "claims": CLAIMS }),
            serde_json::json!({ "error": { "code": "Unauthorized", "message": format!("Denied. claims=\"{c}\"") } }),
            serde_json::json!({ "error": { "code": "x", "innererror": [{ "ClaimsChallenge": c }] } }),
            serde_json::json!({ "error": "x", "claims": expected.clone() }),
        ] {
            assert_eq!(read(&body.to_string()), expected, "{body}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for given in [
            "",
            "nbf",
            "[]",
            "{",
            "Bearer realm=\"\"",
            "Bearer claims=\"%%\"",
            "Bearer errorDescription=\"claims={}\"",
            "MTIz",
            "bearé",
            "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"The claims are fine.\"}}",
        ] {
            assert_eq!(claims_request(given).expect_err(given).parameter, Some("claims"), "{given}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(given in ".{0,60}", behind in "[ ={\"\\\\a,:}%é]{0,20}") {
            drop(claims_request(&given));
            drop(claims_request(&format!("Bearer claims{behind}")));
        }
    }
}
