//! Checks of a configuration that go beyond its form, and the values that follow from others.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Api, AppRegistration, Configuration, Group, Problem, Tenant, User};
use crate::guid::derived_guid;

type Checked<T> = Result<T, Problem>;

/// Checks a configuration and fills in what may be left out.
pub(super) fn normalize(mut config: Configuration) -> Checked<Configuration> {
    if config.tenants.is_empty() {
        return Err(problem("tenants", "at least one tenant is required"));
    }
    for (i, tenant) in config.tenants.iter_mut().enumerate() {
        complete_tenant(tenant).map_err(|p| within("tenants", i, p))?;
    }
    let tenants = config.tenants.clone();
    unique("tenants", "domain", tenants.iter().map(|tenant| tenant.names().map(str::to_owned).collect()))?;
    for (i, user) in config.users.iter_mut().enumerate() {
        complete_user(user, &tenants).map_err(|p| within("users", i, p))?;
    }
    unique("users", "id", config.users.iter().map(|user| vec![user.id.clone()]))?;
    let names = config.users.iter().map(|user| vec![user.user_principal_name.clone()]);
    unique("users", "user_principal_name", names)?;
    let users = config.users.clone();
    for (i, group) in config.groups.iter_mut().enumerate() {
        complete_group(group, &tenants, &users).map_err(|p| within("groups", i, p))?;
    }
    unique("groups", "id", config.groups.iter().map(|group| vec![group.id.clone()]))?;
    for (i, app) in config.apps.iter_mut().enumerate() {
        complete_app(app, &tenants).map_err(|p| within("apps", i, p))?;
    }
    unique("apps", "client_id", config.apps.iter().map(|app| vec![app.client_id.clone()]))?;
    for (i, api) in config.apis.iter_mut().enumerate() {
        complete_api(api, &users).map_err(|p| within("apis", i, p))?;
    }
    let names = config.apis.iter().map(|api| [vec![api.app_id.clone()], api.uris.clone()].concat());
    unique("apis", "app_id", names)?;
    check_default_user(&config)?;
    check_permissions(&config)?;
    Ok(config)
}

/// Permissions are in APIs that exist, and name roles that those expose. An API without roles has any.
fn check_permissions(config: &Configuration) -> Checked<()> {
    let microsoft = if config.microsoft { Configuration::of_microsoft().apis } else { Vec::new() };
    for (i, app) in config.apps.iter().enumerate() {
        for (j, permission) in app.permissions.iter().enumerate() {
            let field = format!("apps[{i}].permissions[{j}]");
            let name = permission.api.trim_end_matches('/');
            let api = config.apis.iter().chain(&microsoft).find(|api| api.is_called(name));
            let unknown = || problem(&format!("{field}.api"), &format!("no API has the ID or URI '{name}'"));
            let api = api.ok_or_else(unknown)?;
            let foreign =
                permission.roles.iter().find(|role| !api.roles.is_empty() && !api.roles.contains(role));
            if let Some(role) = foreign {
                let text = format!("the API '{}' has no role '{role}'", api.name);
                return Err(problem(&format!("{field}.roles"), &text));
            }
        }
    }
    Ok(())
}

fn check_default_user(config: &Configuration) -> Checked<()> {
    match &config.default_user {
        Some(name) if find_user(&config.users, name).is_none() => {
            Err(problem("default_user", &format!("no user has this name: '{name}'")))
        }
        _ => Ok(()),
    }
}

fn complete_tenant(tenant: &mut Tenant) -> Checked<()> {
    if tenant.domain.is_empty() || !tenant.domain.contains('.') {
        return Err(problem("domain", "must be a domain name, such as contoso.onmicrosoft.com"));
    }
    if tenant.id.is_empty() {
        tenant.id = derived_guid(&format!("tenant|{}", tenant.domain.to_ascii_lowercase()));
    }
    if tenant.name.is_empty() {
        tenant.name = tenant.domain.split('.').next().unwrap_or_default().to_owned();
    }
    guid("id", &mut tenant.id)
}

fn complete_user(user: &mut User, tenants: &[Tenant]) -> Checked<()> {
    let (local, domain) = user
        .user_principal_name
        .rsplit_once('@')
        .ok_or_else(|| problem("user_principal_name", "must have the form name@domain"))?;
    if user.name.is_empty() {
        local.clone_into(&mut user.name);
    }
    let home = if user.tenant.is_empty() { domain } else { &user.tenant };
    let found = find_tenant(tenants, home);
    let field = if user.tenant.is_empty() { "user_principal_name" } else { "tenant" };
    let known =
        || format!("no tenant has the name '{home}'; the domain of a user name must be one of a tenant");
    user.tenant = found.ok_or_else(|| problem(field, &known()))?.id.clone();
    if user.id.is_empty() {
        user.id = derived_guid(&format!("user|{}", user.user_principal_name.to_ascii_lowercase()));
    }
    if user.mail.is_empty() {
        user.mail.clone_from(&user.user_principal_name);
    }
    for (i, name) in user.guest_of.iter_mut().enumerate() {
        let tenant = find_tenant(tenants, name);
        let unknown = || problem(&format!("guest_of[{i}]"), &format!("no tenant has the name '{name}'"));
        let id = tenant.ok_or_else(unknown)?.id.clone();
        *name = id;
    }
    guid("id", &mut user.id)
}

fn complete_group(group: &mut Group, tenants: &[Tenant], users: &[User]) -> Checked<()> {
    let tenant = if group.tenant.is_empty() {
        &tenants[0]
    } else {
        find_tenant(tenants, &group.tenant)
            .ok_or_else(|| problem("tenant", &format!("no tenant has the name '{}'", group.tenant)))?
    };
    group.tenant.clone_from(&tenant.id);
    if group.id.is_empty() {
        group.id = derived_guid(&format!("group|{}|{}", tenant.id, group.name));
    }
    known_users("members", &group.members, users)?;
    guid("id", &mut group.id)
}

fn complete_app(app: &mut AppRegistration, tenants: &[Tenant]) -> Checked<()> {
    guid("client_id", &mut app.client_id)?;
    if app.name.is_empty() {
        app.name.clone_from(&app.client_id);
    }
    app.tenant = match &app.tenant {
        _ if app.first_party => None,
        None => Some(tenants[0].id.clone()),
        Some(name) => {
            let tenant = find_tenant(tenants, name);
            let unknown = || problem("tenant", &format!("no tenant has the name '{name}'"));
            Some(tenant.ok_or_else(unknown)?.id.clone())
        }
    };
    for (i, uri) in app.redirect_uris.iter().enumerate() {
        if !uri.uri.contains(':') {
            let text = "must be a URI with a scheme, such as http://localhost";
            return Err(problem(&format!("redirect_uris[{i}].uri"), text));
        }
    }
    Ok(())
}

fn complete_api(api: &mut Api, users: &[User]) -> Checked<()> {
    guid("app_id", &mut api.app_id)?;
    if api.name.is_empty() {
        api.name.clone_from(&api.app_id);
    }
    if !matches!(api.token_version, 1 | 2) {
        return Err(problem("token_version", "must be 1 or 2"));
    }
    if api.uris.is_empty() {
        api.uris.push(format!("api://{}", api.app_id));
    }
    for uri in &mut api.uris {
        uri.truncate(uri.trim_end_matches('/').len());
    }
    if api.default_scopes.is_empty() {
        api.default_scopes.extend(api.scopes.first().filter(|scope| *scope != "*").cloned());
    }
    known_users("assigned_users", &api.assigned_users, users)
}

fn known_users(field: &str, names: &[String], users: &[User]) -> Checked<()> {
    match names.iter().position(|name| find_user(users, name).is_none()) {
        Some(i) => Err(problem(&format!("{field}[{i}]"), &format!("no user has the name '{}'", names[i]))),
        None => Ok(()),
    }
}

fn find_tenant<'a>(tenants: &'a [Tenant], name: &str) -> Option<&'a Tenant> {
    tenants.iter().find(|tenant| tenant.names().any(|known| known.eq_ignore_ascii_case(name)))
}

fn find_user<'a>(users: &'a [User], name: &str) -> Option<&'a User> {
    users.iter().find(|user| user.user_principal_name.eq_ignore_ascii_case(name))
}

/// IDs are compared as text: one form for all.
fn guid(field: &str, id: &mut String) -> Checked<()> {
    match uuid::Uuid::parse_str(id) {
        Ok(parsed) => {
            *id = parsed.to_string();
            Ok(())
        }
        Err(_) => Err(problem(field, &format!("must be a GUID, not '{id}'"))),
    }
}

fn unique(list: &str, field: &str, names: impl Iterator<Item = Vec<String>>) -> Checked<()> {
    let mut seen = HashSet::new();
    for (i, names) in names.enumerate() {
        for name in names {
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(problem(&format!("{list}[{i}].{field}"), &format!("'{name}' is already taken")));
            }
        }
    }
    Ok(())
}

/// Reads one object of a configuration from JSON. The error names the field.
pub(crate) fn read_object<T: DeserializeOwned>(value: Value) -> Checked<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "" } else { path.as_str() };
        problem(field, &error.inner().to_string())
    })
}

fn problem(field: &str, text: &str) -> Problem {
    Problem { field: field.to_owned(), text: text.to_owned() }
}

fn within(list: &str, i: usize, inner: Problem) -> Problem {
    Problem { field: format!("{list}[{i}].{}", inner.field), ..inner }
}
