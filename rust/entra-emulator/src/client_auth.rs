//! Who the client is and how it proves it, for every grant.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::errors::AadError;
use crate::received::Received;
use crate::seed::{self, App};
use crate::tenant::TenantSegment;

/// The app of a `client_id`, if it may be used in this tenant.
pub(crate) fn find(client_id: &str, tenant: TenantSegment) -> Result<&'static App, AadError> {
    let unknown = || AadError::unknown_client(client_id, tenant.name());
    let app = seed::app(client_id).ok_or_else(unknown)?;
    match (app.home, tenant) {
        (Some(home), TenantSegment::Directory(directory)) if !app.multi_tenant && home != directory.id => {
            Err(unknown())
        }
        (_, TenantSegment::Directory(_)) => Ok(app),
        _ if !app.multi_tenant => Err(AadError::not_multi_tenant(app.client_id, app.name)),
        _ => Ok(app),
    }
}

/// A client that has proved itself as far as it must.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    pub(crate) app: &'static App,
    /// `appidacr` or `azpacr`: 0 public, 1 secret.
    pub(crate) acr: &'static str,
}

/// Reads `client_id` and the proof from the form or from HTTP Basic, and checks them.
pub(crate) fn authenticate(request: &Received, tenant: TenantSegment) -> Result<Client, AadError> {
    let form = request.form()?;
    let basic = basic(request)?;
    let (client_id, secret) = match &basic {
        Some((id, secret)) => {
            // RFC 6749 section 5.2: more than one way to authenticate the client is an invalid_request.
            if form.get("client_secret").is_some() || form.get("client_id").is_some_and(|other| other != id) {
                return Err(AadError::malformed());
            }
            (id.as_str(), Some(secret.as_str()).filter(|secret| !secret.is_empty()))
        }
        None => (form.require("client_id")?, form.get("client_secret")),
    };
    let app = find(client_id, tenant)?;
    let assertion = form.get("client_assertion");
    match (app.secret, secret, assertion) {
        (None, None, None) => Ok(Client { app, acr: "0" }),
        (None, _, _) => Err(AadError::unwanted_credential()),
        (Some(_), None, None) => Err(AadError::missing_credential()),
        (Some(_), Some(_), Some(_)) => Err(AadError::malformed()),
        // No seeded app has a certificate.
        (Some(_), None, Some(_)) => Err(AadError::unregistered_assertion()),
        (Some(right), Some(given), None) if right == given => Ok(Client { app, acr: "1" }),
        (Some(_), Some(_), None) => Err(AadError::wrong_secret(app.client_id)),
    }
}

/// ID and secret of HTTP Basic. RFC 6749 section 2.3.1: each is form-encoded before they are joined.
fn basic(request: &Received) -> Result<Option<(String, String)>, AadError> {
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
