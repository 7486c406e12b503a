//! `/common/userrealm/{upn}`: where a user signs in. Clients of the password grant ask first.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Request;
use crate::respond::{self, Caching};
use crate::seed::{self, TENANTS};
use crate::state::App;

/// Domains of personal accounts. Clients know them by the name of the first.
const PERSONAL_DOMAINS: [&str; 3] = ["live.com", "outlook.com", "hotmail.com"];

pub(crate) async fn user_realm(
    State(app): State<Arc<App>>,
    Path(upn): Path<String>,
    Extension(request): Request,
) -> Response {
    respond::entra(&app, &request, Caching::NoStore, Ok(realm(&request.base, &upn)))
}

/// Whether users of this name's domain sign in elsewhere.
pub(crate) fn is_federated(upn: &str) -> bool {
    let domain = domain(upn);
    TENANTS.iter().flat_map(|tenant| tenant.federated_domains).any(|known| known.eq_ignore_ascii_case(domain))
}

fn realm(base: &str, upn: &str) -> Value {
    let domain = domain(upn).to_ascii_lowercase();
    let mut realm = json!({
        "ver": "1.0",
        "account_type": "Unknown",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    });
    if PERSONAL_DOMAINS.contains(&domain.as_str()) {
        realm["domain_name"] = PERSONAL_DOMAINS[0].into();
    } else if is_federated(upn) {
        realm["account_type"] = "Federated".into();
        realm["domain_name"] = domain.into();
        realm["federation_protocol"] = "WSTrust".into();
        realm["federation_metadata_url"] = format!("{base}/adfs/services/trust/mex").into();
        realm["federation_active_auth_url"] = format!("{base}/adfs/services/trust/2005/usernamemixed").into();
    } else if seed::tenant(&domain).is_some() {
        realm["account_type"] = "Managed".into();
        realm["domain_name"] = domain.into();
    }
    realm
}

fn domain(upn: &str) -> &str {
    upn.rsplit_once('@').map_or("", |(_, domain)| domain)
}
