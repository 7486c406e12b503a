//! What an answer of the token endpoint consists of, for every grant that ends in tokens for a user.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use crate::client_auth::Client;
use crate::scopes::RequestedScopes;
use crate::seed::User;
use crate::state::{App, RefreshGrant};

/// Entra draws the lifetime of an access token between 60 and 90 minutes.
const LIFETIME: std::ops::RangeInclusive<u64> = 3600..=5400;
const ID_TOKEN_LIFETIME: u64 = 3600;

/// A grant that was accepted: who gets which tokens for what.
pub(crate) struct Grant<'a> {
    pub(crate) client: Client,
    pub(crate) user: &'static User,
    pub(crate) scopes: &'a RequestedScopes,
    /// The request had `client_info=1`.
    pub(crate) client_info: bool,
    /// How the user signed in, the `amr` claim.
    pub(crate) amr: &'a [&'a str],
}

/// The issuer of tokens. The real service's v1.0 issuer is on another host (`sts.windows.net`); here both are the
/// emulator, so that a verifier finds the metadata.
pub(crate) fn issuer(app: &App, tenant: &str, version: u8) -> String {
    match version {
        1 => format!("{}/{tenant}/", app.url),
        _ => format!("{}/{tenant}/v2.0", app.url),
    }
}

/// The body of a successful answer.
pub(crate) fn issue(app: &App, grant: &Grant<'_>) -> Value {
    let now = app.clock.now();
    let lifetime = rand::random_range(LIFETIME);
    let scopes = grant.scopes;
    let mut body = Map::new();
    body.insert("token_type".into(), "Bearer".into());
    body.insert("scope".into(), scopes.echo().into());
    body.insert("expires_in".into(), lifetime.into());
    body.insert("ext_expires_in".into(), lifetime.into());
    body.insert("access_token".into(), access_token(app, grant, now, lifetime).into());
    if scopes.offline_access() {
        let kept = RefreshGrant { user: grant.user, client: grant.client.app, scopes: scopes.clone() };
        body.insert("refresh_token".into(), app.state().refresh_tokens.issue(kept).into());
        if grant.client.app.family {
            body.insert("foci".into(), "1".into());
        }
    }
    if scopes.asks("openid") {
        body.insert("id_token".into(), app.keys.sign(&id_claims(app, grant, now), false).into());
    }
    if grant.client_info {
        let info = json!({ "uid": grant.user.oid, "utid": grant.user.tenant_id }).to_string();
        body.insert("client_info".into(), URL_SAFE_NO_PAD.encode(info).into());
    }
    Value::Object(body)
}

fn access_token(app: &App, grant: &Grant<'_>, now: u64, lifetime: u64) -> String {
    let version = grant.scopes.resource.token_version;
    let mut claims = common_claims(app, grant, now, version);
    claims.insert("exp".into(), (now + lifetime).into());
    claims.insert("scp".into(), grant.scopes.scp().into());
    if version == 1 {
        claims.insert("aud".into(), grant.scopes.audience.as_str().into());
        add_v1_claims(&mut claims, grant);
    } else {
        claims.insert("aud".into(), grant.scopes.resource.app_id.into());
        claims.insert("azp".into(), grant.client.app.client_id.into());
        claims.insert("azpacr".into(), grant.client.acr.into());
        claims.insert("name".into(), grant.user.name.into());
        claims.insert("preferred_username".into(), grant.user.upn.into());
    }
    app.keys.sign(&Value::Object(claims), version == 1)
}

/// Claims that only v1.0 access tokens have.
fn add_v1_claims(claims: &mut Map<String, Value>, grant: &Grant<'_>) {
    let user = grant.user;
    let more = json!({
        "acr": "1",
        "amr": grant.amr,
        "app_displayname": grant.client.app.name,
        "appid": grant.client.app.client_id,
        "appidacr": grant.client.acr,
        "family_name": user.family_name,
        "given_name": user.given_name,
        "idtyp": "user",
        "ipaddr": "127.0.0.1",
        "name": user.name,
        "tenant_region_scope": "WW",
        "unique_name": user.upn,
        "upn": user.upn,
    });
    if let Value::Object(more) = more {
        claims.extend(more);
    }
    if !user.roles.is_empty() {
        claims.insert("wids".into(), json!(user.roles));
    }
}

fn id_claims(app: &App, grant: &Grant<'_>, now: u64) -> Value {
    // ID tokens follow the endpoint's version, not the resource's.
    let mut claims = common_claims(app, grant, now, 2);
    claims.insert("aud".into(), grant.client.app.client_id.into());
    claims.insert("exp".into(), (now + ID_TOKEN_LIFETIME).into());
    if grant.scopes.asks("profile") {
        claims.insert("name".into(), grant.user.name.into());
        claims.insert("preferred_username".into(), grant.user.upn.into());
    }
    if grant.scopes.asks("email") {
        claims.insert("email".into(), grant.user.upn.into());
    }
    Value::Object(claims)
}

/// Claims of every token of a user.
fn common_claims(app: &App, grant: &Grant<'_>, now: u64, version: u8) -> Map<String, Value> {
    let user = grant.user;
    let claims = json!({
        "iss": issuer(app, user.tenant_id, version),
        "iat": now,
        "nbf": now,
        "aio": opaque(48),
        "oid": user.oid,
        "rh": format!("1.{}.", opaque(30)),
        "sub": pairwise_subject(user, grant.client.app.client_id),
        "tid": user.tenant_id,
        "uti": opaque(16),
        "ver": if version == 1 { "1.0" } else { "2.0" },
    });
    match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    }
}

/// A subject that is the same for one user and one app, and tells another app nothing.
fn pairwise_subject(user: &User, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{}|{client_id}", user.oid).as_bytes()))
}

fn opaque(bytes: usize) -> String {
    let random: Vec<u8> = (0..bytes).map(|_| rand::random()).collect();
    URL_SAFE_NO_PAD.encode(random)
}
