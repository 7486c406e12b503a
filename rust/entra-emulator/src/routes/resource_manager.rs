//! The little of Azure Resource Manager that Azure CLI and Azure PowerShell ask for at a sign-in: `/tenants` and
//! `/subscriptions`, and what `az cloud register` reads.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::{Value, json};

use super::Request;
use crate::api_access::{Caller, check, refuse_by_arm};
use crate::catalog::{Catalog, belongs};
use crate::configuration::Tenant;
use crate::guid::derived_guid;
use crate::received::Received;
use crate::respond::json_response;
use crate::seed::RESOURCE_MANAGER_APP_ID;
use crate::state::Sts;

pub(crate) fn router() -> Router<Arc<Sts>> {
    Router::new()
        .route("/metadata/endpoints", get(endpoints))
        .route("/tenants", get(tenants))
        .route("/subscriptions", get(subscriptions))
        .route("/subscriptions/{id}", get(subscription))
}

async fn tenants(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let tenants = catalog.tenants().iter().filter(|tenant| match &caller.user {
            Some(user) => belongs(user, tenant),
            None => tenant.id == caller.tenant_id(),
        });
        let value: Vec<Value> = tenants.map(|tenant| show_tenant(tenant, caller)).collect();
        Ok(json!({ "value": value }))
    })
}

async fn subscriptions(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let value: Vec<Value> =
            catalog.tenant(caller.tenant_id()).map(|tenant| show(tenant)).into_iter().collect();
        Ok(json!({ "value": value, "count": { "type": "Total", "value": value.len() } }))
    })
}

async fn subscription(
    State(sts): State<Arc<Sts>>,
    Path(id): Path<String>,
    Extension(request): Request,
) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let tenant = catalog.tenant(caller.tenant_id()).filter(|tenant| subscription_id(tenant) == id);
        tenant.map(|tenant| show(tenant)).ok_or_else(|| {
            let message = format!("The subscription '{id}' could not be found.");
            (
                StatusCode::NOT_FOUND,
                json!({ "error": { "code": "SubscriptionNotFound", "message": message } }),
            )
        })
    })
}

/// The endpoints of this cloud. Public.
async fn endpoints(Extension(request): Request) -> Response {
    let base = &request.base;
    let audiences = ["https://management.core.windows.net/", "https://management.azure.com/"];
    let authentication = json!({
        "loginEndpoint": format!("{base}/"),
        "audiences": audiences,
        "tenant": "common",
        "identityProvider": "AAD",
    });
    let old = json!({
        "galleryEndpoint": base,
        "graphEndpoint": "https://graph.windows.net/",
        "portalEndpoint": base,
        "authentication": authentication,
    });
    let new = json!({
        "name": "EntraEmulator",
        "portal": base,
        "gallery": base,
        "graph": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "resourceManager": format!("{base}/"),
        "authentication": authentication,
        "suffixes": {},
    });
    let version = request.query.get("api-version").unwrap_or_default();
    let body = match version {
        "2015-01-01" => old,
        version if version < "2022-09-01" => json!([new]),
        _ => new,
    };
    json_response(StatusCode::OK, &body)
}

fn answer(
    sts: &Sts,
    request: &Received,
    body: impl FnOnce(&Catalog, &Caller) -> Result<Value, (StatusCode, Value)>,
) -> Response {
    if request.query.get("api-version").is_none() {
        let message = "The api-version query parameter (?api-version=) is required for all requests.";
        let error = json!({ "error": { "code": "MissingApiVersionParameter", "message": message } });
        return json_response(StatusCode::BAD_REQUEST, &error);
    }
    let catalog = sts.catalog();
    let Some(api) = catalog.api(RESOURCE_MANAGER_APP_ID) else {
        let error = json!({ "error": { "code": "NotFound", "message": "The configuration has no Resource Manager." } });
        return json_response(StatusCode::NOT_FOUND, &error);
    };
    match check(sts, request, api) {
        Err(refused) => refuse_by_arm(sts, request, &refused),
        Ok(caller) => match body(&catalog, &caller) {
            Ok(body) => json_response(StatusCode::OK, &body),
            Err((status, error)) => json_response(status, &error),
        },
    }
}

fn show_tenant(tenant: &Tenant, caller: &Caller) -> Value {
    let is_home = caller.user.as_ref().is_none_or(|user| user.tenant == tenant.id);
    let domains: Vec<&str> = tenant.names().skip(1).collect();
    json!({
        "id": format!("/tenants/{}", tenant.id),
        "tenantId": tenant.id,
        "countryCode": "US",
        "displayName": tenant.name,
        "domains": domains,
        "tenantCategory": if is_home { "Home" } else { "ManagedBy" },
        "defaultDomain": tenant.domain,
        "tenantType": "AAD",
    })
}

/// Every tenant has one subscription.
fn show(tenant: &Tenant) -> Value {
    let id = subscription_id(tenant);
    json!({
        "id": format!("/subscriptions/{id}"),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": id,
        "tenantId": tenant.id,
        "displayName": format!("{} subscription", tenant.name),
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    })
}

fn subscription_id(tenant: &Tenant) -> String {
    derived_guid(&format!("subscription|{}", tenant.id))
}
