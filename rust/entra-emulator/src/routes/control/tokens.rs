//! Tokens without a sign-in: with any claims, good ones and bad ones.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Refusal, named_user, read_or_default, reply};
use crate::catalog::Catalog;
use crate::claims_request::ClaimsRequest;
use crate::client::{AuthMethod, Client};
use crate::configuration::{Api, AppRegistration, Tenant, User};
use crate::grant::Grant;
use crate::keys::SigningKey;
use crate::received::Params;
use crate::routes::Request;
use crate::scopes::RequestedScopes;
use crate::seed::{AZURE_POWERSHELL_CLIENT_ID, GRAPH_APP_ID};
use crate::sign_in::SignIn;
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::token_request::{Endpoint, TokenRequest};
use crate::tokens::{app_claims, id_token_claims, user_claims};

/// Lifetime in seconds when none is asked for.
const LIFETIME: i64 = 3599;
/// How far a bad time lies off: more than any verifier's tolerance.
const FAR: i64 = 3600;
const ANOTHER_AUDIENCE: &str = "api://another-api";
const ANOTHER_ISSUER: &str = "https://login.another-issuer.example";

/// What is wrong with a token on purpose.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Defect {
    Expired,
    NotYetValid,
    WrongAudience,
    WrongIssuer,
    BadSignature,
    UnknownKey,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    AccessToken,
    IdToken,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewToken {
    client_id: Option<String>,
    username: Option<String>,
    tenant: Option<String>,
    audience: Option<String>,
    scopes: Option<Vec<String>>,
    roles: Option<Vec<String>>,
    kind: Kind,
    lifetime_seconds: Option<i64>,
    claims: Map<String, Value>,
    header: Map<String, Value>,
    defect: Option<Defect>,
    base: Option<String>,
}

/// `POST /tokens`
pub(super) async fn make(State(sts): State<Arc<Sts>>, Extension(request): Request, body: Bytes) -> Response {
    reply(read_or_default::<NewToken>(&body).and_then(|new| {
        let catalog = sts.catalog();
        let base = new.base.clone().unwrap_or_else(|| request.base.clone());
        let (mut claims, version) = claims_of(&sts, &catalog, &new, base.trim_end_matches('/'))?;
        spoil(&mut claims, new.defect, sts.clock.now());
        merge(&mut claims, &new.claims);
        let stranger = (new.defect == Some(Defect::UnknownKey)).then(SigningKey::unpublished);
        let key = stranger.map_or_else(|| sts.keys.current(), Arc::new);
        let mut header = key.header(version == 1 && new.kind == Kind::AccessToken);
        merge(&mut header, &new.header);
        let claims = Value::Object(claims);
        let mut token = key.sign_under(&Value::Object(header), &claims);
        if new.defect == Some(Defect::BadSignature) {
            token = with_bad_signature(&token);
        }
        Ok(json!({ "token": token, "claims": claims }))
    }))
}

/// The claims that a good token would have, and the version that its API accepts.
fn claims_of(
    sts: &Sts,
    catalog: &Catalog,
    new: &NewToken,
    base: &str,
) -> Result<(Map<String, Value>, u8), Refusal> {
    let app = find_app(catalog, new)?;
    let user = new.username.as_deref().map(|name| named_user(sts, name)).transpose()?;
    let tenant = find_tenant(catalog, new, user.as_deref())?;
    let api = find_api(catalog, new)?;
    let version = api.token_version;
    let scopes = scopes_of(catalog, new, &api)?;
    let auth = if app.has_credentials() { AuthMethod::Secret } else { AuthMethod::None };
    let form = Params::default();
    let request = TokenRequest {
        catalog,
        endpoint: Endpoint::V2,
        base,
        form: &form,
        tenant: TenantSegment::Directory(Arc::clone(&tenant)),
        client: Client { app, auth },
        claims: ClaimsRequest::default(),
        single_page: false,
    };
    let now = sts.clock.now();
    let mut claims = match (&user, new.kind) {
        (Some(user), kind) => {
            let sign_in = SignIn { nonce: None, sid: uuid::Uuid::new_v4().to_string(), auth_time: now };
            let grant = Grant {
                user,
                tenant_id: &tenant.id,
                scopes: &scopes,
                mfa: false,
                single_page_until: None,
                sign_in: Some(&sign_in),
            };
            match kind {
                Kind::IdToken => id_token_claims(sts, &request, &grant, now),
                Kind::AccessToken => user_claims(sts, &request, &grant, now, 0),
            }
        }
        (None, Kind::AccessToken) => app_claims(sts, &request, &tenant, &scopes, now, 0),
        (None, Kind::IdToken) => {
            let text = "'username' is required for an ID token: an app has none.";
            return Err((StatusCode::BAD_REQUEST, text.to_owned()));
        }
    };
    let lifetime = new.lifetime_seconds.unwrap_or(LIFETIME);
    claims.insert("exp".into(), now.saturating_add_signed(lifetime).into());
    if lifetime < 0 {
        // A token ends after it begins.
        move_start(&mut claims, now.saturating_add_signed(lifetime - LIFETIME));
    }
    if let Some(roles) = &new.roles {
        claims.insert("roles".into(), json!(roles));
    }
    Ok((claims, version))
}

fn find_app(catalog: &Catalog, new: &NewToken) -> Result<Arc<AppRegistration>, Refusal> {
    let id = new.client_id.as_deref().unwrap_or(AZURE_POWERSHELL_CLIENT_ID);
    let first = || catalog.apps().first().filter(|_| new.client_id.is_none());
    catalog.app(id).or_else(first).cloned().ok_or_else(|| unknown("client_id", "app", id))
}

fn find_tenant(catalog: &Catalog, new: &NewToken, user: Option<&User>) -> Result<Arc<Tenant>, Refusal> {
    let named = new.tenant.as_deref().or_else(|| user.map(|user| user.tenant.as_str()));
    match named {
        Some(name) => catalog.tenant(name).cloned().ok_or_else(|| unknown("tenant", "tenant", name)),
        None => Ok(Arc::clone(catalog.first_tenant())),
    }
}

fn find_api(catalog: &Catalog, new: &NewToken) -> Result<Arc<Api>, Refusal> {
    match new.audience.as_deref() {
        None => Ok(catalog.graph()),
        Some(name) => catalog.api(name).cloned().ok_or_else(|| unknown("audience", "API", name)),
    }
}

/// The scopes that are named, or what `.default` grants.
fn scopes_of(catalog: &Catalog, new: &NewToken, api: &Api) -> Result<RequestedScopes, Refusal> {
    // The audience as it was written is the `aud` of a v1.0 token.
    let audience = new.audience.as_deref().unwrap_or(GRAPH_APP_ID);
    let graph = "https://graph.microsoft.com";
    let audience = if audience == GRAPH_APP_ID && api.is_called(graph) { graph } else { audience };
    let names = match new.scopes.as_deref() {
        None | Some([]) => vec![".default".to_owned()],
        Some(names) => names.to_vec(),
    };
    let mut text = String::from("openid profile email");
    for name in names {
        let _ = write!(text, " {audience}/{name}");
    }
    RequestedScopes::parse(catalog, &text, "the emulator")
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("'scopes': {}", error.text)))
}

fn unknown(field: &str, what: &str, name: &str) -> Refusal {
    (StatusCode::NOT_FOUND, format!("'{field}': no {what} is called '{name}'."))
}

/// Makes the claims wrong.
fn spoil(claims: &mut Map<String, Value>, defect: Option<Defect>, now: u64) {
    match defect {
        Some(Defect::Expired) => {
            claims.insert("exp".into(), now.saturating_add_signed(-FAR).into());
            move_start(claims, now.saturating_add_signed(-2 * FAR));
        }
        Some(Defect::NotYetValid) => {
            claims.insert("nbf".into(), now.saturating_add_signed(FAR).into());
            claims.insert("exp".into(), now.saturating_add_signed(2 * FAR).into());
        }
        Some(Defect::WrongAudience) => {
            claims.insert("aud".into(), ANOTHER_AUDIENCE.into());
        }
        Some(Defect::WrongIssuer) => {
            claims.insert("iss".into(), ANOTHER_ISSUER.into());
        }
        Some(Defect::BadSignature | Defect::UnknownKey) | None => {}
    }
}

fn move_start(claims: &mut Map<String, Value>, start: u64) {
    for name in ["iat", "nbf"] {
        claims.insert(name.into(), start.into());
    }
}

/// Adds and replaces; null removes.
fn merge(object: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (name, value) in changes {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
}

/// The first character of the signature becomes another one.
fn with_bad_signature(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{other}{}", signature.get(1..).unwrap_or_default())
}
