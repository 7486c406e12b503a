//! `/{tenant}/oauth2/v2.0/devicecode` (RFC 8628 section 3.1).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Request;
use crate::client_auth;
use crate::device::{DeviceFlow, DeviceState, new_device_code, new_user_code};
use crate::errors::AadError;
use crate::received::Received;
use crate::respond::{self, Caching};
use crate::scopes::RequestedScopes;
use crate::state::App;
use crate::tenant::TenantSegment;

pub(crate) async fn device_code(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    respond::entra(&app, &request, Caching::NoStore, issue(&app, &segment, &request))
}

fn issue(app: &App, segment: &str, request: &Received) -> Result<Value, AadError> {
    let tenant = TenantSegment::parse(segment, "invalid_request")?;
    let form = request.form()?;
    let client = client_auth::find(form.require("client_id")?, tenant)?;
    let scope = form.require("scope")?;
    let scopes = RequestedScopes::parse(scope, tenant.name())?;
    let mut state = app.state();
    let mut user_code = new_user_code();
    while state.device_by_user_code(&user_code).is_some() {
        user_code = new_user_code();
    }
    let device_code = new_device_code();
    let verification_uri = format!("{}/devicelogin", app.url);
    let body = json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": verification_uri,
        "expires_in": app.expires_in,
        "interval": app.interval,
        "message": message(request.query.get("mkt").unwrap_or_default(), &verification_uri, &user_code),
    });
    state.add_device(DeviceFlow {
        device_code,
        user_code,
        client,
        segment: segment.to_owned(),
        tenant,
        scope: scope.to_owned(),
        scopes,
        correlation_id: request.correlation_id.clone(),
        expires_at: app.clock.now() + app.expires_in,
        state: DeviceState::Pending,
        polls: 0,
    });
    Ok(body)
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
