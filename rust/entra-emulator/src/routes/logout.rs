//! `/{tenant}/oauth2/v2.0/logout` and its elder: ends the sign-in of a browser (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;

use super::Request;
use super::authorize::{COOKIE, redirect};
use crate::catalog::Catalog;
use crate::configuration::AppRegistration;
use crate::jwt::Jwt;
use crate::login_hint;
use crate::pages;
use crate::received::Params;
use crate::redirect_uri::registration_of;
use crate::respond::set;
use crate::state::Sts;
use crate::tenant::TenantSegment;

pub(crate) async fn logout(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let catalog = sts.catalog();
    let checked =
        TenantSegment::parse(&catalog, &segment, "invalid_request").and_then(|_| request.parameters());
    let params = match checked {
        Ok(params) => params,
        Err(error) => return pages::error::show(sts.clock.now(), &request, &error),
    };
    let hint = params.get("logout_hint").map(login_hint::user_name);
    if let Some(browser) = request.cookie(COOKIE) {
        sts.state().browsers.sign_out(browser, hint.as_deref());
    }
    let mut response = match destination(&catalog, params) {
        Some(uri) => redirect(&uri),
        None => pages::signed_out::show(),
    };
    set(&mut response, header::CACHE_CONTROL.as_str(), "no-store");
    response
}

/// Where the browser goes afterwards: to a redirect URI of the app, or of any app when the request names none.
fn destination(catalog: &Catalog, params: &Params) -> Option<String> {
    let asked = params.get("post_logout_redirect_uri")?;
    let named = params.get("client_id").map(str::to_owned).or_else(|| {
        let jwt = Jwt::parse(params.get("id_token_hint")?)?;
        Some(jwt.text("aud").to_owned())
    });
    let is_registered = |app: &Arc<AppRegistration>| registration_of(app, asked).is_some();
    let registered = match named {
        Some(client_id) => catalog.app(&client_id).is_some_and(is_registered),
        None => catalog.apps().iter().any(is_registered),
    };
    let uri = registered.then(|| asked.to_owned())?;
    let Some(state) = params.get("state") else {
        return Some(uri);
    };
    let separator = if uri.contains('?') { '&' } else { '?' };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    Some(format!("{uri}{separator}{query}"))
}
