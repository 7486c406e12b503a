//! Client authentication, for every grant.

mod assertion;
mod basic;
mod certificate;
mod federated;

use crate::client::{self, AuthMethod, Client};
use crate::configuration::{AppRegistration, RedirectUriType};
use crate::errors::AadError;
use crate::received::{Params, Received};
use crate::redirect_uri::registration_of;
use crate::state::Sts;
use crate::tenant::TenantSegment;

/// Reads `client_id` and the credential from the form or from HTTP Basic, and checks them.
pub(crate) async fn authenticate(
    sts: &Sts,
    request: &Received,
    tenant: &TenantSegment,
) -> Result<Client, AadError> {
    let form = request.form()?;
    let basic = basic::read(request)?;
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
    let app = client::find(&sts.catalog(), client_id, tenant)?;
    let auth = match (secret, form.get("client_assertion")) {
        (None, None) if may_be_public(&app, form) => AuthMethod::None,
        (None, None) => return Err(AadError::missing_credential()),
        _ if must_be_public(&app, form) => return Err(AadError::unwanted_credential()),
        (Some(_), Some(_)) => return Err(AadError::malformed()),
        (Some(secret), None) => {
            check_secret(&app, secret)?;
            AuthMethod::Secret
        }
        (None, Some(assertion)) => {
            assertion::check(sts, form, &app, tenant, assertion).await?;
            AuthMethod::Assertion
        }
    };
    Ok(Client { app, auth })
}

/// Whether the request is good without a credential. A code follows the type of its redirect URI, a refresh token the
/// sign-in that it comes from (which is checked later), anything else the app's setting.
fn may_be_public(app: &AppRegistration, form: &Params) -> bool {
    match (form.get("grant_type"), kind_of(app, form)) {
        (Some("authorization_code"), Some(kind)) => kind != RedirectUriType::Web,
        (Some("refresh_token"), _) => has_public_redirect_uri(app) || app.allow_public_client,
        // On-behalf-of and client credentials say so themselves.
        _ => app.allow_public_client,
    }
}

/// Whether a credential is refused.
fn must_be_public(app: &AppRegistration, form: &Params) -> bool {
    match (form.get("grant_type"), kind_of(app, form)) {
        (Some("authorization_code"), Some(kind)) => kind != RedirectUriType::Web,
        _ => app.allow_public_client && !app.has_credentials(),
    }
}

fn kind_of(app: &AppRegistration, form: &Params) -> Option<RedirectUriType> {
    registration_of(app, form.get("redirect_uri")?).map(|uri| uri.kind)
}

fn has_public_redirect_uri(app: &AppRegistration) -> bool {
    app.redirect_uris.iter().any(|uri| uri.kind != RedirectUriType::Web)
}

fn check_secret(app: &AppRegistration, given: &str) -> Result<(), AadError> {
    match app.secrets.iter().find(|secret| secret.value == given) {
        Some(secret) if secret.expired => Err(AadError::expired_secret(&app.client_id)),
        Some(_) => Ok(()),
        None => Err(AadError::wrong_secret(&app.client_id)),
    }
}
