//! Bearer tokens at the emulator's own APIs: whether one is accepted, and what each API says when it isn't.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::challenges::{Challenge, ChallengeForm};
use crate::clock::graph_timestamp;
use crate::configuration::{Api, User};
use crate::cors::open_api_answer;
use crate::keys::Rejection;
use crate::received::Received;
use crate::respond::{json_response, set};
use crate::seed::GRAPH_APP_ID;
use crate::state::Sts;

/// Whose token it is.
pub(crate) struct Caller {
    pub(crate) claims: Value,
    /// None for an app's own token.
    pub(crate) user: Option<Arc<User>>,
}

impl Caller {
    /// The directory that the token is of.
    pub(crate) fn tenant_id(&self) -> &str {
        self.claims["tid"].as_str().unwrap_or_default()
    }

    /// Whether the token has one of these scopes or roles.
    pub(crate) fn has_any(&self, permissions: &[&str]) -> bool {
        let scopes = self.claims["scp"].as_str().unwrap_or_default().split(' ');
        let roles =
            self.claims["roles"].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str);
        scopes.chain(roles).any(|granted| permissions.contains(&granted))
    }
}

/// Why a token isn't accepted.
pub(crate) enum Refused {
    Missing,
    Malformed,
    Signature,
    Audience(String),
    Expired,
    NotYetValid,
    Challenge(Challenge),
}

/// Checks the bearer token of a request to an API.
pub(crate) fn check(sts: &Sts, request: &Received, api: &Api) -> Result<Caller, Refused> {
    let token = request.bearer_token().ok_or(Refused::Missing)?;
    let claims = sts.keys.verify(token).map_err(|rejection| match rejection {
        Rejection::NotAJwt => Refused::Malformed,
        Rejection::BadSignature => Refused::Signature,
    })?;
    let audience = claims["aud"].as_str().unwrap_or_default();
    if !api.is_called(audience.trim_end_matches('/')) {
        return Err(Refused::Audience(audience.to_owned()));
    }
    let now = sts.clock.now();
    if claims["exp"].as_u64().is_none_or(|exp| exp <= now) {
        return Err(Refused::Expired);
    }
    if claims["nbf"].as_u64().is_some_and(|nbf| nbf > now) {
        return Err(Refused::NotYetValid);
    }
    if let Some(challenge) = sts.state().challenges.take(&api.app_id, token) {
        return Err(Refused::Challenge(challenge));
    }
    let is_app = claims["scp"].is_null();
    let user = claims["oid"].as_str().filter(|_| !is_app);
    let user = user.and_then(|oid| sts.catalog().user_by_object_id(oid).cloned());
    Ok(Caller { claims, user })
}

/// Microsoft Graph's refusal.
pub(crate) fn refuse_by_graph(sts: &Sts, request: &Received, refused: &Refused) -> Response {
    if let Refused::Challenge(challenge) = refused {
        return challenged(sts, request, challenge);
    }
    let message = match refused {
        Refused::Missing => "Access token is empty.",
        Refused::Malformed => "IDX14100: JWT is not well formed, there are no dots (.).",
        Refused::Signature => "Access token validation failure. Invalid signature.",
        Refused::Audience(_) => "Access token validation failure. Invalid audience.",
        Refused::NotYetValid => "Lifetime validation failed, the token is not yet valid.",
        Refused::Expired | Refused::Challenge(_) => "Lifetime validation failed, the token is expired.",
    };
    let body = graph_error(sts, request, "InvalidAuthenticationToken", message);
    let challenge = format!(
        "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"{GRAPH_APP_ID}\"",
        request.base
    );
    graph_response(request, StatusCode::UNAUTHORIZED, &body, Some(&challenge))
}

/// A response in Graph's form.
pub(crate) fn graph_response(
    request: &Received,
    status: StatusCode,
    body: &Value,
    challenge: Option<&str>,
) -> Response {
    let mut response = json_response(status, body);
    if let Some(challenge) = challenge {
        set(&mut response, header::WWW_AUTHENTICATE.as_str(), challenge);
    }
    set(&mut response, header::CACHE_CONTROL.as_str(), "no-cache");
    set(&mut response, "request-id", &request.trace_id);
    set(&mut response, "client-request-id", &request.correlation_id);
    open_api_answer(&mut response);
    response
}

/// An error in Graph's form.
pub(crate) fn graph_error(sts: &Sts, request: &Received, code: &str, message: &str) -> Value {
    json!({
        "error": {
            "code": code,
            "message": message,
            "innerError": {
                "date": graph_timestamp(sts.clock.now()),
                "request-id": request.trace_id,
                "client-request-id": request.correlation_id,
            },
        },
    })
}

/// Azure Resource Manager's refusal.
pub(crate) fn refuse_by_arm(sts: &Sts, request: &Received, refused: &Refused) -> Response {
    let (code, message) = match refused {
        Refused::Challenge(challenge) => return challenged(sts, request, challenge),
        Refused::Missing => {
            ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
        }
        Refused::Audience(_) => (
            "InvalidAuthenticationTokenAudience",
            "The access token has been obtained for the wrong audience or resource.",
        ),
        Refused::Expired => (
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time is earlier than the current UTC time.",
        ),
        Refused::Malformed | Refused::Signature | Refused::NotYetValid => {
            ("InvalidAuthenticationToken", "The access token is invalid.")
        }
    };
    let mut response =
        json_response(StatusCode::UNAUTHORIZED, &json!({ "error": { "code": code, "message": message } }));
    let challenge = format!(
        "Bearer authorization_uri=\"{}/common\", error=\"invalid_token\", error_description=\"{message}\"",
        request.base
    );
    set(&mut response, header::WWW_AUTHENTICATE.as_str(), &challenge);
    set(&mut response, "x-ms-request-id", &request.trace_id);
    response
}

/// The refusal of an API that follows RFC 6750, as ASP.NET Core's do.
pub(crate) fn refuse_by_rfc(sts: &Sts, request: &Received, refused: &Refused) -> Response {
    let problem = match refused {
        Refused::Challenge(challenge) => return challenged(sts, request, challenge),
        Refused::Missing => None,
        Refused::Malformed => Some("The token is malformed".to_owned()),
        Refused::Signature => Some("The signature is invalid".to_owned()),
        Refused::Audience(audience) => Some(format!("The audience '{audience}' is invalid")),
        Refused::Expired => Some("The token has expired".to_owned()),
        Refused::NotYetValid => Some("The token is not yet valid".to_owned()),
    };
    let (challenge, body) = match problem {
        None => ("Bearer".to_owned(), json!({})),
        Some(problem) => (
            format!(
                "Bearer error=\"invalid_token\", error_description=\"{}\"",
                problem.replace(['"', '\\'], "")
            ),
            json!({ "error": "invalid_token", "error_description": problem }),
        ),
    };
    let mut response = json_response(StatusCode::UNAUTHORIZED, &body);
    set(&mut response, header::WWW_AUTHENTICATE.as_str(), &challenge);
    open_api_answer(&mut response);
    response
}

/// A claims challenge, in the form that the test asked for.
fn challenged(sts: &Sts, request: &Received, challenge: &Challenge) -> Response {
    let claims = STANDARD.encode(challenge.claims.to_string());
    let message = "Continuous access evaluation resulted in claims challenge with result: InteractionRequired and \
                   code: TokenIssuedBeforeRevocationTimestamp";
    match challenge.form {
        ChallengeForm::Graph => {
            let body = graph_error(sts, request, "InvalidAuthenticationToken", message);
            // Graph doesn't quote this URI.
            let header = format!(
                "Bearer realm=\"\", authorization_uri={}/common/oauth2/authorize, client_id=\"{GRAPH_APP_ID}\", \
                 error=\"insufficient_claims\", claims=\"{claims}\"",
                request.base
            );
            graph_response(request, StatusCode::UNAUTHORIZED, &body, Some(&header))
        }
        ChallengeForm::Arm => {
            let body = json!({ "error": { "code": "InvalidAuthenticationToken", "message": message } });
            let mut response = json_response(StatusCode::UNAUTHORIZED, &body);
            let header = format!(
                "Bearer authorization_uri=\"{}/\", error=\"insufficient_claims\", claims=\"{claims}\"",
                request.base
            );
            set(&mut response, header::WWW_AUTHENTICATE.as_str(), &header);
            open_api_answer(&mut response);
            response
        }
    }
}
