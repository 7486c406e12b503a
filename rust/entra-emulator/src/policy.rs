//! Whether a user may have a token without a person at the sign-in page: the account, Conditional Access, assignment
//! and consent.

use crate::errors::AadError;
use crate::scopes::RequestedScopes;
use crate::seed::{self, Policy, Standing, User};
use crate::state::App;
use crate::token_request::{Endpoint, TokenRequest};
use crate::tokens::Grant;

/// What the user's sign-in is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The sign-in page: a second factor and consent were given there.
    Page,
    /// The sign-in page, before it has asked for what is missing.
    Authorize,
    AuthorizationCode,
    Password,
    RefreshToken,
    OnBehalfOf,
}

/// Refuses as the service does. The request has been authenticated.
pub(crate) fn check(
    app: &App,
    request: &TokenRequest<'_>,
    way: Way,
    grant: &Grant<'_>,
) -> Result<(), AadError> {
    let (user, resource) = (grant.user, grant.scopes.resource);
    if user.standing == Standing::Disabled {
        return Err(AadError::disabled_user());
    }
    if user.standing == Standing::ConditionalAccess || resource.policy == Policy::Blocked {
        return Err(AadError::conditional_access(blocked_code(way, request.endpoint)));
    }
    if !grant.mfa {
        let code = mfa_code(way, request.endpoint);
        if user.standing == Standing::MfaRegistration {
            return Err(AadError::mfa_registration(code, resource.app_id));
        }
        if user.standing == Standing::MfaRequired || resource.policy == Policy::Mfa {
            return Err(AadError::mfa_required(code, resource.app_id));
        }
    }
    if resource.assignment_required {
        return Err(AadError::user_not_assigned(user.upn, resource.app_id));
    }
    check_consent(app, request, way, grant)
}

/// Notes that the user has consented to the client's use of the resource.
pub(crate) fn consent(app: &App, client: &'static seed::App, user: &'static User, scopes: &RequestedScopes) {
    app.state().consents.insert([user.oid, client.client_id, scopes.resource.app_id]);
}

fn check_consent(app: &App, request: &TokenRequest<'_>, way: Way, grant: &Grant<'_>) -> Result<(), AadError> {
    let (client, resource) = (request.client.app, grant.scopes.resource);
    if way == Way::Page {
        consent(app, client, grant.user, grant.scopes);
        return Ok(());
    }
    let given = app.state().consents.contains(&[grant.user.oid, client.client_id, resource.app_id]);
    if client.consented && resource.consented || given {
        return grant.scopes.check_offered(client.name);
    }
    Err(AadError::consent_required(client.client_id, client.name))
}

/// The OAuth code of a call for a second factor differs from grant to grant, and from v1.0 to v2.0.
fn mfa_code(way: Way, endpoint: Endpoint) -> &'static str {
    match (way, endpoint) {
        (Way::OnBehalfOf, _) | (_, Endpoint::V1) => "interaction_required",
        _ => "invalid_grant",
    }
}

fn blocked_code(way: Way, endpoint: Endpoint) -> &'static str {
    match way {
        Way::RefreshToken => "interaction_required",
        _ => mfa_code(way, endpoint),
    }
}
