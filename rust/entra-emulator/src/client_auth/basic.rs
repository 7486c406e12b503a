//! HTTP Basic as client authentication (RFC 6749 section 2.3.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::errors::AadError;
use crate::received::Received;

/// ID and secret, if the request has them. Each was form-encoded before they were joined.
pub(super) fn read(request: &Received) -> Result<Option<(String, String)>, AadError> {
    let Some((scheme, encoded)) = request.header("authorization").and_then(|value| value.split_once(' '))
    else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| AadError::malformed())?;
    let text = String::from_utf8(decoded).map_err(|_| AadError::malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(AadError::malformed)?;
    Ok(Some((form_decode(id), form_decode(secret))))
}

fn form_decode(part: &str) -> String {
    // A name without a value is what is decoded; `=` and `&` were escaped by the client.
    form_urlencoded::parse(part.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}
