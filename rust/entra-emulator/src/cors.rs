//! Cross-origin requests: documents are open to every page, tokens only to pages of single-page apps.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use url::Url;

use crate::catalog::Catalog;
use crate::configuration::{AppRegistration, RedirectUriType};
use crate::errors::AadError;
use crate::received::Received;
use crate::respond::set;
use crate::state::Sts;

const DAY: &str = "86400";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";
/// Headers that pages may send, besides those that begin with one of [`HEADER_PREFIXES`].
const HEADERS: [&str; 6] = [
    "content-type",
    "client-request-id",
    "return-client-request-id",
    "x-anchormailbox",
    "x-ms-lib-capability",
    "authorization",
];
const HEADER_PREFIXES: [&str; 2] = ["x-client-", "x-app-"];

/// Whether a token request comes from a page of this app. A page of any other origin is refused, as at the service.
pub(crate) fn check(app: &AppRegistration, request: &Received) -> Result<bool, AadError> {
    match request.header(header::ORIGIN.as_str()) {
        None => Ok(false),
        Some(origin) if is_page_of(app.redirect_uris_of(RedirectUriType::Spa), origin) => Ok(true),
        Some(_) => Err(AadError::cross_origin()),
    }
}

/// Lets the page read the answer of a token endpoint, if it is one of a single-page app.
pub(crate) fn open_token_answer(catalog: &Catalog, request: &Received, response: &mut Response) {
    set(response, header::VARY.as_str(), "Origin");
    if let Some(origin) = page_origin(catalog, request) {
        set(response, ALLOW_ORIGIN, origin);
        set(response, "access-control-expose-headers", "client-request-id, x-ms-request-id");
    }
}

/// The preflight of a token endpoint.
pub(crate) async fn token_preflight(
    State(sts): State<Arc<Sts>>,
    Extension(request): Extension<Arc<Received>>,
) -> Response {
    let mut response = preflight(&request, "GET, POST, OPTIONS");
    open_token_answer(&sts.catalog(), &request, &mut response);
    response
}

/// The preflight of a document.
pub(crate) async fn document_preflight(Extension(request): Extension<Arc<Received>>) -> Response {
    let mut response = preflight(&request, "GET, OPTIONS");
    set(&mut response, ALLOW_ORIGIN, "*");
    response
}

/// Without `access-control-allow-origin`, which is added where it is due, a browser goes no further.
fn preflight(request: &Received, methods: &str) -> Response {
    let asked = request.header("access-control-request-headers").unwrap_or_default();
    let allowed: Vec<&str> = asked.split(',').map(str::trim).filter(|name| is_allowed(name)).collect();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    set(&mut response, "access-control-allow-methods", methods);
    set(&mut response, "access-control-allow-headers", &allowed.join(", "));
    set(&mut response, "access-control-max-age", DAY);
    response
}

fn is_allowed(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADERS.contains(&name.as_str()) || HEADER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn page_origin<'a>(catalog: &Catalog, request: &'a Received) -> Option<&'a str> {
    let origin = request.header(header::ORIGIN.as_str())?;
    Some(origin).filter(|origin| is_page_of(catalog.single_page_uris(), origin))
}

/// Whether the origin is that of a redirect URI of type single-page application. As with redirect URIs themselves,
/// the port of localhost is free.
fn is_page_of<'a>(mut uris: impl Iterator<Item = &'a str>, origin: &str) -> bool {
    let Ok(origin) = Url::parse(origin) else {
        return false;
    };
    uris.any(|uri| {
        let Ok(uri) = Url::parse(uri) else {
            return false;
        };
        let same_port = uri.host_str() == Some("localhost")
            || uri.port_or_known_default() == origin.port_or_known_default();
        uri.scheme() == origin.scheme() && uri.host_str() == origin.host_str() && same_port
    })
}

/// Lets a page of any origin read a response of an API, as Microsoft Graph does.
pub(crate) fn open_api_answer(response: &mut Response) {
    set(response, ALLOW_ORIGIN, "*");
    set(
        response,
        "access-control-expose-headers",
        "request-id, client-request-id, www-authenticate, retry-after",
    );
}
