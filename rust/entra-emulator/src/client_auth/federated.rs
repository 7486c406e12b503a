//! Tokens of another issuer as a client's credential: federated identity credentials.

use url::Url;

use crate::configuration::AppRegistration;
use crate::errors::AadError;
use crate::jwt::Jwt;
use crate::state::Sts;

/// What Entra finds of an issuer, audience or subject that no credential names.
const UNKNOWN_ISSUER: u32 = 700_211;
const UNKNOWN_AUDIENCE: u32 = 700_212;
const UNKNOWN_SUBJECT: u32 = 700_213;

pub(super) async fn check(sts: &Sts, app: &AppRegistration, jwt: &Jwt<'_>) -> Result<(), AadError> {
    if app.federated_credentials.is_empty() {
        return Err(AadError::no_federated_credential(&app.client_id, &app.name));
    }
    let (issuer, audience, subject) = (jwt.text("iss"), jwt.text("aud"), jwt.text("sub"));
    let of_issuer: Vec<_> =
        app.federated_credentials.iter().filter(|known| is_issuer(sts, issuer, &known.issuer)).collect();
    let Some(first) = of_issuer.first() else {
        return Err(AadError::federated_mismatch(UNKNOWN_ISSUER, "issuer", issuer));
    };
    let is_own = first.issuer.starts_with('/');
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
    let signed = if is_own { sts.keys.signed(jwt) } else { sts.issuer_keys.signed(issuer, jwt).await? };
    if signed {
        Ok(())
    } else {
        Err(AadError::untrusted_assertion("the signature is not one of the issuer's keys"))
    }
}

/// Whether an `iss` is this issuer. A path is the emulator's own issuer there, under any of its names.
fn is_issuer(sts: &Sts, issuer: &str, known: &str) -> bool {
    if !known.starts_with('/') {
        return issuer == known;
    }
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    sts.origins.owns(&url) && url.path() == known && url.query().is_none()
}
