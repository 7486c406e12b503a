//! Client assertions (RFC 7523 section 2.2): signed by the client's own key, or tokens of an issuer that it trusts.

use super::{certificate, federated};
use crate::clock::graph_timestamp;
use crate::configuration::AppRegistration;
use crate::errors::AadError;
use crate::jwt::Jwt;
use crate::received::Params;
use crate::state::Sts;
use crate::tenant::TenantSegment;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ, in seconds.
const SKEW: u64 = 300;

/// Checks an assertion of this app. One that comes again within its lifetime is as good as the first time: projected
/// tokens of workloads are used until they expire.
pub(super) async fn check(
    sts: &Sts,
    form: &Params,
    app: &AppRegistration,
    tenant: &TenantSegment,
    assertion: &str,
) -> Result<(), AadError> {
    if form.require("client_assertion_type")? != JWT_BEARER {
        return Err(AadError::unsupported_assertion_type());
    }
    let jwt = Jwt::parse(assertion).ok_or_else(|| AadError::malformed_assertion("it is not a JWT"))?;
    if !jwt.has_rsa_algorithm() {
        let problem = "its algorithm is not supported; the supported ones are 'RS256, PS256'";
        return Err(AadError::malformed_assertion(problem));
    }
    // An app issues its own assertions under its ID, any other issuer is known by a URL.
    let issuer = jwt.text("iss");
    if issuer.starts_with("https://") || issuer.starts_with("http://") {
        federated::check(sts, app, &jwt).await?;
    } else {
        certificate::check(sts, app, tenant, &jwt)?;
    }
    check_time(sts.clock.now(), &jwt)
}

fn check_time(now: u64, jwt: &Jwt<'_>) -> Result<(), AadError> {
    let until =
        jwt.time("exp").ok_or_else(|| AadError::malformed_assertion("it must contain the claim 'exp'"))?;
    let from = jwt.time("nbf").unwrap_or(0);
    if now >= until.saturating_add(SKEW) || now.saturating_add(SKEW) < from {
        let show = |time| format!("{}.0000000Z", graph_timestamp(time));
        return Err(AadError::assertion_time(&show(now), &show(from), &show(until)));
    }
    Ok(())
}
