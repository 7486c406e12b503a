//! The claims of access tokens and ID tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::Grant;
use crate::random;
use crate::scopes::RequestedScopes;
use crate::seed::{Tenant, User, service_principal_id};
use crate::state::App;
use crate::token_request::{Endpoint, TokenRequest};

const ID_TOKEN_LIFETIME: u64 = 3600;
/// First byte of `aio` in tokens of a sign-in with a second factor.
const MFA_MARK: u8 = 2;

/// The issuer of tokens. The real service's v1.0 issuer is on another host (`sts.windows.net`); here both are the
/// emulator, so that a verifier finds the metadata.
pub(crate) fn issuer(base: &str, tenant: &str, version: u8) -> String {
    match version {
        1 => format!("{base}/{tenant}/"),
        _ => format!("{base}/{tenant}/v2.0"),
    }
}

/// Adds what the resource and the client determine, and signs.
pub(super) fn sign_access_token(
    app: &App,
    mut claims: Map<String, Value>,
    request: &TokenRequest<'_>,
    scopes: &RequestedScopes,
    expires_at: u64,
) -> String {
    let (client, acr) = (request.client.app, request.client.acr());
    claims.insert("exp".into(), expires_at.into());
    if scopes.resource.token_version == 1 {
        claims.insert("aud".into(), scopes.audience.as_str().into());
        claims.insert("app_displayname".into(), client.name.into());
        claims.insert("appid".into(), client.client_id.into());
        claims.insert("appidacr".into(), acr.into());
        claims.insert("tenant_region_scope".into(), "WW".into());
    } else {
        claims.insert("aud".into(), scopes.resource.app_id.into());
        claims.insert("azp".into(), client.client_id.into());
        claims.insert("azpacr".into(), acr.into());
    }
    if request.claims.continuous_access {
        claims.insert("xms_cc".into(), json!(["cp1"]));
    }
    app.keys.sign(&Value::Object(claims), scopes.resource.token_version == 1)
}

/// Claims of a user's access token.
pub(super) fn of_user(request: &TokenRequest<'_>, grant: &Grant<'_>, now: u64) -> Map<String, Value> {
    let user = grant.user;
    let version = grant.scopes.resource.token_version;
    let mut claims = common_to_user(request, grant, now, version);
    claims.insert("scp".into(), grant.scopes.scp().into());
    claims.insert("name".into(), user.name.into());
    if version == 1 {
        extend(
            &mut claims,
            json!({
                "acr": "1",
                "amr": if grant.mfa { vec!["pwd", "mfa"] } else { vec!["pwd"] },
                "family_name": user.family_name,
                "given_name": user.given_name,
                "idtyp": "user",
                "ipaddr": "127.0.0.1",
                "unique_name": user.upn,
                "upn": user.upn,
            }),
        );
        if !user.roles.is_empty() {
            claims.insert("wids".into(), json!(user.roles));
        }
    } else {
        claims.insert("preferred_username".into(), user.upn.into());
    }
    claims
}

/// Claims of an app's own access token. `idtyp` is optional at the service; the seeded APIs ask for it.
pub(super) fn of_app(
    request: &TokenRequest<'_>,
    tenant: &Tenant,
    scopes: &RequestedScopes,
    now: u64,
) -> Map<String, Value> {
    let version = scopes.resource.token_version;
    let oid = service_principal_id(request.client.app, tenant);
    let mut claims = common(request.base, tenant.id, version, now, false);
    extend(&mut claims, json!({ "idtyp": "app", "oid": oid, "sub": oid }));
    let roles = request.client.app.roles_in(scopes.resource.app_id);
    if !roles.is_empty() {
        claims.insert("roles".into(), json!(roles));
    }
    if version == 1 {
        claims.insert("idp".into(), issuer(request.base, tenant.id, 1).into());
    }
    claims
}

/// Claims of an ID token. They follow the endpoint's version, not the resource's.
pub(super) fn of_id_token(request: &TokenRequest<'_>, grant: &Grant<'_>, now: u64) -> Map<String, Value> {
    let version = if request.endpoint == Endpoint::V1 { 1 } else { 2 };
    let mut claims = common_to_user(request, grant, now, version);
    claims.insert("aud".into(), request.client.app.client_id.into());
    claims.insert("exp".into(), (now + ID_TOKEN_LIFETIME).into());
    if grant.scopes.asks("profile") || version == 1 {
        claims.insert("name".into(), grant.user.name.into());
        claims.insert("preferred_username".into(), grant.user.upn.into());
    }
    if version == 1 {
        claims.insert("upn".into(), grant.user.upn.into());
        claims.insert("unique_name".into(), grant.user.upn.into());
    }
    if grant.scopes.asks("email") {
        claims.insert("email".into(), grant.user.upn.into());
    }
    if let Some(sign_in) = grant.sign_in {
        claims.extend(sign_in.nonce.clone().map(|nonce| ("nonce".into(), nonce.into())));
        claims.insert("sid".into(), sign_in.sid.as_str().into());
        claims.insert("auth_time".into(), sign_in.auth_time.into());
    }
    claims
}

/// The left half of a hash, as in `at_hash` and `c_hash` (OpenID Connect Core section 3.1.3.6).
pub(super) fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

/// Whether the sign-in behind one of our access tokens had a second factor. v2.0 tokens have no `amr`; like the
/// service, the emulator notes such things in `aio`.
pub(crate) fn session_has_mfa(claims: &Value) -> bool {
    let aio = claims["aio"].as_str().and_then(|aio| URL_SAFE_NO_PAD.decode(aio).ok());
    aio.is_some_and(|aio| aio.first() == Some(&MFA_MARK))
}

fn common_to_user(
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    now: u64,
    version: u8,
) -> Map<String, Value> {
    let user = grant.user;
    let mut claims = common(request.base, user.tenant_id, version, now, grant.mfa);
    extend(
        &mut claims,
        json!({ "oid": user.oid, "sub": pairwise_subject(user, request.client.app.client_id) }),
    );
    claims
}

/// Claims of every token.
fn common(base: &str, tenant_id: &str, version: u8, now: u64, mfa: bool) -> Map<String, Value> {
    let mut aio = random::bytes(48);
    aio[0] = if mfa { MFA_MARK } else { 0 };
    let mut claims = Map::new();
    extend(
        &mut claims,
        json!({
            "iss": issuer(base, tenant_id, version),
            "iat": now,
            "nbf": now,
            "aio": URL_SAFE_NO_PAD.encode(aio),
            "rh": format!("1.{}.", random::text(30)),
            "tid": tenant_id,
            "uti": random::text(16),
            "ver": if version == 1 { "1.0" } else { "2.0" },
        }),
    );
    claims
}

fn extend(claims: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        claims.extend(more);
    }
}

/// A subject that is the same for one user and one app, and tells another app nothing.
fn pairwise_subject(user: &User, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{}|{client_id}", user.oid).as_bytes()))
}
