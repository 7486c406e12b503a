//! The little of Microsoft Graph that shows a token works: `/v1.0/me`, `/v1.0/users`, `/v1.0/groups`, and the userinfo
//! endpoint.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::{Value, json};

use super::Request;
use crate::api_access::{Caller, check, graph_error, graph_response, refuse_by_graph};
use crate::catalog::{Catalog, object_id};
use crate::configuration::{Group, Tenant, User};
use crate::cors::document_preflight;
use crate::received::Received;
use crate::state::Sts;

/// What lists users, and one of which is needed.
const READ_USERS: [&str; 7] = [
    "User.Read.All",
    "User.ReadWrite.All",
    "User.ReadBasic.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Directory.AccessAsUser.All",
    "GroupMember.Read.All",
];
const READ_GROUPS: [&str; 6] = [
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Directory.AccessAsUser.All",
];

pub(crate) fn router() -> Router<Arc<Sts>> {
    Router::new()
        .route("/v1.0/me", get(me).options(document_preflight))
        .route("/v1.0/users", get(users).options(document_preflight))
        .route("/v1.0/users/{id}", get(user).options(document_preflight))
        .route("/v1.0/groups", get(groups).options(document_preflight))
        .route("/v1.0/groups/{id}", get(group).options(document_preflight))
        .route("/v1.0/groups/{id}/members", get(members).options(document_preflight))
        .route("/oidc/userinfo", get(userinfo).post(userinfo).options(document_preflight))
        .route("/{tenant}/openid/userinfo", get(userinfo).post(userinfo).options(document_preflight))
}

/// What a handler answers: a body, or a status with Graph's code and message.
type Answer = Result<Value, (StatusCode, &'static str, String)>;

/// Checks the token and answers.
fn answer(sts: &Sts, request: &Received, body: impl FnOnce(&Catalog, &Caller) -> Answer) -> Response {
    let catalog = sts.catalog();
    let caller = match check(sts, request, &catalog.graph()) {
        Ok(caller) => caller,
        Err(refused) => return refuse_by_graph(sts, request, &refused),
    };
    match body(&catalog, &caller) {
        Ok(body) => graph_response(request, StatusCode::OK, &body, None),
        Err((status, code, message)) => {
            graph_response(request, status, &graph_error(sts, request, code, &message), None)
        }
    }
}

async fn me(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |_, caller| match &caller.user {
        Some(user) => {
            let mut body = profile(user, caller.tenant_id());
            put_context(&mut body, &request, "users/$entity");
            Ok(body)
        }
        None => Err(bad_request("/me request is only valid with delegated authentication flow.")),
    })
}

async fn users(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        require(caller, &READ_USERS)?;
        let tenant = tenant_of(catalog, caller)?;
        let users: Vec<Value> = catalog.users_of(tenant).map(|user| profile(user, &tenant.id)).collect();
        Ok(list(&request, "users", &users))
    })
}

async fn user(State(sts): State<Arc<Sts>>, Path(id): Path<String>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let tenant = tenant_of(catalog, caller)?;
        let is_meant = |user: &&Arc<User>| {
            user.user_principal_name.eq_ignore_ascii_case(&id) || object_id(user, &tenant.id) == id
        };
        let found = catalog.users_of(tenant).find(is_meant).ok_or_else(|| not_found(&id))?;
        if caller.user.as_ref().is_none_or(|user| user.id != found.id) {
            require(caller, &READ_USERS)?;
        }
        let mut body = profile(found, &tenant.id);
        put_context(&mut body, &request, "users/$entity");
        Ok(body)
    })
}

async fn groups(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        require(caller, &READ_GROUPS)?;
        let tenant = tenant_of(catalog, caller)?;
        let groups: Vec<Value> = groups_of(catalog, tenant).map(|group| group_profile(group)).collect();
        Ok(list(&request, "groups", &groups))
    })
}

async fn group(State(sts): State<Arc<Sts>>, Path(id): Path<String>, Extension(request): Request) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let mut body = group_profile(find_group(catalog, caller, &id)?);
        put_context(&mut body, &request, "groups/$entity");
        Ok(body)
    })
}

async fn members(
    State(sts): State<Arc<Sts>>,
    Path(id): Path<String>,
    Extension(request): Request,
) -> Response {
    answer(&sts, &request, |catalog, caller| {
        let group = find_group(catalog, caller, &id)?;
        let member = |name: &String| {
            let mut profile = profile(catalog.user(name)?, &group.tenant);
            profile["@odata.type"] = "#microsoft.graph.user".into();
            Some(profile)
        };
        let members: Vec<Value> = group.members.iter().filter_map(member).collect();
        Ok(list(&request, "directoryObjects", &members))
    })
}

/// `OpenID` Connect's userinfo (Core section 5.3).
async fn userinfo(State(sts): State<Arc<Sts>>, Extension(request): Request) -> Response {
    answer(&sts, &request, |_, caller| match &caller.user {
        Some(user) => Ok(json!({
            "sub": caller.claims["sub"],
            "name": user.name,
            "family_name": user.family_name,
            "given_name": user.given_name,
            "picture": format!("{}/v1.0/me/photo/$value", request.base),
            "email": user.mail,
        })),
        None => Err(bad_request("The userinfo endpoint is only valid with delegated authentication flow.")),
    })
}

fn require(caller: &Caller, permissions: &[&str]) -> Result<(), (StatusCode, &'static str, String)> {
    if caller.has_any(permissions) {
        return Ok(());
    }
    let message = "Insufficient privileges to complete the operation.";
    Err((StatusCode::FORBIDDEN, "Authorization_RequestDenied", message.to_owned()))
}

fn tenant_of<'a>(
    catalog: &'a Catalog,
    caller: &Caller,
) -> Result<&'a Arc<Tenant>, (StatusCode, &'static str, String)> {
    let tenant = catalog.tenant(caller.tenant_id());
    tenant.ok_or_else(|| bad_request("The tenant of the token doesn't exist."))
}

fn groups_of<'a>(catalog: &'a Catalog, tenant: &'a Tenant) -> impl Iterator<Item = &'a Arc<Group>> {
    catalog.groups().iter().filter(|group| group.tenant == tenant.id)
}

fn find_group<'a>(
    catalog: &'a Catalog,
    caller: &Caller,
    id: &str,
) -> Result<&'a Arc<Group>, (StatusCode, &'static str, String)> {
    require(caller, &READ_GROUPS)?;
    let tenant = tenant_of(catalog, caller)?;
    groups_of(catalog, tenant).find(|group| group.id.eq_ignore_ascii_case(id)).ok_or_else(|| not_found(id))
}

fn bad_request(message: &str) -> (StatusCode, &'static str, String) {
    (StatusCode::BAD_REQUEST, "BadRequest", message.to_owned())
}

fn not_found(id: &str) -> (StatusCode, &'static str, String) {
    let message = format!(
        "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
    );
    (StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
}

fn put_context(body: &mut Value, request: &Received, what: &str) {
    let context = format!("{}/v1.0/$metadata#{what}", request.base);
    // Graph has it in front.
    if let Value::Object(object) = body {
        object.shift_insert(0, "@odata.context".into(), context.into());
    }
}

fn list(request: &Received, what: &str, items: &[Value]) -> Value {
    json!({ "@odata.context": format!("{}/v1.0/$metadata#{what}", request.base), "value": items })
}

fn profile(user: &User, tenant_id: &str) -> Value {
    json!({
        "businessPhones": [],
        "displayName": user.name,
        "givenName": user.given_name,
        "jobTitle": null,
        "mail": user.mail,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": user.family_name,
        "userPrincipalName": user.user_principal_name,
        "id": object_id(user, tenant_id),
    })
}

fn group_profile(group: &Group) -> Value {
    json!({
        "id": group.id,
        "displayName": group.name,
        "description": null,
        "groupTypes": [],
        "mailEnabled": false,
        "securityEnabled": true,
    })
}
