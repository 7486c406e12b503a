//! `/{tenant}/oauth2/v2.0/devicecode` (RFC 8628 section 3.1) and its elder, `/{tenant}/oauth2/devicecode`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Request;
use crate::catalog::Catalog;
use crate::claims_request::ClaimsRequest;
use crate::client;
use crate::configuration::{AppRegistration, Lifetimes};
use crate::device::{DeviceFlow, DeviceState, new_device_code, new_user_code};
use crate::errors::AadError;
use crate::prepared::Decision;
use crate::received::Received;
use crate::respond::{self, Caching};
use crate::scopes::RequestedScopes;
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::token_request::Endpoint;

/// v2.0
pub(crate) async fn v2(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let result = issue(&sts, Endpoint::V2, &segment, &request);
    respond::entra(sts.clock.now(), &request, Caching::NoStore, result)
}

/// v1.0
pub(crate) async fn v1(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let result = issue(&sts, Endpoint::V1, &segment, &request);
    respond::entra(sts.clock.now(), &request, Caching::NoStore, result)
}

fn issue(sts: &Sts, endpoint: Endpoint, segment: &str, request: &Received) -> Result<Value, AadError> {
    let catalog = sts.catalog();
    let tenant = TenantSegment::parse(&catalog, segment, "invalid_request")?;
    let form = request.form()?;
    let client = find_client(&catalog, form.require("client_id")?, &tenant)?;
    let asked = form.require(if endpoint == Endpoint::V1 { "resource" } else { "scope" })?;
    let scopes = match endpoint {
        Endpoint::V1 => RequestedScopes::of_resource(
            &catalog,
            asked,
            form.get("scope").unwrap_or_default(),
            tenant.name(),
        )?,
        Endpoint::V2 => RequestedScopes::parse(&catalog, asked, tenant.name())?,
    };
    ClaimsRequest::read(form)?;
    let (now, lifetimes) = (sts.clock.now(), sts.lifetimes());
    let mut state = sts.state();
    let mut user_code = new_user_code();
    while state.device_by_user_code(&user_code).is_some() {
        user_code = new_user_code();
    }
    let device_code = new_device_code();
    let uri = format!("{}/devicelogin", request.base);
    let message = message(request.query.get("mkt").unwrap_or_default(), &uri, &user_code);
    let body = body(lifetimes, endpoint, [&user_code, &device_code, &uri, &message]);
    let mut flow = DeviceFlow {
        device_code,
        user_code,
        client,
        segment: segment.to_owned(),
        tenant,
        scope: asked.to_owned(),
        scopes,
        correlation_id: request.correlation_id.clone(),
        expires_at: now + lifetimes.device_code,
        state: DeviceState::Pending,
        polls: 0,
    };
    if let Some(answer) = state.prepared.take() {
        let default = || catalog.default_user(|user| flow.tenant.admits_to(&flow.client, user)).cloned();
        let decision = match (answer.decision, answer.user.or_else(default)) {
            (Decision::Approve, Some(user)) => DeviceState::Approved(user),
            (Decision::Expire, _) => DeviceState::Expired,
            _ => DeviceState::Declined,
        };
        // A user who may not sign in leaves the code as it is.
        let _ = flow.decide(decision, now);
    }
    state.devices.push(flow);
    Ok(body)
}

/// A single-tenant app has to say which tenant it means.
fn find_client(
    catalog: &Catalog,
    client_id: &str,
    tenant: &TenantSegment,
) -> Result<Arc<AppRegistration>, AadError> {
    match (catalog.app(client_id), tenant) {
        (_, TenantSegment::Directory(_)) => {}
        (Some(app), _) if !app.multi_tenant => return Err(AadError::no_tenant()),
        _ => {}
    }
    client::find(catalog, client_id, tenant)
}

/// v1.0 writes numbers as strings, and has another name for the page.
fn body(lifetimes: Lifetimes, endpoint: Endpoint, texts: [&str; 4]) -> Value {
    let [user_code, device_code, uri, message] = texts;
    let Lifetimes { device_code_interval: interval, device_code: expires_in, .. } = lifetimes;
    match endpoint {
        Endpoint::V1 => json!({
            "user_code": user_code,
            "device_code": device_code,
            "verification_url": uri,
            "expires_in": expires_in.to_string(),
            "interval": interval.to_string(),
            "message": message,
        }),
        Endpoint::V2 => json!({
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": uri,
            "expires_in": expires_in,
            "interval": interval,
            "message": message,
        }),
    }
}

/// The sentence for the person, in the language of `mkt` (`sv-SE`) where it is known, else in English.
fn message(mkt: &str, uri: &str, code: &str) -> String {
    let language = mkt.split(['-', '_']).next().unwrap_or_default();
    match language.to_ascii_lowercase().as_str() {
        "sv" => format!(
            "Logga in genom att öppna sidan {uri} i en webbläsare och ange koden {code} för att autentisera."
        ),
        "de" => format!(
            "Um sich anzumelden, öffnen Sie in einem Webbrowser die Seite {uri}, und geben Sie zur Authentifizierung den Code {code} ein."
        ),
        "fr" => format!(
            "Pour vous connecter, ouvrez la page {uri} dans un navigateur web et entrez le code {code} pour vous authentifier."
        ),
        "ja" => format!(
            "サインインするには、Web ブラウザーでページ {uri} を開き、コード {code} を入力して認証します。"
        ),
        _ => format!(
            "To sign in, use a web browser to open the page {uri} and enter the code {code} to authenticate."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn the_message_follows_mkt() {
        for (mkt, start) in [
            ("", "To sign in"),
            ("en-US", "To sign in"),
            ("xx-YY", "To sign in"),
            ("sv-SE", "Logga in"),
            ("de", "Um sich anzumelden"),
            ("FR-fr", "Pour vous connecter"),
            ("ja-JP", "サインイン"),
        ] {
            let text = message(mkt, "http://localhost/devicelogin", "ABC");
            assert!(text.starts_with(start), "{mkt}: {text}");
            assert!(text.contains("http://localhost/devicelogin") && text.contains("ABC"), "{text}");
        }
    }
}
