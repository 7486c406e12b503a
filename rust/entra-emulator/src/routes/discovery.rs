//! `OpenID` configuration (v1.0 and v2.0) and instance discovery.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use url::Url;

use super::Request;
use crate::errors::AadError;
use crate::respond::{self, Caching};
use crate::state::Sts;
use crate::tenant::TenantSegment;
use crate::tokens::issuer;

/// `/{tenant}/v2.0/.well-known/openid-configuration`
pub(crate) async fn v2(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let result = TenantSegment::parse(&sts.catalog(), &segment, "invalid_tenant")
        .map(|tenant| v2_document(&request.base, &tenant));
    respond::entra(sts.clock.now(), &request, Caching::Day, result)
}

/// `/{tenant}/.well-known/openid-configuration`
pub(crate) async fn v1(
    State(sts): State<Arc<Sts>>,
    Path(segment): Path<String>,
    Extension(request): Request,
) -> Response {
    let result = TenantSegment::parse(&sts.catalog(), &segment, "invalid_tenant")
        .map(|tenant| v1_document(&request.base, &tenant));
    respond::entra(sts.clock.now(), &request, Caching::Day, result)
}

/// `/common/discovery/instance`: whether a host is one of this cloud, and its other names.
pub(crate) async fn instance(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    let result = request
        .query
        .get("authorization_endpoint")
        .ok_or_else(|| AadError::missing_parameter("authorization_endpoint"))
        .and_then(|endpoint| instance_document(&sts, &request.base, endpoint));
    respond::entra(sts.clock.now(), &request, Caching::Day, result)
}

fn v2_document(own: &str, tenant: &TenantSegment) -> Value {
    let base = format!("{own}/{}", tenant.in_endpoints());
    let mut document = json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer(own, tenant.in_issuer(), 2),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{own}/oidc/userinfo"),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
            "c_hash", "email",
        ],
        "kerberos_endpoint": format!("{base}/kerberos"),
    });
    add_cloud(&mut document, tenant);
    document
}

fn v1_document(own: &str, tenant: &TenantSegment) -> Value {
    let base = format!("{own}/{}", tenant.in_endpoints());
    let mut document = json!({
        "token_endpoint": format!("{base}/oauth2/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{own}/common/discovery/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "token id_token", "token"],
        "scopes_supported": ["openid"],
        "issuer": issuer(own, tenant.in_issuer(), 1),
        "microsoft_multi_refresh_token": true,
        "authorization_endpoint": format!("{base}/oauth2/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "email", "given_name", "family_name", "nickname",
        ],
        "check_session_iframe": format!("{base}/oauth2/checksession"),
        "userinfo_endpoint": format!("{base}/openid/userinfo"),
        "kerberos_endpoint": format!("{base}/kerberos"),
    });
    add_cloud(&mut document, tenant);
    document
}

/// Fields that say which cloud this is. The names are the public cloud's: clients compare them.
fn add_cloud(document: &mut Value, tenant: &TenantSegment) {
    document["tenant_region_scope"] = match tenant {
        TenantSegment::Directory(_) => "WW".into(),
        _ => Value::Null,
    };
    document["cloud_instance_name"] = "microsoftonline.com".into();
    document["cloud_graph_host_name"] = "graph.windows.net".into();
    document["msgraph_host"] = "graph.microsoft.com".into();
    document["rbac_url"] = "https://pas.windows.net".into();
}

fn instance_document(sts: &Sts, base: &str, endpoint: &str) -> Result<Value, AadError> {
    let endpoint = Url::parse(endpoint).map_err(|_| AadError::unknown_instance())?;
    let host = endpoint.host_str().ok_or_else(AadError::unknown_instance)?;
    // Without ports: clients put these names into an authority and keep its own port.
    let own: Vec<&str> = sts.origins.names().collect();
    let cloud = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];
    let others: Vec<&str> = cloud.into_iter().filter(|name| !own.contains(name)).collect();
    if !own.contains(&host) && !cloud.contains(&host) {
        return Err(AadError::unknown_instance());
    }
    let segment = endpoint.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
    let tenant = TenantSegment::parse(&sts.catalog(), segment, "invalid_tenant")?;
    let tenant = tenant.in_endpoints();
    // Clients take the first entry that has a name as alias: every name is in one.
    let mut metadata =
        vec![json!({ "preferred_network": "localhost", "preferred_cache": "localhost", "aliases": own })];
    if let [network, ..] = others[..] {
        let cache = others.get(1).copied().unwrap_or(network);
        metadata.push(json!({ "preferred_network": network, "preferred_cache": cache, "aliases": others }));
    }
    Ok(json!({
        "tenant_discovery_endpoint": format!("{base}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": metadata,
    }))
}
