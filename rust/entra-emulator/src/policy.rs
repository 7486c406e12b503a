//! Whether a user may have a token without a person at the sign-in page: the account, Conditional Access, assignment
//! and consent.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::configuration::{Api, AppRegistration, Mfa, Policy, Status, User};
use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::scopes::RequestedScopes;
use crate::state::Sts;
use crate::token_request::{Endpoint, TokenRequest};

/// What keeps a user from having a token.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// The account is disabled.
    Disabled,
    /// Conditional Access blocks.
    Blocked,
    /// A second factor is missing.
    SecondFactor { registration: bool },
    /// The user isn't assigned to the API.
    NotAssigned,
    /// Nobody has consented.
    Consent,
    /// The API doesn't have a scope.
    Scope(AadError),
}

/// Refuses as the token endpoint does. The request has been authenticated.
pub(crate) fn check(
    sts: &Sts,
    request: &TokenRequest<'_>,
    kind: GrantKind,
    grant: &Grant<'_>,
) -> Result<(), AadError> {
    match obstacle(sts, request, kind, grant) {
        None => Ok(()),
        Some(obstacle) => Err(obstacle.into_error(request, kind, grant)),
    }
}

/// What keeps the user from having this token, if anything does.
pub(crate) fn obstacle(
    sts: &Sts,
    request: &TokenRequest<'_>,
    kind: GrantKind,
    grant: &Grant<'_>,
) -> Option<Obstacle> {
    let (user, api) = (grant.user, &grant.scopes.resource);
    if user.status == Status::Disabled {
        return Some(Obstacle::Disabled);
    }
    if user.blocked_by_policy || api.policy == Policy::Blocked {
        return Some(Obstacle::Blocked);
    }
    if !grant.mfa && needs_second_factor(user, api) {
        return Some(Obstacle::SecondFactor { registration: user.mfa == Mfa::Registration });
    }
    if api.assignment_required && !is_assigned(user, api) {
        return Some(Obstacle::NotAssigned);
    }
    check_consent(sts, request, kind, grant)
}

/// Whether a user needs a second factor for an API.
pub(crate) fn needs_second_factor(user: &User, api: &Api) -> bool {
    user.mfa != Mfa::None || api.policy == Policy::Mfa
}

fn is_assigned(user: &User, api: &Api) -> bool {
    api.assigned_users.iter().any(|name| name.eq_ignore_ascii_case(&user.user_principal_name))
}

/// Notes that the user has consented to the client's use of the API.
pub(crate) fn consent(sts: &Sts, client: &AppRegistration, user: &User, scopes: &RequestedScopes) {
    sts.state().consents.insert([user.id.clone(), client.client_id.clone(), scopes.resource.app_id.clone()]);
}

/// Notes that an administrator has consented for everyone in a directory.
pub(crate) fn consent_for_all(sts: &Sts, client: &AppRegistration, tenant_id: &str) {
    sts.state().consents.insert([tenant_id.to_owned(), client.client_id.clone(), String::new()]);
}

fn check_consent(
    sts: &Sts,
    request: &TokenRequest<'_>,
    kind: GrantKind,
    grant: &Grant<'_>,
) -> Option<Obstacle> {
    let (client, api) = (&request.client.app, &grant.scopes.resource);
    if kind == GrantKind::DeviceCode {
        consent(sts, client, grant.user, grant.scopes);
        return None;
    }
    if is_consented(sts, client, api, grant) {
        return grant.scopes.check_offered(&client.name).err().map(Obstacle::Scope);
    }
    Some(Obstacle::Consent)
}

fn is_consented(sts: &Sts, client: &AppRegistration, api: &Arc<Api>, grant: &Grant<'_>) -> bool {
    let pre_authorized =
        || api.pre_authorized_clients.iter().any(|id| id.eq_ignore_ascii_case(&client.client_id));
    let given = || {
        let state = sts.state();
        let by_user = [grant.user.id.clone(), client.client_id.clone(), api.app_id.clone()];
        let by_admin = [grant.tenant_id.to_owned(), client.client_id.clone(), String::new()];
        state.consents.contains(&by_user) || state.consents.contains(&by_admin)
    };
    client.consented && api.consented || pre_authorized() || given()
}

impl Obstacle {
    /// As the token endpoint says it.
    pub(crate) fn into_error(
        self,
        request: &TokenRequest<'_>,
        kind: GrantKind,
        grant: &Grant<'_>,
    ) -> AadError {
        let (user, api, app) = (grant.user, &grant.scopes.resource, &request.client.app);
        match self {
            Self::Disabled => AadError::disabled_user(),
            Self::Blocked => AadError::conditional_access(blocked_code(kind, request.endpoint)),
            Self::SecondFactor { registration: true } => {
                AadError::mfa_registration(mfa_code(kind, request.endpoint), &api.app_id)
            }
            Self::SecondFactor { registration: false } => {
                AadError::mfa_required(mfa_code(kind, request.endpoint), &api.app_id)
            }
            Self::NotAssigned => AadError::user_not_assigned(&user.user_principal_name, &api.app_id),
            Self::Consent => AadError::consent_required(&app.client_id, &app.name),
            Self::Scope(error) => error,
        }
    }

    /// The OAuth code on the redirect of /authorize, where it isn't the one of the token endpoint.
    pub(crate) fn redirect_code(&self, silent: bool) -> Option<&'static str> {
        match self {
            Self::Blocked if silent => Some("interaction_required"),
            Self::Disabled | Self::Blocked | Self::NotAssigned => Some("access_denied"),
            Self::SecondFactor { .. } => Some("interaction_required"),
            Self::Consent => Some("consent_required"),
            Self::Scope(_) => None,
        }
    }
}

/// The OAuth code of a call for a second factor differs from grant to grant, and from v1.0 to v2.0.
fn mfa_code(kind: GrantKind, endpoint: Endpoint) -> &'static str {
    match (kind, endpoint) {
        (GrantKind::OnBehalfOf, _) | (_, Endpoint::V1) => "interaction_required",
        _ => "invalid_grant",
    }
}

fn blocked_code(kind: GrantKind, endpoint: Endpoint) -> &'static str {
    match kind {
        GrantKind::RefreshToken => "interaction_required",
        _ => mfa_code(kind, endpoint),
    }
}

/// Whether the person who consents is an administrator of the directory.
pub(crate) fn is_administrator(catalog: &Catalog, user: &User) -> bool {
    catalog.current_user(user).is_some_and(|user| !user.directory_roles.is_empty())
}
