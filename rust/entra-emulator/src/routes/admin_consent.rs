//! `/{tenant}/adminconsent` and `/{tenant}/v2.0/adminconsent`: an administrator consents to an app for everyone in a
//! directory.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use url::form_urlencoded;

use super::Request;
use super::authorize::redirect;
use crate::client;
use crate::configuration::{AppRegistration, User};
use crate::errors::AadError;
use crate::pages;
use crate::policy::{consent_for_all, is_administrator};
use crate::received::Received;
use crate::redirect_uri::RedirectUri;
use crate::response_mode::ResponseMode;
use crate::sign_in::check_password;
use crate::state::Sts;
use crate::tenant::TenantSegment;

/// A request in which nothing is wrong.
struct ConsentRequest {
    tenant: TenantSegment,
    app: Arc<AppRegistration>,
    redirect_uri: RedirectUri,
}

/// Shows the page.
pub(crate) async fn begin(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    match read(&sts, &segment, &request) {
        Ok(consent) => page(&sts, &request, &consent, "", None),
        Err(error) => pages::error::show(sts.clock.now(), &request, &error),
    }
}

/// Takes the administrator's decision. The parameters of the request are in the URL of the form still.
pub(crate) async fn decide(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let consent = match read(&sts, &segment, &request) {
        Ok(consent) => consent,
        Err(error) => return pages::error::show(sts.clock.now(), &request, &error),
    };
    let form = request.form_as_sent();
    if form.get("decision") == Some("decline") {
        let description = "AADSTS65004: User declined to consent to access the app.";
        let fields =
            [("error", "access_denied"), ("error_description", description), ("error_subcode", "cancel")];
        return answer(&request, &consent, &fields);
    }
    let upn = form.get("username").unwrap_or_default().trim();
    if let Some(picked) = form.get("pick") {
        return page(&sts, &request, &consent, picked, None);
    }
    let signed_in = check_password(&sts.catalog(), upn, form.get("password").unwrap_or_default());
    match signed_in.and_then(|user| check_administrator(&sts, &consent, &user).map(|()| user)) {
        Err(error) => {
            let wrong = format!("AADSTS{}: {}", error.number, error.text);
            page(&sts, &request, &consent, upn, Some(&wrong))
        }
        Ok(user) => {
            let tenant_id = consent.tenant.directory_of(&consent.app, &user).to_owned();
            consent_for_all(&sts, &consent.app, &tenant_id);
            let mut fields = vec![("admin_consent", "True"), ("tenant", tenant_id.as_str())];
            fields.extend(request.query.get("scope").map(|scope| ("scope", scope)));
            answer(&request, &consent, &fields)
        }
    }
}

fn read(sts: &Sts, segment: &str, request: &Received) -> Result<ConsentRequest, AadError> {
    let catalog = sts.catalog();
    let tenant = TenantSegment::parse(&catalog, segment, "invalid_request")?;
    let app = client::find(&catalog, request.query.require("client_id")?, &tenant)?;
    let redirect_uri = RedirectUri::find(&app, request.query.get("redirect_uri"), ResponseMode::Query)?;
    Ok(ConsentRequest { tenant, app, redirect_uri })
}

fn check_administrator(sts: &Sts, consent: &ConsentRequest, user: &User) -> Result<(), AadError> {
    let (tenant, app) = (&consent.tenant, &consent.app);
    if !tenant.admits_to(app, user) {
        let name = &user.user_principal_name;
        return Err(AadError::foreign_user(name, tenant.name(), &app.client_id, &app.name));
    }
    if is_administrator(&sts.catalog(), user) {
        Ok(())
    } else {
        Err(AadError::admin_required(&app.client_id))
    }
}

fn page(sts: &Sts, request: &Received, consent: &ConsentRequest, upn: &str, wrong: Option<&str>) -> Response {
    let catalog = sts.catalog();
    let admits = |user: &&Arc<User>| consent.tenant.admits_to(&consent.app, user);
    let users: Vec<_> = catalog.users().iter().filter(admits).cloned().collect();
    // A form is sent to where it came from, with the parameters in the URL.
    let client = &consent.redirect_uri.uri;
    pages::admin_consent::show(&request.sent_uri, client, &consent.app, &users, upn, wrong)
}

fn answer(request: &Received, consent: &ConsentRequest, fields: &[(&str, &str)]) -> Response {
    let state = request.query.get("state").map(|state| ("state", state));
    let fields = fields.iter().copied().chain(state);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let uri = &consent.redirect_uri.uri;
    let separator = if uri.contains('?') { '&' } else { '?' };
    redirect(&format!("{uri}{separator}{query}"))
}
