//! What makes credentials good or bad: the time, certificates, refresh tokens, tokens of the federated issuer.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, read, reply};
use crate::configuration::{Certificate, Problem};
use crate::refresh_tokens::Ending;
use crate::routes::{Request, issuer};
use crate::seed::{FEDERATED_AUDIENCE, SAMPLE_FEDERATED_SUBJECT};
use crate::state::Sts;
use crate::x509::hex;

/// Lifetime of the issuer's tokens in seconds.
const ISSUER_TOKEN_LIFETIME: u64 = 3600;

/// More certificates aren't registered for an app.
const CERTIFICATES: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOffset {
    offset_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefreshTokenName {
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCertificate {
    certificate: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<String>,
    nbf: Option<u64>,
    exp: Option<u64>,
}

/// `POST /clock`
pub(super) async fn set_clock(State(sts): State<Arc<Sts>>, body: Bytes) -> Response {
    reply(read::<ClockOffset>(&body).map(|clock| {
        sts.clock.set_offset(clock.offset_seconds);
        json!({ "now": sts.clock.now() })
    }))
}

/// `POST /refresh_tokens/{ending}`
pub(super) async fn end_refresh_tokens(
    State(sts): State<Arc<Sts>>,
    Path(ending): Path<String>,
    body: Bytes,
) -> Response {
    reply(end(&sts, &ending, &body))
}

fn end(sts: &Sts, ending: &str, body: &Bytes) -> Result<Value, Refusal> {
    let ending = Ending::named(ending).ok_or_else(|| {
        let text = "The last part of the path must be expire, revoke, sign_in_frequency or expire_old.";
        (StatusCode::NOT_FOUND, text.to_owned())
    })?;
    let name: RefreshTokenName = read(body)?;
    let count = sts.state().refresh_tokens.end(name.token.as_deref(), ending);
    if count == 0 && name.token.is_some() {
        return Err((StatusCode::NOT_FOUND, "'token' is not a refresh token of this emulator.".to_owned()));
    }
    Ok(json!({ "count": count }))
}

/// `POST /apps/{client_id}/certificates`
pub(super) async fn add_certificate(
    State(sts): State<Arc<Sts>>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Response {
    reply(register(&sts, &client_id, &body))
}

fn register(sts: &Sts, client_id: &str, body: &Bytes) -> Result<Value, Refusal> {
    let unknown = || (StatusCode::NOT_FOUND, format!("No app has the client ID '{client_id}'."));
    let client = sts.catalog().app(client_id).cloned().ok_or_else(unknown)?;
    if client.allow_public_client && !client.has_credentials() {
        let text = format!("'{}' is a public client, which has no credentials.", client.name);
        return Err((StatusCode::CONFLICT, text));
    }
    let new: NewCertificate = read(body)?;
    let certificate = Certificate::parse(&new.certificate).ok_or_else(|| {
        let text = "'certificate' must be an X.509 certificate with an RSA key, DER in base64.";
        (StatusCode::BAD_REQUEST, text.to_owned())
    })?;
    let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.0);
    let thumbprint = hex(thumbprint.as_ref());
    let changed = sts.reconfigure(|catalog| {
        let apps = catalog.configuration().apps.iter();
        let registered =
            apps.filter(|app| app.client_id == client.client_id).map(|app| app.certificates.len());
        if registered.sum::<usize>() >= CERTIFICATES {
            let text = format!("an app can have {CERTIFICATES} certificates at most");
            return Err(Problem { field: "certificate".to_owned(), text });
        }
        catalog.changed(|configuration| {
            let app = configuration.apps.iter_mut().find(|app| app.client_id == client.client_id);
            if let Some(app) = app {
                app.certificates.retain(|known| *known != certificate);
                app.certificates.push(certificate);
            }
        })
    });
    changed.map_err(|problem| (StatusCode::CONFLICT, problem.to_string()))?;
    Ok(json!({ "thumbprint": thumbprint }))
}

/// `POST /issuer/token`
pub(super) async fn mint(State(sts): State<Arc<Sts>>, Extension(request): Request, body: Bytes) -> Response {
    reply(read::<NewToken>(&body).map(|new| {
        let now = sts.clock.now();
        let claims = json!({
            "iss": new.iss.unwrap_or_else(|| issuer::url(&request.base)),
            "sub": new.sub.as_deref().unwrap_or(SAMPLE_FEDERATED_SUBJECT),
            "aud": new.aud.as_deref().unwrap_or(FEDERATED_AUDIENCE),
            "iat": now,
            "nbf": new.nbf.unwrap_or(now),
            "exp": new.exp.unwrap_or(now + ISSUER_TOKEN_LIFETIME),
            "jti": uuid::Uuid::new_v4().to_string(),
        });
        json!({ "token": sts.keys.sign(&claims, false) })
    }))
}
