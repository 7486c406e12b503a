//! Tokens of another issuer as a client's proof: federated identity credentials.

use url::Url;

use crate::errors::AadError;
use crate::jwt::Jwt;
use crate::seed::App;
use crate::state;

/// What Entra finds of an issuer, audience or subject that no credential names.
const UNKNOWN_ISSUER: u32 = 700_211;
const UNKNOWN_AUDIENCE: u32 = 700_212;
const UNKNOWN_SUBJECT: u32 = 700_213;

pub(super) fn check(state: &state::App, app: &'static App, jwt: &Jwt<'_>) -> Result<(), AadError> {
    if app.federated_credentials.is_empty() {
        return Err(AadError::no_federated_credential(app.client_id, app.name));
    }
    let (issuer, audience, subject) = (jwt.text("iss"), jwt.text("aud"), jwt.text("sub"));
    let of_issuer: Vec<_> = app
        .federated_credentials
        .iter()
        .filter(|known| is_issuer(state, issuer, known.issuer_path))
        .collect();
    if of_issuer.is_empty() {
        return Err(AadError::federated_mismatch(UNKNOWN_ISSUER, "issuer", issuer));
    }
    let for_audience: Vec<_> = of_issuer.into_iter().filter(|known| known.audience == audience).collect();
    if for_audience.is_empty() {
        return Err(AadError::federated_mismatch(UNKNOWN_AUDIENCE, "audience", audience));
    }
    if !for_audience.iter().any(|known| known.subject == subject) {
        let but_for_case = for_audience.iter().any(|known| known.subject.eq_ignore_ascii_case(subject));
        return Err(if but_for_case {
            AadError::federated_case(subject)
        } else {
            AadError::federated_mismatch(UNKNOWN_SUBJECT, "subject", subject)
        });
    }
    // The issuer's keys are the emulator's own.
    if jwt.header["alg"] == "RS256" && jwt.verify(state.keys.public_key()) {
        Ok(())
    } else {
        Err(AadError::untrusted_assertion("the signature is not one of the issuer's keys"))
    }
}

/// Whether an `iss` is the emulator's own issuer at this path, under any of its names.
fn is_issuer(state: &state::App, issuer: &str, path: &str) -> bool {
    Url::parse(issuer).is_ok_and(|url| state.house.owns(&url) && url.path() == path && url.query().is_none())
}
