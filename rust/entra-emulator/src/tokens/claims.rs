//! The claims of access tokens and ID tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, object_id, service_principal_id};
use crate::configuration::{OptionalClaim, Tenant, User};
use crate::grant::Grant;
use crate::login_hint;
use crate::random;
use crate::scopes::RequestedScopes;
use crate::token_request::{Endpoint, TokenRequest};

/// The service issues tokens that are this old already, in seconds.
const BACKDATED: u64 = 300;
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

/// Adds what the API and the client determine.
pub(super) fn add_audience(
    claims: &mut Map<String, Value>,
    request: &TokenRequest<'_>,
    scopes: &RequestedScopes,
    expires_at: u64,
) {
    let (client, acr) = (&request.client.app, request.client.acr());
    claims.insert("exp".into(), expires_at.into());
    if scopes.resource.token_version == 1 {
        claims.insert("aud".into(), scopes.audience.as_str().into());
        claims.insert("app_displayname".into(), client.name.as_str().into());
        claims.insert("appid".into(), client.client_id.as_str().into());
        claims.insert("appidacr".into(), acr.into());
        claims.insert("tenant_region_scope".into(), "WW".into());
    } else {
        claims.insert("aud".into(), scopes.resource.app_id.as_str().into());
        claims.insert("azp".into(), client.client_id.as_str().into());
        claims.insert("azpacr".into(), acr.into());
    }
    if request.claims.continuous_access {
        claims.insert("xms_cc".into(), json!(["cp1"]));
    }
}

/// Claims of a user's access token.
pub(super) fn of_user(
    catalog: &Catalog,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    now: u64,
) -> Map<String, Value> {
    let user = grant.user;
    let api = &grant.scopes.resource;
    let mut claims = common_to_user(request, grant, now, api.token_version);
    claims.insert("scp".into(), grant.scopes.scp().into());
    claims.insert("name".into(), user.name.as_str().into());
    if api.token_version == 1 {
        extend(
            &mut claims,
            json!({
                "acr": "1",
                "amr": if grant.mfa { vec!["pwd", "mfa"] } else { vec!["pwd"] },
                "family_name": user.family_name,
                "given_name": user.given_name,
                "ipaddr": "127.0.0.1",
                "unique_name": user.user_principal_name,
                "upn": user.user_principal_name,
            }),
        );
        if !user.directory_roles.is_empty() {
            claims.insert("wids".into(), json!(user.directory_roles));
        }
    } else {
        claims.insert("preferred_username".into(), user.user_principal_name.as_str().into());
    }
    add_optional(&mut claims, &api.optional_claims, catalog, grant);
    claims
}

/// Claims of an app's own access token.
pub(super) fn of_app(
    catalog: &Catalog,
    request: &TokenRequest<'_>,
    tenant: &Tenant,
    scopes: &RequestedScopes,
    now: u64,
) -> Map<String, Value> {
    let api = &scopes.resource;
    let oid = service_principal_id(&request.client.app, tenant);
    let mut claims = common(request.base, &tenant.id, api.token_version, now, false);
    extend(&mut claims, json!({ "oid": oid, "sub": oid }));
    if api.optional_claims.contains(&OptionalClaim::Idtyp) {
        claims.insert("idtyp".into(), "app".into());
    }
    let roles = catalog.roles(&request.client.app, api);
    if !roles.is_empty() {
        claims.insert("roles".into(), json!(roles));
    }
    if api.token_version == 1 {
        claims.insert("idp".into(), issuer(request.base, &tenant.id, 1).into());
    }
    claims
}

/// Claims of an ID token. They follow the endpoint's version, not the API's.
pub(super) fn of_id_token(
    catalog: &Catalog,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    now: u64,
) -> Map<String, Value> {
    let version = if request.endpoint == Endpoint::V1 { 1 } else { 2 };
    let (user, app) = (grant.user, &request.client.app);
    let mut claims = common_to_user(request, grant, now, version);
    claims.insert("aud".into(), app.client_id.as_str().into());
    claims.insert("exp".into(), (now + catalog.lifetimes().id_token).into());
    if grant.scopes.asks("profile") || version == 1 {
        claims.insert("name".into(), user.name.as_str().into());
        claims.insert("preferred_username".into(), user.user_principal_name.as_str().into());
    }
    if version == 1 {
        claims.insert("upn".into(), user.user_principal_name.as_str().into());
        claims.insert("unique_name".into(), user.user_principal_name.as_str().into());
    }
    if grant.scopes.asks("email") {
        claims.insert("email".into(), user.mail.as_str().into());
    }
    if let Some(sign_in) = grant.sign_in {
        claims.extend(sign_in.nonce.clone().map(|nonce| ("nonce".into(), nonce.into())));
        claims.insert("sid".into(), sign_in.sid.as_str().into());
        claims.insert("auth_time".into(), sign_in.auth_time.into());
    }
    add_optional(&mut claims, &app.optional_claims, catalog, grant);
    claims
}

/// The optional claims that a registration asks for.
fn add_optional(
    claims: &mut Map<String, Value>,
    asked: &[OptionalClaim],
    catalog: &Catalog,
    grant: &Grant<'_>,
) {
    let user = grant.user;
    for claim in asked {
        let (name, value) = match claim {
            OptionalClaim::Acct => ("acct", u8::from(user.tenant != grant.tenant_id).into()),
            OptionalClaim::AuthTime => match grant.sign_in {
                Some(sign_in) => ("auth_time", sign_in.auth_time.into()),
                None => continue,
            },
            OptionalClaim::Email => ("email", user.mail.as_str().into()),
            OptionalClaim::FamilyName => ("family_name", user.family_name.as_str().into()),
            OptionalClaim::GivenName => ("given_name", user.given_name.as_str().into()),
            OptionalClaim::Groups => match catalog.groups_of(user) {
                groups if groups.is_empty() => continue,
                groups => ("groups", json!(groups)),
            },
            OptionalClaim::Idtyp => ("idtyp", "user".into()),
            OptionalClaim::Ipaddr => ("ipaddr", "127.0.0.1".into()),
            OptionalClaim::LoginHint => ("login_hint", login_hint::of(&user.user_principal_name).into()),
            OptionalClaim::PreferredUsername => {
                ("preferred_username", user.user_principal_name.as_str().into())
            }
            OptionalClaim::Sid => match grant.sign_in {
                Some(sign_in) => ("sid", sign_in.sid.as_str().into()),
                None => continue,
            },
            OptionalClaim::Upn => ("upn", user.user_principal_name.as_str().into()),
            OptionalClaim::Wids => ("wids", json!(user.directory_roles)),
        };
        claims.insert(name.into(), value);
    }
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
    let (user, tenant) = (grant.user, grant.tenant_id);
    let mut claims = common(request.base, tenant, version, now, grant.mfa);
    let subject = pairwise_subject(user, &request.client.app.client_id);
    extend(&mut claims, json!({ "oid": object_id(user, tenant), "sub": subject }));
    if user.tenant != tenant {
        claims.insert("idp".into(), issuer(request.base, &user.tenant, version).into());
    }
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
            "iat": now.saturating_sub(BACKDATED),
            "nbf": now.saturating_sub(BACKDATED),
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
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{}|{client_id}", user.id).as_bytes()))
}
