//! Resource and scopes to the list that is sent (RFC 6749 section 3.3; Microsoft, "Scopes and permissions").

use crate::authority::{Authority, AuthorityKind};
use crate::error::{Error, Result};
use crate::params::{DEFAULT_SCOPE, OIDC_SCOPES, USER_SCOPES};
use crate::text::trimmed;

/// What scopes without a resource of their own are for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// URI or application ID of the resource, if one was named.
    pub resource: Option<&'a str>,
    /// Where the token comes from.
    pub authority: &'a Authority,
    /// Who asks.
    pub client_id: &'a str,
}

impl<'a> Target<'a> {
    /// The resource, without what only separates it from the scope. Default: Microsoft Graph, at Entra ID and External ID
    /// only; a policy of Azure AD B2C and AD FS know no Graph.
    fn resource(&self) -> Result<Option<&'a str>> {
        match (self.resource, self.authority.kind()) {
            (Some(named), _) => check_resource(named).map(Some),
            (None, AuthorityKind::Entra | AuthorityKind::ExternalId) => {
                Ok(Some(self.authority.cloud().graph()))
            }
            (None, AuthorityKind::B2c | AuthorityKind::Adfs) => Ok(None),
        }
    }

    /// What is asked for where no scope is named: all of the resource's; without a resource, what the authority has.
    fn default_scope(&self, resource: Option<&str>, of_user: bool) -> Result<Option<String>> {
        match (resource, self.authority.kind()) {
            (Some(resource), _) => Ok(Some(format!("{resource}/{DEFAULT_SCOPE}"))),
            // The client ID as scope is how B2C gives an access token for the app itself.
            (None, AuthorityKind::B2c) if of_user => Ok(Some(self.client_id.to_owned())),
            (None, AuthorityKind::Adfs) if of_user => Ok(None),
            (None, AuthorityKind::Adfs) => Ok(Some("openid".to_owned())),
            (None, _) => {
                let problem = "or `resource` is required at Azure AD B2C, such as https://contoso.onmicrosoft.com/api/.default.";
                Err(Error::invalid_parameter("scopes", problem))
            }
        }
    }

    /// Whether a scope goes out as it is.
    fn is_complete(&self, scope: &str) -> bool {
        is_absolute(scope)
            || is_oidc(scope)
            || (self.authority.kind() == AuthorityKind::B2c && uuid::Uuid::parse_str(scope).is_ok())
    }
}

/// The scopes to request, in the order given, each once.
///
/// Scopes that name their resource and those of OpenID Connect stay as they are; the others get the resource in front.
/// A user's grants add `openid profile offline_access`. A token is for one resource: two are refused, as is `.default`
/// beside other scopes of the resource (AADSTS28000, AADSTS70011).
pub fn full_scopes(target: &Target<'_>, scopes: &[String], of_user: bool) -> Result<Vec<String>> {
    let mut full = absolute(target, scopes, of_user)?;
    one_resource(&full)?;
    if of_user {
        add_user_scopes(&mut full);
    }
    Ok(full)
}

/// The scopes of a sign-in in the browser: those to ask for at the authorization endpoint, which may be of several
/// resources, and those of the target among them, which the token endpoint is asked for (as for [`full_scopes`]).
pub(crate) fn sign_in_scopes(target: &Target<'_>, scopes: &[String]) -> Result<(Vec<String>, Vec<String>)> {
    let mut all = absolute(target, scopes, true)?;
    let wanted = target.resource()?;
    let of_wanted = |scope: &&String| {
        let named = resource_of(scope);
        named.is_none_or(|named| wanted.is_some_and(|wanted| is_same_resource(named, wanted)))
    };
    let mut token: Vec<String> = all.iter().filter(of_wanted).cloned().collect();
    // All of them of one other resource: then that is the one that is meant.
    if token.iter().all(|scope| is_oidc(scope)) && one_resource(&all).is_ok() {
        token.clone_from(&all);
    }
    if token.iter().all(|scope| is_oidc(scope)) && all.iter().any(|scope| !is_oidc(scope)) {
        let but = wanted.map(|wanted| format!(", but not {wanted}")).unwrap_or_default();
        let problem = format!("name several resources{but}. Specify one `resource`.");
        return Err(Error::invalid_parameter("scopes", problem));
    }
    for scope in &all {
        no_default_beside_others(&all, resource_of(scope))?;
    }
    add_user_scopes(&mut all);
    Ok((all, token))
}

/// The scopes with their resource, each once.
fn absolute(target: &Target<'_>, scopes: &[String], of_user: bool) -> Result<Vec<String>> {
    let resource = target.resource()?;
    let mut full = Vec::new();
    let mut given = scopes.iter().flat_map(|scope| trimmed(scope).split_whitespace()).peekable();
    if given.peek().is_none() {
        full.extend(target.default_scope(resource, of_user)?);
    }
    for scope in given {
        check_scope(scope)?;
        match resource {
            Some(resource) if !target.is_complete(scope) => add(&mut full, format!("{resource}/{scope}")),
            _ => add(&mut full, scope.to_owned()),
        }
    }
    Ok(full)
}

fn add_user_scopes(full: &mut Vec<String>) {
    for scope in USER_SCOPES {
        add(full, scope.to_owned());
    }
}

/// Scopes are compared without regard to case, as the service does.
fn add(full: &mut Vec<String>, scope: String) {
    if !full.iter().any(|known| known.eq_ignore_ascii_case(&scope)) {
        full.push(scope);
    }
}

/// The resource of a scope that names one: everything before its last `/`.
pub(crate) fn resource_of(scope: &str) -> Option<&str> {
    if is_oidc(scope) {
        return None;
    }
    scope.rsplit_once('/').map(|(resource, _)| resource)
}

fn is_oidc(scope: &str) -> bool {
    OIDC_SCOPES.iter().any(|known| known.eq_ignore_ascii_case(scope))
}

/// Whether a scope names its resource: by URI, or by the GUID of an application.
fn is_absolute(scope: &str) -> bool {
    scope.contains("://")
        || scope.split_once('/').is_some_and(|(first, _)| uuid::Uuid::parse_str(first).is_ok())
}

/// Resources whose own name ends with a slash: a token for the name without it is refused there. The hosts, in all clouds.
const NAMES_WITH_SLASH: [&str; 9] = [
    "database.windows.net",
    "database.usgovcloudapi.net",
    "database.chinacloudapi.cn",
    "batch.core.windows.net",
    "batch.core.usgovcloudapi.net",
    "batch.chinacloudapi.cn",
    "api.fabric.microsoft.com",
    "datalake.azure.net",
    "management.core.windows.net",
];

/// The resource as it stands before `/` and a scope. One slash behind it is the separator, unless it is part of the name:
/// of those in [`NAMES_WITH_SLASH`], or by a second one. A `.default` behind it is none of the resource, and what is in
/// front of its slash is exact.
fn check_resource(resource: &str) -> Result<&str> {
    let given = trimmed(resource);
    let without_default = given.len().checked_sub(DEFAULT_SCOPE.len() + 1).and_then(|end| {
        let (name, scope) = given.split_at_checked(end)?;
        scope.strip_prefix('/')?.eq_ignore_ascii_case(DEFAULT_SCOPE).then_some(name)
    });
    let name = without_default.unwrap_or_else(|| match given.strip_suffix('/') {
        Some(name) if !has_slash_in_name(name) => name,
        _ => given,
    });
    if name.is_empty() || !name.chars().all(is_scope_char) {
        let problem = "must be the resource's URI or application ID, such as https://management.azure.com.";
        return Err(Error::invalid_parameter("resource", problem));
    }
    Ok(name)
}

fn has_slash_in_name(name: &str) -> bool {
    let host = name.split_once("://").map_or("", |(_, host)| host);
    NAMES_WITH_SLASH.iter().any(|known| known.eq_ignore_ascii_case(host))
}

fn check_scope(scope: &str) -> Result<()> {
    if scope.chars().all(is_scope_char) {
        return Ok(());
    }
    Err(Error::invalid_parameter("scopes", "contains a character that no scope may have."))
}

/// RFC 6749 section 3.3, `scope-token`.
fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

fn one_resource(full: &[String]) -> Result<()> {
    let mut resources = full.iter().filter_map(|scope| resource_of(scope));
    let Some(first) = resources.next() else {
        return Ok(());
    };
    if resources.any(|other| !is_same_resource(other, first)) {
        let problem = "name more than one resource, but a token is for one. Request one token for each resource: \
                       a refresh token gets the others without a new sign-in.";
        return Err(Error::invalid_parameter("scopes", problem));
    }
    no_default_beside_others(full, Some(first))
}

fn is_same_resource(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

/// AADSTS70011, for the scopes of one resource.
fn no_default_beside_others(full: &[String], resource: Option<&str>) -> Result<()> {
    let Some(resource) = resource else {
        return Ok(());
    };
    let of_resource = || {
        full.iter().filter(|scope| resource_of(scope).is_some_and(|named| is_same_resource(named, resource)))
    };
    let default = of_resource().any(|scope| scope.ends_with(DEFAULT_SCOPE));
    if default && of_resource().count() > 1 {
        let problem = ".default can't be combined with other scopes of the resource. Give one or the other.";
        return Err(Error::invalid_parameter("scopes", problem));
    }
    Ok(())
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
