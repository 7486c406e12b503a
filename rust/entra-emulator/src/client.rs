//! A client of the token endpoint, and whether it may be used in a tenant.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::configuration::AppRegistration;
use crate::errors::AadError;
use crate::tenant::TenantSegment;

/// The app of a `client_id`, if it exists in this tenant and is enabled.
pub(crate) fn find(
    catalog: &Catalog,
    client_id: &str,
    tenant: &TenantSegment,
) -> Result<Arc<AppRegistration>, AadError> {
    // The service answers the same for a text that is no GUID and for a GUID that no directory knows.
    let app = catalog.app(client_id).ok_or_else(|| AadError::malformed_client_id(client_id))?;
    match (&app.tenant, tenant) {
        (Some(home), TenantSegment::Directory(directory)) if !app.multi_tenant && *home != directory.id => {
            Err(AadError::unknown_client(client_id, tenant.name()))
        }
        _ if app.disabled => Err(AadError::disabled_app(&app.client_id, &app.name)),
        // At `organizations` a single-tenant app's directory is found by its ID.
        (_, TenantSegment::Common | TenantSegment::Consumers) if !app.multi_tenant => {
            Err(AadError::not_multi_tenant(&app.client_id, &app.name))
        }
        _ => Ok(Arc::clone(app)),
    }
}

/// How a client has authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthMethod {
    /// Not at all.
    None,
    /// By a secret.
    Secret,
    /// By an assertion.
    Assertion,
}

/// A client, and how it has authenticated.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) app: Arc<AppRegistration>,
    pub(crate) auth: AuthMethod,
}

impl Client {
    /// `appidacr` or `azpacr`.
    pub(crate) fn acr(&self) -> &'static str {
        match self.auth {
            AuthMethod::None => "0",
            AuthMethod::Secret => "1",
            AuthMethod::Assertion => "2",
        }
    }

    /// For grants that only a confidential client has.
    pub(crate) fn require_confidential(&self) -> Result<(), AadError> {
        if self.auth == AuthMethod::None { Err(AadError::missing_credential()) } else { Ok(()) }
    }
}
