//! The authorization code grant (RFC 6749 section 4.1.3), with proof key for code exchange (RFC 7636 section 4.5).

use serde_json::Value;

use crate::authorization_codes::{CodeGrant, is_well_formed};
use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::policy;
use crate::received::Params;
use crate::scopes::RequestedScopes;
use crate::sign_in::current_user;
use crate::state::Sts;
use crate::token_request::TokenRequest;
use crate::tokens::for_user;

/// The shape of the code is checked before the client's secret is.
pub(super) fn check_code(form: &Params) -> Result<(), AadError> {
    if is_well_formed(form.require("code")?) { Ok(()) } else { Err(AadError::malformed_code()) }
}

pub(super) fn redeem(sts: &Sts, request: &TokenRequest<'_>) -> Result<Value, AadError> {
    let code = request.form.require("code")?;
    let redirect_uri = request.form.require("redirect_uri")?;
    let asked = request.scopes()?;
    let now = sts.clock.now();
    // Under the lock: of two requests at once, one gets the tokens.
    let code = sts.state().codes.redeem(code, now, |grant| {
        check_client(request, grant)?;
        if grant.redirect_uri.uri != redirect_uri {
            return Err(AadError::redirect_uri_mismatch(redirect_uri, &request.client.app.client_id));
        }
        check_page(request, grant)?;
        check_verifier(request.form.get("code_verifier"), grant)?;
        check_scopes(asked.as_ref(), grant)
    })?;
    let scopes = match asked.or_else(|| code.scopes.first().cloned()) {
        Some(scopes) => scopes,
        None => request.required_scopes()?,
    };
    let (scopes, user) = (scopes.current(request.catalog), current_user(request.catalog, &code.user)?);
    let grant = Grant {
        user: &user,
        tenant_id: request.tenant.directory_of(&request.client.app, &user),
        scopes: &scopes,
        mfa: code.mfa,
        single_page_until: None,
        sign_in: Some(&code.sign_in),
    };
    policy::check(sts, request, GrantKind::AuthorizationCode, &grant)?;
    Ok(for_user(sts, request, &grant))
}

fn check_client(request: &TokenRequest<'_>, grant: &CodeGrant) -> Result<(), AadError> {
    if grant.client.client_id != request.client.app.client_id {
        return Err(AadError::foreign_code());
    }
    if !grant.tenant.same_family(&request.tenant) {
        return Err(AadError::code_of_other_tenant());
    }
    Ok(())
}

/// A code that went to a page of a single-page app is redeemed by such a page, and only such a one.
fn check_page(request: &TokenRequest<'_>, grant: &CodeGrant) -> Result<(), AadError> {
    match (grant.redirect_uri.is_single_page(), request.single_page) {
        (true, false) => Err(AadError::only_cross_origin()),
        (false, true) => Err(AadError::cross_origin()),
        _ => Ok(()),
    }
}

fn check_verifier(verifier: Option<&str>, grant: &CodeGrant) -> Result<(), AadError> {
    let met = match (&grant.challenge, verifier) {
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
        (None, None) => true,
        _ => false,
    };
    if met { Ok(()) } else { Err(AadError::wrong_code_verifier()) }
}

fn check_scopes(asked: Option<&RequestedScopes>, grant: &CodeGrant) -> Result<(), AadError> {
    match asked {
        Some(asked)
            if !grant.scopes.is_empty() && !grant.scopes.iter().any(|scopes| asked.is_within(scopes)) =>
        {
            Err(AadError::scope_not_granted())
        }
        _ => Ok(()),
    }
}
