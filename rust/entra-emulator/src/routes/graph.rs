//! The little of Microsoft Graph that shows a token works: `/v1.0/me`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::Request;
use crate::clock::graph_timestamp;
use crate::keys::Rejection;
use crate::received::Received;
use crate::respond::{json_response, set};
use crate::seed::{self, GRAPH_APP_ID, User};
use crate::state::App;

const INVALID_TOKEN: &str = "InvalidAuthenticationToken";

pub(crate) async fn me(State(app): State<Arc<App>>, Extension(request): Request) -> Response {
    let mut response = match bearer_user(&app, &request) {
        Ok(user) => json_response(StatusCode::OK, &profile(&request, user)),
        Err(message) => {
            let mut response = json_response(StatusCode::UNAUTHORIZED, &error(&app, &request, message));
            let challenge = format!(
                "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"{GRAPH_APP_ID}\"",
                request.base
            );
            set(&mut response, header::WWW_AUTHENTICATE.as_str(), &challenge);
            response
        }
    };
    set(&mut response, header::CACHE_CONTROL.as_str(), "no-cache");
    set(&mut response, "request-id", &request.trace_id);
    set(&mut response, "client-request-id", &request.correlation_id);
    response
}

/// The user of the bearer token, or what Graph says about a token it doesn't take.
fn bearer_user(app: &App, request: &Received) -> Result<&'static User, &'static str> {
    let token = request
        .header(header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token.trim());
    if token.is_empty() {
        return Err("Access token is empty.");
    }
    let claims = app.keys.verify(token).map_err(|rejection| match rejection {
        Rejection::NotAJwt => "IDX14100: JWT is not well formed, there are no dots (.).",
        Rejection::BadSignature => "Access token validation failure. Invalid signature.",
    })?;
    if !claims["aud"].as_str().is_some_and(is_graph) {
        return Err("Access token validation failure. Invalid audience.");
    }
    if claims["exp"].as_u64().is_none_or(|exp| exp <= app.clock.now()) {
        return Err("Lifetime validation failed, the token is expired.");
    }
    let oid = claims["oid"].as_str().unwrap_or_default();
    seed::user_by_id(oid).ok_or("/me request is only valid with delegated authentication flow.")
}

fn is_graph(audience: &str) -> bool {
    seed::resource(audience).is_some_and(|resource| resource.app_id == GRAPH_APP_ID)
}

fn profile(request: &Received, user: &User) -> Value {
    json!({
        "@odata.context": format!("{}/v1.0/$metadata#users/$entity", request.base),
        "businessPhones": [],
        "displayName": user.name,
        "givenName": user.given_name,
        "jobTitle": null,
        "mail": user.upn,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": user.family_name,
        "userPrincipalName": user.upn,
        "id": user.oid,
    })
}

fn error(app: &App, request: &Received, message: &str) -> Value {
    json!({
        "error": {
            "code": INVALID_TOKEN,
            "message": message,
            "innerError": {
                "date": graph_timestamp(app.clock.now()),
                "request-id": request.trace_id,
                "client-request-id": request.correlation_id,
            },
        },
    })
}
