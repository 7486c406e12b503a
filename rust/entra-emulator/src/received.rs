//! A request as it came in: what handlers read and what the control API shows.

use axum::http::{HeaderMap, Method, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

use crate::errors::AadError;

/// Parameters of a query or a form, in order.
#[derive(Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of this name. Like the service, an empty value counts as none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that has to be there.
    pub(crate) fn require(&self, name: &str) -> Result<&str, AadError> {
        self.get(name).ok_or_else(|| AadError::missing_parameter(name))
    }

    fn duplicate(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }

    /// As a JSON object; the last of several values stays.
    pub(crate) fn to_json(&self) -> Value {
        Value::Object(self.0.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
    }
}

/// A request with its body read.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    /// The path, its fixed segments in lower case.
    pub(crate) path: String,
    /// The path as it was sent.
    pub(crate) sent_path: String,
    /// Path and query.
    pub(crate) sent_uri: String,
    pub(crate) query: Params,
    form: Params,
    malformed: bool,
    malformed_query: bool,
    pub(crate) headers: HeaderMap,
    /// Scheme and host by which the client reached the emulator, without a slash at the end.
    pub(crate) base: String,
    /// ID of this request; Entra calls it `trace_id` in errors and `x-ms-request-id` in headers.
    pub(crate) trace_id: String,
    /// ID that the client gave to its whole operation, or a new one.
    pub(crate) correlation_id: String,
}

impl Received {
    pub(crate) fn new(base: String, method: Method, uri: &Uri, headers: HeaderMap, body: &[u8]) -> Self {
        let query = Params::parse(uri.query().unwrap_or_default().as_bytes());
        let is_form = text(&headers, header::CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == FORM));
        // A body of another type has no parameters, as at the service: the first one is then reported missing.
        let form = if is_form { Params::parse(body) } else { Params::default() };
        let client_request_id = text(&headers, CLIENT_REQUEST_ID)
            .or_else(|| form.get(CLIENT_REQUEST_ID))
            .or_else(|| query.get(CLIENT_REQUEST_ID));
        let correlation_id =
            client_request_id.and_then(|id| Uuid::parse_str(id).ok()).unwrap_or_else(Uuid::new_v4);
        Self {
            base,
            method,
            path: uri.path().to_owned(),
            sent_path: uri.path().to_owned(),
            sent_uri: uri.path_and_query().map_or_else(String::new, ToString::to_string),
            malformed: is_form && !is_well_formed(body),
            malformed_query: !is_well_formed(uri.query().unwrap_or_default().as_bytes()),
            correlation_id: correlation_id.to_string(),
            query,
            form,
            headers,
            trace_id: Uuid::new_v4().to_string(),
        }
    }

    /// The form, if it is one that the service would read.
    pub(crate) fn form(&self) -> Result<&Params, AadError> {
        checked(&self.form, self.malformed)
    }

    /// What a request to /authorize asks for: its form if it is a POST, else its query.
    pub(crate) fn parameters(&self) -> Result<&Params, AadError> {
        if self.method == Method::POST { self.form() } else { checked(&self.query, self.malformed_query) }
    }

    /// The form's parameters as they came, for the log.
    pub(crate) fn form_as_sent(&self) -> &Params {
        &self.form
    }

    /// The client ID that the request names, by a parameter or by HTTP Basic.
    pub(crate) fn client_id(&self) -> Option<String> {
        let named = self.form.get("client_id").or_else(|| self.query.get("client_id"));
        let by_basic = || {
            let (scheme, encoded) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
            let decoded =
                STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
            let text = String::from_utf8(decoded).ok()?;
            Some(text.split_once(':')?.0.to_owned())
        };
        named.map(str::to_owned).or_else(by_basic)
    }

    /// The bearer token, if there is one.
    pub(crate) fn bearer_token(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
    }

    /// A header, if there and text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// A cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.header(header::COOKIE.as_str())?.split(';');
        cookies.find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether the client wants its `client-request-id` back.
    pub(crate) fn wants_request_id(&self) -> bool {
        let flag = self.header(RETURN_CLIENT_REQUEST_ID).or_else(|| self.form.get(RETURN_CLIENT_REQUEST_ID));
        flag.is_some_and(|flag| flag.eq_ignore_ascii_case("true"))
    }

    /// All headers, for the log.
    pub(crate) fn headers_to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in &self.headers {
            object.insert(name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into());
        }
        Value::Object(object)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
/// Header, form field or query parameter with the client's correlation ID.
pub(crate) const CLIENT_REQUEST_ID: &str = "client-request-id";
const RETURN_CLIENT_REQUEST_ID: &str = "return-client-request-id";

fn checked(params: &Params, malformed: bool) -> Result<&Params, AadError> {
    if malformed {
        return Err(AadError::malformed());
    }
    match params.duplicate() {
        Some(name) => Err(AadError::duplicate_parameter(name)),
        None => Ok(params),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Every `%` begins an escape and what comes out is UTF-8.
fn is_well_formed(body: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let escape = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match escape.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) {
            Some(hex) => decoded.push(u8::from_str_radix(hex, 16).unwrap_or_default()),
            None => return false,
        }
        rest = &tail[2..];
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_well_formed;

    #[test]
    fn broken_escapes_are_seen() {
        for good in ["", "a=b&c=%20d", "a=%c3%A5+b"] {
            assert!(is_well_formed(good.as_bytes()), "{good}");
        }
        for bad in ["a=%", "a=%2", "a=%zz", "a=%+1", "a=%ff"] {
            assert!(!is_well_formed(bad.as_bytes()), "{bad}");
        }
    }
}
