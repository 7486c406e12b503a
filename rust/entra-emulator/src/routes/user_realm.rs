//! `/common/userrealm/{upn}`: where a user signs in. Clients of the password grant ask first.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::Request;
use crate::catalog::Catalog;
use crate::respond::{self, Caching};
use crate::state::Sts;

/// Domains of personal accounts. Clients know them by the name of the first.
const PERSONAL_DOMAINS: [&str; 3] = ["live.com", "outlook.com", "hotmail.com"];

pub(crate) async fn user_realm(
    State(sts): State<Arc<Sts>>,
    Path(upn): Path<String>,
    Extension(request): Request,
) -> Response {
    respond::entra(
        sts.clock.now(),
        &request,
        Caching::NoStore,
        Ok(realm(&sts.catalog(), &request.base, &upn)),
    )
}

fn realm(catalog: &Catalog, base: &str, upn: &str) -> Value {
    let domain = domain(upn).to_ascii_lowercase();
    let mut realm = json!({
        "ver": "1.0",
        "account_type": "Unknown",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    });
    if PERSONAL_DOMAINS.contains(&domain.as_str()) {
        realm["domain_name"] = PERSONAL_DOMAINS[0].into();
    } else if catalog.is_federated(upn) {
        realm["account_type"] = "Federated".into();
        realm["domain_name"] = domain.into();
        realm["federation_protocol"] = "WSTrust".into();
        realm["federation_metadata_url"] = format!("{base}/adfs/services/trust/mex").into();
        realm["federation_active_auth_url"] = format!("{base}/adfs/services/trust/2005/usernamemixed").into();
    } else if catalog.tenant(&domain).is_some() {
        realm["account_type"] = "Managed".into();
        realm["domain_name"] = domain.into();
    }
    realm
}

fn domain(upn: &str) -> &str {
    upn.rsplit_once('@').map_or("", |(_, domain)| domain)
}
