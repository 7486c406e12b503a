//! What an answer of the token endpoint consists of, for every grant.

mod claims;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

pub(crate) use claims::{issuer, session_has_mfa};

use crate::authorize::ResponseTypes;
use crate::client::AuthMethod;
use crate::configuration::{Tenant, User};
use crate::grant::Grant;
use crate::refresh_tokens::{RefreshGrant, SINGLE_PAGE_LIFETIME};
use crate::scopes::RequestedScopes;
use crate::state::Sts;
use crate::token_request::{Endpoint, TokenRequest};

/// Entra draws the lifetime of a user's access token between 60 and 90 minutes.
const USER_LIFETIME: std::ops::RangeInclusive<u64> = 3600..=5400;
/// Of an app's access token.
const APP_LIFETIME: u64 = 3599;
/// Of a token that can be ended by a claims challenge.
const CONTINUOUS_ACCESS_LIFETIME: u64 = 86_399;

/// The body of a successful answer about a user.
pub(crate) fn for_user(sts: &Sts, request: &TokenRequest<'_>, grant: &Grant<'_>) -> Value {
    let now = sts.clock.now();
    let scopes = grant.scopes;
    let (access_token, lifetime) = access_token(sts, request, grant, now);
    let scope = if request.endpoint == Endpoint::V1 { scopes.granted().join(" ") } else { scopes.echo() };
    let mut body = body(request, scopes, Some(scope), lifetime, now);
    body.insert("access_token".into(), access_token.into());
    if scopes.offline_access() {
        let single_page_until =
            grant.single_page_until.or_else(|| request.single_page.then_some(now + SINGLE_PAGE_LIFETIME));
        let kept = RefreshGrant {
            user: Arc::clone(grant.user),
            client: Arc::clone(&request.client.app),
            scopes: scopes.clone(),
            mfa: grant.mfa,
            confidential: request.client.auth != AuthMethod::None,
            single_page_until,
        };
        body.insert("refresh_token".into(), sts.state().refresh_tokens.issue(kept, now).into());
        if request.client.app.family {
            body.insert("foci".into(), "1".into());
        }
    }
    if scopes.asks("openid") {
        body.insert("id_token".into(), id_token(sts, request, grant, &[], now).into());
    }
    if request.wants_client_info() {
        body.insert("client_info".into(), client_info(grant.user).into());
    }
    Value::Object(body)
}

/// The tokens that /authorize itself gives (OpenID Connect Core sections 3.2.2.5 and 3.3.2.5).
pub(crate) fn in_front_channel(
    sts: &Sts,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    types: ResponseTypes,
    code: Option<&str>,
) -> Vec<(&'static str, String)> {
    let now = sts.clock.now();
    let mut fields = Vec::new();
    let mut hashed: Vec<_> = code.map(|code| ("c_hash", code.to_owned())).into_iter().collect();
    if types.token {
        let (token, lifetime) = access_token(sts, request, grant, now);
        hashed.push(("at_hash", token.clone()));
        fields.push(("access_token", token));
        fields.push(("token_type", "Bearer".to_owned()));
        fields.push(("expires_in", lifetime.to_string()));
        fields.push(("scope", grant.scopes.echo()));
    }
    if types.id_token {
        fields.push(("id_token", id_token(sts, request, grant, &hashed, now)));
    }
    fields
}

/// Which account of which directory it is, for a client's cache.
pub(crate) fn client_info(user: &User) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "uid": user.id, "utid": user.tenant }).to_string())
}

/// A user's access token and its lifetime.
fn access_token(sts: &Sts, request: &TokenRequest<'_>, grant: &Grant<'_>, now: u64) -> (String, u64) {
    let lifetime = lifetime(sts, request, || rand::random_range(USER_LIFETIME));
    let claims = user_claims(sts, request, grant, now, lifetime);
    (sts.keys.sign(&Value::Object(claims), grant.scopes.resource.token_version == 1), lifetime)
}

/// All claims of a user's access token.
pub(crate) fn user_claims(
    sts: &Sts,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    now: u64,
    lifetime: u64,
) -> Map<String, Value> {
    let mut claims = claims::of_user(&sts.catalog(), request, grant, now);
    claims::add_audience(&mut claims, request, grant.scopes, now + lifetime);
    claims
}

/// All claims of an app's own access token.
pub(crate) fn app_claims(
    sts: &Sts,
    request: &TokenRequest<'_>,
    tenant: &Tenant,
    scopes: &RequestedScopes,
    now: u64,
    lifetime: u64,
) -> Map<String, Value> {
    let mut claims = claims::of_app(&sts.catalog(), request, tenant, scopes, now);
    claims::add_audience(&mut claims, request, scopes, now + lifetime);
    claims
}

/// The claims of an ID token.
pub(crate) fn id_token_claims(
    sts: &Sts,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    now: u64,
) -> Map<String, Value> {
    claims::of_id_token(&sts.catalog(), request, grant, now)
}

/// An ID token. `hashed` are the claims that tie it to what is sent beside it.
fn id_token(
    sts: &Sts,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    hashed: &[(&str, String)],
    now: u64,
) -> String {
    let mut claims = id_token_claims(sts, request, grant, now);
    for (name, text) in hashed {
        claims.insert((*name).to_owned(), claims::half_hash(text).into());
    }
    sts.keys.sign(&Value::Object(claims), false)
}

/// The body of a successful answer to an app about itself: no refresh token, ID token, `scope` or `client_info`.
pub(crate) fn for_app(
    sts: &Sts,
    request: &TokenRequest<'_>,
    tenant: &Tenant,
    scopes: &RequestedScopes,
) -> Value {
    let now = sts.clock.now();
    let lifetime = lifetime(sts, request, || APP_LIFETIME);
    let claims = app_claims(sts, request, tenant, scopes, now, lifetime);
    let access_token = sts.keys.sign(&Value::Object(claims), scopes.resource.token_version == 1);
    let mut body = body(request, scopes, None, lifetime, now);
    body.insert("access_token".into(), access_token.into());
    Value::Object(body)
}

/// The configured lifetime of an access token, or the service's.
fn lifetime(sts: &Sts, request: &TokenRequest<'_>, usual: impl FnOnce() -> u64) -> u64 {
    match sts.lifetimes().access_token {
        Some(configured) => configured,
        None if request.claims.continuous_access => CONTINUOUS_ACCESS_LIFETIME,
        None => usual(),
    }
}

/// What every answer begins with. v1.0 writes numbers as strings, and has a few more.
fn body(
    request: &TokenRequest<'_>,
    scopes: &RequestedScopes,
    scope: Option<String>,
    lifetime: u64,
    now: u64,
) -> Map<String, Value> {
    let number = |n: u64| match request.endpoint {
        Endpoint::V1 => Value::from(n.to_string()),
        Endpoint::V2 => n.into(),
    };
    let mut body = Map::new();
    body.insert("token_type".into(), "Bearer".into());
    body.extend(scope.map(|scope| ("scope".into(), scope.into())));
    body.insert("expires_in".into(), number(lifetime));
    body.insert("ext_expires_in".into(), number(lifetime));
    if request.endpoint == Endpoint::V1 {
        body.insert("expires_on".into(), number(now + lifetime));
        body.insert("not_before".into(), number(now));
        body.insert("resource".into(), scopes.audience.as_str().into());
    }
    body
}
