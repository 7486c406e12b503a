//! What an answer of the token endpoint consists of, for every grant.

mod claims;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

pub(crate) use claims::{issuer, session_has_mfa};

use crate::authorize::ResponseTypes;
use crate::refresh_tokens::{RefreshGrant, SINGLE_PAGE_LIFETIME};
use crate::scopes::RequestedScopes;
use crate::seed::{Tenant, User};
use crate::state::App;
use crate::token_request::{Endpoint, TokenRequest};

/// Entra draws the lifetime of an access token between 60 and 90 minutes.
const LIFETIME: std::ops::RangeInclusive<u64> = 3600..=5400;
/// Of a token that can be ended by a claims challenge.
const CONTINUOUS_ACCESS_LIFETIME: u64 = 86_399;

/// A grant that was accepted: which user gets tokens for what.
pub(crate) struct Grant<'a> {
    pub(crate) user: &'static User,
    pub(crate) scopes: &'a RequestedScopes,
    /// The sign-in had a second factor.
    pub(crate) mfa: bool,
    /// When a single-page app's refresh tokens end; none to begin with.
    pub(crate) single_page_until: Option<u64>,
    /// The sign-in at /authorize that this comes from; none for a refresh token, even of such a sign-in.
    pub(crate) sign_in: Option<&'a SignIn>,
}

/// What an ID token says of a sign-in at /authorize.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) nonce: Option<String>,
    /// ID of the browser's session.
    pub(crate) sid: String,
    /// When the user signed in, in seconds since 1970.
    pub(crate) auth_time: u64,
}

/// The body of a successful answer about a user.
pub(crate) fn for_user(app: &App, request: &TokenRequest<'_>, grant: &Grant<'_>) -> Value {
    let now = app.clock.now();
    let scopes = grant.scopes;
    let (access_token, lifetime) = access_token(app, request, grant, now);
    let scope = if request.endpoint == Endpoint::V1 { scopes.granted().join(" ") } else { scopes.echo() };
    let mut body = body(request, scopes, Some(scope), lifetime, now);
    body.insert("access_token".into(), access_token.into());
    if scopes.offline_access() {
        let single_page_until =
            grant.single_page_until.or_else(|| request.single_page.then_some(now + SINGLE_PAGE_LIFETIME));
        let kept = RefreshGrant {
            user: grant.user,
            client: request.client.app,
            scopes: scopes.clone(),
            mfa: grant.mfa,
            single_page_until,
        };
        body.insert("refresh_token".into(), app.state().refresh_tokens.issue(kept, now).into());
        if request.client.app.family {
            body.insert("foci".into(), "1".into());
        }
    }
    if scopes.asks("openid") {
        body.insert("id_token".into(), id_token(app, request, grant, &[], now).into());
    }
    if request.wants_client_info() {
        body.insert("client_info".into(), client_info(grant.user).into());
    }
    Value::Object(body)
}

/// The tokens that /authorize itself gives (OpenID Connect Core sections 3.2.2.5 and 3.3.2.5).
pub(crate) fn in_front_channel(
    app: &App,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    types: ResponseTypes,
    code: Option<&str>,
) -> Vec<(&'static str, String)> {
    let now = app.clock.now();
    let mut fields = Vec::new();
    let mut hashed: Vec<_> = code.map(|code| ("c_hash", code.to_owned())).into_iter().collect();
    if types.token {
        let (token, lifetime) = access_token(app, request, grant, now);
        hashed.push(("at_hash", token.clone()));
        fields.push(("access_token", token));
        fields.push(("token_type", "Bearer".to_owned()));
        fields.push(("expires_in", lifetime.to_string()));
        fields.push(("scope", grant.scopes.echo()));
    }
    if types.id_token {
        fields.push(("id_token", id_token(app, request, grant, &hashed, now)));
    }
    fields
}

/// Which account of which directory it is, for a client's cache.
pub(crate) fn client_info(user: &User) -> String {
    URL_SAFE_NO_PAD.encode(json!({ "uid": user.oid, "utid": user.tenant_id }).to_string())
}

/// A user's access token and its lifetime.
fn access_token(app: &App, request: &TokenRequest<'_>, grant: &Grant<'_>, now: u64) -> (String, u64) {
    let lifetime = lifetime(request);
    let claims = claims::of_user(request, grant, now);
    (claims::sign_access_token(app, claims, request, grant.scopes, now + lifetime), lifetime)
}

/// An ID token. `hashed` are the claims that tie it to what is sent beside it.
fn id_token(
    app: &App,
    request: &TokenRequest<'_>,
    grant: &Grant<'_>,
    hashed: &[(&str, String)],
    now: u64,
) -> String {
    let mut claims = claims::of_id_token(request, grant, now);
    for (name, text) in hashed {
        claims.insert((*name).to_owned(), claims::half_hash(text).into());
    }
    app.keys.sign(&Value::Object(claims), false)
}

/// The body of a successful answer to an app about itself: no refresh token, ID token, `scope` or `client_info`.
pub(crate) fn for_app(
    app: &App,
    request: &TokenRequest<'_>,
    tenant: &'static Tenant,
    scopes: &RequestedScopes,
) -> Value {
    let now = app.clock.now();
    let lifetime = lifetime(request);
    let claims = claims::of_app(request, tenant, scopes, now);
    let access_token = claims::sign_access_token(app, claims, request, scopes, now + lifetime);
    let mut body = body(request, scopes, None, lifetime, now);
    body.insert("access_token".into(), access_token.into());
    Value::Object(body)
}

fn lifetime(request: &TokenRequest<'_>) -> u64 {
    if request.claims.continuous_access { CONTINUOUS_ACCESS_LIFETIME } else { rand::random_range(LIFETIME) }
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
