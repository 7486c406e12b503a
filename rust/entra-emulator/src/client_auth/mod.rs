//! Who the client is and how it proves it, for every grant.

mod assertion;
mod basic;
mod certificate;
mod federated;

use crate::errors::AadError;
use crate::received::Received;
use crate::seed::{self, App};
use crate::state;
use crate::tenant::TenantSegment;

/// The app of a `client_id`, if it may be used in this tenant.
pub(crate) fn find(client_id: &str, tenant: TenantSegment) -> Result<&'static App, AadError> {
    let unknown = || AadError::unknown_client(client_id, tenant.name());
    if uuid::Uuid::parse_str(client_id).is_err() {
        return Err(AadError::malformed_client_id(client_id));
    }
    let app = seed::app(client_id).ok_or_else(unknown)?;
    match (app.home, tenant) {
        (Some(home), TenantSegment::Directory(directory)) if !app.multi_tenant && home != directory.id => {
            Err(unknown())
        }
        _ if app.disabled => Err(AadError::disabled_app(app.client_id, app.name)),
        (_, TenantSegment::Directory(_)) => Ok(app),
        _ if !app.multi_tenant => Err(AadError::not_multi_tenant(app.client_id, app.name)),
        _ => Ok(app),
    }
}

/// How a client has proved itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Not at all: it is public.
    None,
    /// By a secret.
    Secret,
    /// By an assertion.
    Assertion,
}

/// A client that has proved itself as far as it must.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    pub(crate) app: &'static App,
    pub(crate) proof: Proof,
}

impl Client {
    /// `appidacr` or `azpacr`.
    pub(crate) fn acr(self) -> &'static str {
        match self.proof {
            Proof::None => "0",
            Proof::Secret => "1",
            Proof::Assertion => "2",
        }
    }

    /// For grants that only a confidential client has.
    pub(crate) fn require_confidential(self) -> Result<(), AadError> {
        if self.proof == Proof::None { Err(AadError::missing_credential()) } else { Ok(()) }
    }
}

/// Reads `client_id` and the proof from the form or from HTTP Basic, and checks them.
pub(crate) fn authenticate(
    state: &state::App,
    request: &Received,
    tenant: TenantSegment,
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
    let app = find(client_id, tenant)?;
    let proof = match (app.public, secret, form.get("client_assertion")) {
        (true, None, None) => Proof::None,
        (true, _, _) => return Err(AadError::unwanted_credential()),
        (false, None, None) => return Err(AadError::missing_credential()),
        (false, Some(_), Some(_)) => return Err(AadError::malformed()),
        (false, Some(secret), None) => {
            check_secret(app, secret)?;
            Proof::Secret
        }
        (false, None, Some(assertion)) => {
            assertion::check(state, form, app, tenant, assertion)?;
            Proof::Assertion
        }
    };
    Ok(Client { app, proof })
}

fn check_secret(app: &App, given: &str) -> Result<(), AadError> {
    match app.secrets.iter().find(|secret| secret.value == given) {
        Some(secret) if secret.expired => Err(AadError::expired_secret(app.client_id)),
        Some(_) => Ok(()),
        None => Err(AadError::wrong_secret(app.client_id)),
    }
}
