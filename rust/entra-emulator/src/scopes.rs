//! From the `scope` parameter to one resource and what is granted for it.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::configuration::Api;
use crate::errors::AadError;
use crate::seed::GRAPH_APP_ID;

const DEFAULT: &str = ".default";
const OFFLINE_ACCESS: &str = "offline_access";
/// Reserved scopes: they belong to no resource.
const OPENID_CONNECT: [&str; 6] = ["openid", "profile", "email", OFFLINE_ACCESS, "address", "phone"];

/// A `scope` parameter, read.
#[derive(Clone, Debug)]
pub(crate) struct RequestedScopes {
    /// The API that the access token is for.
    pub(crate) resource: Arc<Api>,
    /// The API as the client named it: the `aud` of a v1.0 token, slash and all.
    pub(crate) audience: String,
    /// What stands before each scope of the API in the request, and so in the answer.
    prefix: String,
    named: Vec<String>,
    default: bool,
    /// `openid`, `profile`, `email` and `offline_access`, where asked for.
    openid_connect: Vec<&'static str>,
}

impl RequestedScopes {
    /// Reads a `scope` parameter. `directory` is for the error about a resource that isn't there.
    pub(crate) fn parse(catalog: &Catalog, scope: &str, directory: &str) -> Result<Self, AadError> {
        let mut request = Self::none(catalog);
        let mut audience: Option<&str> = None;
        for part in scope.split_whitespace() {
            if let Some(known) = OPENID_CONNECT.iter().find(|known| known.eq_ignore_ascii_case(part)) {
                request.openid_connect.push(known);
                continue;
            }
            let (resource, name) = split(part)?;
            if audience.is_some_and(|earlier| !same_resource(catalog, earlier, resource)) {
                return Err(AadError::several_resources(scope));
            }
            audience = Some(resource);
            request.add(name);
        }
        if request.default && !request.named.is_empty() {
            return Err(AadError::invalid_scope(scope));
        }
        if let Some(named) = audience.filter(|named| !named.is_empty()) {
            request.resource =
                catalog.api(named).cloned().ok_or_else(|| AadError::unknown_resource(named, directory))?;
            named.clone_into(&mut request.audience);
            request.prefix = format!("{named}/");
        }
        Ok(request)
    }

    /// Nothing of any API; what was asked for is then only who the user is.
    pub(crate) fn none(catalog: &Catalog) -> Self {
        Self {
            resource: catalog.graph(),
            audience: GRAPH_APP_ID.to_owned(),
            prefix: String::new(),
            named: Vec::new(),
            default: false,
            openid_connect: Vec::new(),
        }
    }

    /// Reads the `scope` of /authorize, which may name several resources: one of these for each, in order.
    pub(crate) fn parse_all(catalog: &Catalog, scope: &str, directory: &str) -> Result<Vec<Self>, AadError> {
        let mut reserved = Vec::new();
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for part in scope.split_whitespace() {
            if OPENID_CONNECT.iter().any(|known| known.eq_ignore_ascii_case(part)) {
                reserved.push(part);
                continue;
            }
            let (resource, _) = split(part)?;
            match groups.iter_mut().find(|(known, _)| same_resource(catalog, known, resource)) {
                Some((_, parts)) => parts.push(part),
                None => groups.push((resource, vec![part])),
            }
        }
        if groups.is_empty() {
            return Self::parse(catalog, scope, directory).map(|only| vec![only]);
        }
        let parse = |(_, parts): (&str, Vec<&str>)| {
            Self::parse(catalog, &[parts, reserved.clone()].concat().join(" "), directory)
        };
        groups.into_iter().map(parse).collect()
    }

    /// Whether everything of this is in what was asked for earlier.
    pub(crate) fn is_within(&self, earlier: &Self) -> bool {
        let known = |name: &String| earlier.named.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.resource.app_id == earlier.resource.app_id
            && (earlier.default || !self.default && self.named.iter().all(known))
    }

    fn add(&mut self, name: &str) {
        if name.eq_ignore_ascii_case(DEFAULT) {
            self.default = true;
        } else if !self.named.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.named.push(name.to_owned());
        }
    }

    /// What a v1.0 request asks for: everything of a resource, and a refresh token. `scope` only counts for `openid`
    /// and its like.
    pub(crate) fn of_resource(
        catalog: &Catalog,
        resource: &str,
        scope: &str,
        directory: &str,
    ) -> Result<Self, AadError> {
        let found =
            catalog.api(resource).cloned().ok_or_else(|| AadError::unknown_resource(resource, directory))?;
        let asked = |known: &&&str| scope.split_whitespace().any(|part| known.eq_ignore_ascii_case(part));
        let mut openid_connect: Vec<&'static str> = OPENID_CONNECT.iter().filter(asked).copied().collect();
        openid_connect.push(OFFLINE_ACCESS);
        Ok(Self {
            resource: found,
            audience: resource.to_owned(),
            prefix: format!("{resource}/"),
            named: Vec::new(),
            default: true,
            openid_connect,
        })
    }

    /// Whether nothing but `.default` of a resource is asked for; scopes of `OpenID` Connect don't count.
    pub(crate) fn is_default(&self) -> bool {
        self.default
    }

    /// Refuses a scope that the resource doesn't have. `app` is the client's name, for the error.
    pub(crate) fn check_offered(&self, app: &str) -> Result<(), AadError> {
        match self.named.iter().find(|scope| !self.resource.offers(scope)) {
            Some(unknown) => Err(AadError::unknown_scope(app, unknown, &self.resource.app_id)),
            None => Ok(()),
        }
    }

    /// The same with the API as the configuration has it now: a grant may be older than a change.
    pub(crate) fn current(mut self, catalog: &Catalog) -> Self {
        if let Some(api) = catalog.api(&self.resource.app_id) {
            self.resource = Arc::clone(api);
        }
        self
    }

    /// Whether a reserved scope (`openid` ...) was asked for.
    pub(crate) fn asks(&self, scope: &str) -> bool {
        self.openid_connect.contains(&scope)
    }

    /// Whether a refresh token is wanted.
    pub(crate) fn offline_access(&self) -> bool {
        self.asks(OFFLINE_ACCESS)
    }

    /// The same, with a refresh token.
    pub(crate) fn with_offline_access(mut self) -> Self {
        self.openid_connect.push(OFFLINE_ACCESS);
        self
    }

    fn is_graph(&self) -> bool {
        self.resource.app_id == GRAPH_APP_ID
    }

    /// The scopes of the resource that are granted, by their names alone.
    pub(crate) fn granted(&self) -> Vec<&str> {
        if self.default {
            self.resource.default_scopes.iter().map(String::as_str).collect()
        } else {
            self.named.iter().map(String::as_str).collect()
        }
    }

    /// What was asked for, for the person who is to agree.
    pub(crate) fn asked(&self) -> Vec<String> {
        let default = self.default.then(|| format!("{}{DEFAULT}", self.prefix));
        let named = self.named.iter().map(|name| format!("{}{name}", self.prefix));
        default
            .into_iter()
            .chain(named)
            .chain(self.openid_connect.iter().map(|&scope| scope.to_owned()))
            .collect()
    }

    /// The `scp` claim. Graph's tokens list the `OpenID` scopes too.
    pub(crate) fn scp(&self) -> String {
        let mut scopes = self.granted();
        if self.is_graph() {
            scopes.extend(["openid", "profile", "email"]);
        }
        scopes.join(" ")
    }

    /// The `scope` of the answer: what was granted, in the form of the request, and a literal `.default`;
    /// `offline_access` is not echoed.
    pub(crate) fn echo(&self) -> String {
        let mut scopes: Vec<String> = Vec::new();
        if self.is_graph() {
            scopes.extend(["email", "openid", "profile"].map(str::to_owned));
        }
        scopes.extend(self.granted().iter().map(|scope| format!("{}{scope}", self.prefix)));
        if self.default {
            scopes.push(format!("{}{DEFAULT}", self.prefix));
        }
        scopes.join(" ")
    }
}

/// `https://host/scope`, `api://id/scope` and `GUID/scope` name their resource; a bare scope is Graph's, named "".
fn split(scope: &str) -> Result<(&str, &str), AadError> {
    // RFC 6749 section 3.3: scope-token is printable ASCII without quotation mark and backslash.
    let valid = scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    let (resource, name) = scope.rsplit_once('/').unwrap_or(("", scope));
    // `https://host` alone leaves `https:/`: a resource without a scope.
    if !valid || name.is_empty() || resource.ends_with(":/") {
        return Err(AadError::invalid_scope(scope));
    }
    Ok((resource, name))
}

fn same_resource(catalog: &Catalog, a: &str, b: &str) -> bool {
    let named = |identifier: &str| {
        if identifier.is_empty() { Some(catalog.graph()) } else { catalog.api(identifier).cloned() }
    };
    match (named(a), named(b)) {
        (Some(a), Some(b)) => a.app_id == b.app_id,
        _ => a.eq_ignore_ascii_case(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Configuration;

    fn catalog() -> Catalog {
        Catalog::new(Configuration::default_one())
    }

    fn parse(scope: &str) -> RequestedScopes {
        RequestedScopes::parse(&catalog(), scope, "Contoso").expect("valid scopes")
    }

    fn number(scope: &str) -> u32 {
        RequestedScopes::parse(&catalog(), scope, "Contoso").expect_err("invalid scopes").number
    }

    #[test]
    fn default_is_echoed_beside_what_it_grants() {
        let scopes = parse("https://graph.microsoft.com/.default offline_access openid profile");
        assert_eq!(scopes.audience, "https://graph.microsoft.com");
        assert_eq!(
            scopes.echo(),
            "email openid profile https://graph.microsoft.com/Directory.AccessAsUser.All \
             https://graph.microsoft.com/User.Read https://graph.microsoft.com/.default"
        );
        assert_eq!(scopes.scp(), "Directory.AccessAsUser.All User.Read openid profile email");
        assert!(
            scopes.asks("openid")
                && scopes.offline_access()
                && scopes.asks("profile")
                && !scopes.asks("email")
        );
    }

    #[test]
    fn a_bare_scope_is_graphs() {
        let scopes = parse("User.Read user.read");
        assert_eq!(scopes.audience, GRAPH_APP_ID);
        assert_eq!(scopes.echo(), "email openid profile User.Read");
    }

    #[test]
    fn a_double_slash_stays_in_the_audience() {
        assert_eq!(parse("https://management.azure.com//.default").audience, "https://management.azure.com/");
        assert_eq!(parse("https://management.azure.com/.default").audience, "https://management.azure.com");
    }

    #[test]
    fn one_resource_at_a_time() {
        assert_eq!(number("User.Read https://vault.azure.net/.default"), 28000);
        assert_eq!(parse("User.Read https://graph.microsoft.com/Mail.Read").resource.app_id, GRAPH_APP_ID);
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        assert_eq!(
            number("https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read"),
            70011
        );
        assert_eq!(number("https://graph.microsoft.com"), 70011);
        assert_eq!(number("https://graph.microsoft.com/"), 70011);
        assert_eq!(number("na\u{ef}ve"), 70011);
        assert_eq!(number("https://unknown.example/.default"), 500_011);
    }
}
