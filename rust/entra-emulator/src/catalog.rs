//! What there is at the moment: tenants, users, groups, apps and APIs, and how each is found.

use std::sync::Arc;

use crate::configuration::{
    Api, AppRegistration, Configuration, Group, Lifetimes, Problem, RedirectUriType, Tenant, User,
};
use crate::guid::derived_guid;
use crate::seed::GRAPH_APP_ID;

/// A configuration, ready for use. A change of the configuration makes a new one.
pub(crate) struct Catalog {
    configuration: Configuration,
    tenants: Vec<Arc<Tenant>>,
    users: Vec<Arc<User>>,
    groups: Vec<Arc<Group>>,
    /// The configuration's, then Microsoft's.
    apps: Vec<Arc<AppRegistration>>,
    /// The configuration's, then Microsoft's.
    apis: Vec<Arc<Api>>,
}

impl Catalog {
    /// Takes a configuration that has been checked. Its own apps and APIs come before Microsoft's of the same ID.
    pub(crate) fn new(configuration: Configuration) -> Self {
        let microsoft =
            if configuration.microsoft { Configuration::of_microsoft() } else { Configuration::default() };
        Self {
            tenants: shared(&configuration.tenants),
            users: shared(&configuration.users),
            groups: shared(&configuration.groups),
            apps: shared(&configuration.apps).into_iter().chain(shared(&microsoft.apps)).collect(),
            apis: shared(&configuration.apis).into_iter().chain(shared(&microsoft.apis)).collect(),
            configuration,
        }
    }

    /// The configuration, for an export or a change.
    pub(crate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    pub(crate) fn lifetimes(&self) -> Lifetimes {
        self.configuration.lifetimes
    }

    pub(crate) fn users(&self) -> &[Arc<User>] {
        &self.users
    }

    /// Users who can sign in at a tenant: members and guests.
    pub(crate) fn users_of(&self, tenant: &Tenant) -> impl Iterator<Item = &Arc<User>> {
        self.users.iter().filter(|user| belongs(user, tenant))
    }

    pub(crate) fn groups(&self) -> &[Arc<Group>] {
        &self.groups
    }

    pub(crate) fn apps(&self) -> &[Arc<AppRegistration>] {
        &self.apps
    }

    /// The tenant that an app's own tokens are of when none is named.
    pub(crate) fn first_tenant(&self) -> &Arc<Tenant> {
        &self.tenants[0]
    }

    pub(crate) fn tenants(&self) -> &[Arc<Tenant>] {
        &self.tenants
    }

    /// The tenant with this GUID or domain, in any case.
    pub(crate) fn tenant(&self, id_or_domain: &str) -> Option<&Arc<Tenant>> {
        self.tenants.iter().find(|tenant| tenant.names().any(|name| name.eq_ignore_ascii_case(id_or_domain)))
    }

    /// Whether users of this name's domain sign in elsewhere.
    pub(crate) fn is_federated(&self, upn: &str) -> bool {
        let domain = upn.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut federated = self.tenants.iter().flat_map(|tenant| &tenant.federated_domains);
        federated.any(|known| known.eq_ignore_ascii_case(domain))
    }

    /// The user with this principal name, in any case.
    pub(crate) fn user(&self, upn: &str) -> Option<&Arc<User>> {
        self.users.iter().find(|user| user.user_principal_name.eq_ignore_ascii_case(upn))
    }

    /// The user as the configuration has them now; none when removed.
    pub(crate) fn current_user(&self, user: &User) -> Option<&Arc<User>> {
        self.users.iter().find(|known| known.id == user.id)
    }

    /// The user with this object ID, which is another one where the user is a guest.
    pub(crate) fn user_by_object_id(&self, id: &str) -> Option<&Arc<User>> {
        self.users
            .iter()
            .find(|user| user.id == id || user.guest_of.iter().any(|tenant| object_id(user, tenant) == id))
    }

    /// The user who signs in when none is named: the default one, or the first one who can.
    pub(crate) fn default_user(&self, admits: impl Fn(&User) -> bool) -> Option<&Arc<User>> {
        let default = self.configuration.default_user.as_deref().and_then(|name| self.user(name));
        default.filter(|user| admits(user)).or_else(|| self.users.iter().find(|user| admits(user)))
    }

    /// The app with this client ID, in any case.
    pub(crate) fn app(&self, client_id: &str) -> Option<&Arc<AppRegistration>> {
        self.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id))
    }

    /// The redirect URIs of type single-page application, of all apps.
    pub(crate) fn single_page_uris(&self) -> impl Iterator<Item = &str> {
        self.apps.iter().flat_map(|app| app.redirect_uris_of(RedirectUriType::Spa))
    }

    /// The API with this application ID or identifier URI, with or without slashes at its end.
    pub(crate) fn api(&self, identifier: &str) -> Option<&Arc<Api>> {
        let identifier = identifier.trim_end_matches('/');
        self.apis.iter().find(|api| api.is_called(identifier))
    }

    /// Microsoft Graph, which bare scopes mean. An emulator without Microsoft's APIs has a Graph without scopes.
    pub(crate) fn graph(&self) -> Arc<Api> {
        self.api(GRAPH_APP_ID).cloned().unwrap_or_else(|| {
            let graph = serde_json::json!({ "app_id": GRAPH_APP_ID, "token_version": 1, "scopes": ["*"] });
            Arc::new(serde_json::from_value(graph).expect("a valid API"))
        })
    }

    /// IDs of the groups that a user is a member of.
    pub(crate) fn groups_of(&self, user: &User) -> Vec<&str> {
        let is_member = |group: &&Arc<Group>| {
            group.members.iter().any(|name| name.eq_ignore_ascii_case(&user.user_principal_name))
        };
        self.groups.iter().filter(is_member).map(|group| group.id.as_str()).collect()
    }

    /// An app's roles in an API.
    pub(crate) fn roles(&self, app: &AppRegistration, api: &Api) -> Vec<String> {
        let here = app
            .permissions
            .iter()
            .filter(|permission| self.api(&permission.api).is_some_and(|known| known.app_id == api.app_id));
        here.flat_map(|permission| permission.roles.iter().cloned()).collect()
    }

    /// The same with another configuration, or what is wrong with that one.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Configuration)) -> Result<Self, Problem> {
        let mut configuration = self.configuration.clone();
        change(&mut configuration);
        configuration.normalized().map(Self::new)
    }
}

fn shared<T: Clone>(items: &[T]) -> Vec<Arc<T>> {
    items.iter().cloned().map(Arc::new).collect()
}

/// Whether the user is a member or a guest of a tenant.
pub(crate) fn belongs(user: &User, tenant: &Tenant) -> bool {
    user.tenant == tenant.id || user.guest_of.contains(&tenant.id)
}

/// The user's object ID in a tenant: a guest has another one than at home.
pub(crate) fn object_id(user: &User, tenant_id: &str) -> String {
    if user.tenant == tenant_id { user.id.clone() } else { derived_guid(&format!("{tenant_id}|{}", user.id)) }
}

/// Object ID of an app's service principal: each directory has its own.
pub(crate) fn service_principal_id(app: &AppRegistration, tenant: &Tenant) -> String {
    derived_guid(&format!("{}|{}", tenant.id, app.client_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_principal_is_one_apps_in_one_directory() {
        let catalog = Catalog::new(Configuration::default_one());
        let id = |app: usize, tenant: usize| {
            service_principal_id(&catalog.apps()[app], &catalog.tenants()[tenant])
        };
        assert_eq!(id(0, 0), id(0, 0));
        assert_ne!(id(0, 0), id(1, 0));
        assert_ne!(id(0, 0), id(0, 1));
        uuid::Uuid::parse_str(&id(0, 0)).expect("a GUID");
    }

    #[test]
    fn a_guest_has_an_object_id_of_its_own_in_each_directory() {
        let catalog = Catalog::new(Configuration::default_one());
        let guest = catalog.user("guest@fabrikam.onmicrosoft.com").expect("in the default configuration");
        let away = object_id(guest, &guest.guest_of[0]);
        assert_eq!(object_id(guest, &guest.tenant), guest.id);
        assert_ne!(away, guest.id);
        for id in [&away, &guest.id] {
            assert_eq!(catalog.user_by_object_id(id).expect("found").id, guest.id);
        }
    }
}
