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
mod tests {
    use super::*;
    use crate::environment::Environment;
    use proptest::prelude::*;

    const GRAPH: &str = "https://graph.microsoft.com";
    const ENTRA: &str = "https://login.microsoftonline.com/contoso.com";
    const CLIENT: &str = "11111111-2222-3333-4444-555555555555";

    fn authority(text: &str) -> Authority {
        let environment = Environment::default();
        Authority::resolve(Some(text), None, None, "organizations", &environment).expect(text)
    }

    /// The scopes that are sent, for a resource (none: empty) and an authority.
    fn at(text: &str, resource: &str, scopes: &[&str], of_user: bool) -> Result<String> {
        let resource = Some(resource).filter(|resource| !resource.is_empty());
        let authority = authority(text);
        let target = Target { resource, authority: &authority, client_id: CLIENT };
        let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
        full_scopes(&target, &scopes, of_user).map(|full| full.join(" "))
    }

    fn scopes(resource: &str, scopes: &[&str], of_user: bool) -> Result<String> {
        at(ENTRA, resource, scopes, of_user)
    }

    fn sign_in(resource: &str, scopes: &[&str]) -> Result<(String, String)> {
        let authority = authority(ENTRA);
        let target = Target { resource: Some(resource), authority: &authority, client_id: CLIENT };
        let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
        sign_in_scopes(&target, &scopes).map(|(all, token)| (all.join(" "), token.join(" ")))
    }

    #[test]
    fn one_slash_separates_unless_it_is_part_of_the_name() {
        for (resource, expected) in [
            ("https://vault.azure.net/", "https://vault.azure.net/.default"),
            ("https://vault.azure.net//", "https://vault.azure.net//.default"),
            ("https://database.windows.net/", "https://database.windows.net//.default"),
            ("https://Database.Windows.net/", "https://Database.Windows.net//.default"),
            ("https://database.windows.net", "https://database.windows.net/.default"),
            ("https://database.windows.net//", "https://database.windows.net//.default"),
            ("https://batch.core.windows.net/", "https://batch.core.windows.net//.default"),
            ("https://api.fabric.microsoft.com/", "https://api.fabric.microsoft.com//.default"),
            (
                "https://contoso.com/database.windows.net/",
                "https://contoso.com/database.windows.net/.default",
            ),
            ("https://vault.azure.net/.default", "https://vault.azure.net/.default"),
            ("https://vault.azure.net//.Default", "https://vault.azure.net//.default"),
            ("api://x/.default", "api://x/.default"),
            (" https://vault.azure.net\r\n", "https://vault.azure.net/.default"),
        ] {
            assert_eq!(scopes(resource, &[], false).expect(resource), expected);
            let with_scope = expected.replace(".default", "read");
            assert_eq!(scopes(resource, &["read"], false).expect(resource), with_scope);
            assert_eq!(
                scopes(resource, &[expected], false).expect(resource),
                expected,
                "a scope is sent as it is"
            );
        }
    }

    #[test]
    fn graph_is_no_default_at_b2c_and_ad_fs() {
        let b2c = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in";
        let adfs = "https://fs.contoso.com/adfs";
        let user = "openid profile offline_access";
        for (authority, resource, given, of_user, expected) in [
            (b2c, "", &[][..], true, format!("{CLIENT} {user}")),
            (b2c, "", &[CLIENT], true, format!("{CLIENT} {user}")),
            (b2c, "", &["openid"], true, "openid profile offline_access".to_owned()),
            (b2c, "", &["read"], true, format!("read {user}")),
            (
                b2c,
                "https://contoso.onmicrosoft.com/api",
                &["read"],
                true,
                format!("https://contoso.onmicrosoft.com/api/read {user}"),
            ),
            (
                b2c,
                "https://contoso.onmicrosoft.com/api",
                &[CLIENT, "openid"],
                false,
                format!("{CLIENT} openid"),
            ),
            (
                b2c,
                "https://contoso.onmicrosoft.com/api",
                &[],
                false,
                "https://contoso.onmicrosoft.com/api/.default".to_owned(),
            ),
            (adfs, "", &[], true, user.to_owned()),
            (adfs, "", &[], false, "openid".to_owned()),
            (adfs, "", &["allatclaims"], false, "allatclaims".to_owned()),
            (
                adfs,
                "https://api.contoso.com",
                &["openid", "read"],
                false,
                "openid https://api.contoso.com/read".to_owned(),
            ),
            ("https://contoso.ciamlogin.com", "", &["User.Read"], false, format!("{GRAPH}/User.Read")),
            (ENTRA, "", &["User.Read"], false, format!("{GRAPH}/User.Read")),
            (
                "https://login.sovcloud-identity.fr/contoso.com",
                "",
                &[],
                false,
                "https://graph.svc.sovcloud.fr/.default".to_owned(),
            ),
        ] {
            assert_eq!(
                at(authority, resource, given, of_user).expect(authority),
                expected,
                "{authority} {resource}"
            );
        }
        assert_eq!(at(b2c, "", &[], false).expect_err("no resource").parameter, Some("scopes"));
    }

    #[test]
    fn the_scope_of_all_permissions_may_stand_in_the_resources_place() {
        for resource in
            [GRAPH, "https://graph.microsoft.com/.default", "https://graph.microsoft.com/.Default"]
        {
            assert_eq!(scopes(resource, &[], false).expect("valid"), "https://graph.microsoft.com/.default");
        }
        let read = scopes("https://graph.microsoft.com/.default", &["User.Read"], false);
        assert_eq!(read.expect("valid"), "https://graph.microsoft.com/User.Read");
        assert!(scopes("/.default", &[], false).is_err());
    }

    #[test]
    fn consent_is_for_several_resources_and_the_token_for_one() {
        let arm = "https://management.azure.com";
        let both = ["User.Read", "https://management.azure.com/user_impersonation", "email"];
        let user = "openid profile offline_access";
        let all =
            "https://graph.microsoft.com/User.Read https://management.azure.com/user_impersonation email";
        let expected = |token: &str| (format!("{all} {user}"), token.to_owned());
        assert_eq!(
            sign_in(GRAPH, &both).expect("valid"),
            expected("https://graph.microsoft.com/User.Read email")
        );
        let bare = ["https://graph.microsoft.com/User.Read", "user_impersonation", "email"];
        assert_eq!(
            sign_in(arm, &bare).expect("valid"),
            expected("https://management.azure.com/user_impersonation email")
        );

        let default = format!("{arm}/.default");
        assert_eq!(sign_in(arm, &[]).expect("valid"), (format!("{default} {user}"), default.clone()));
        // One other resource needs no -Resource beside it.
        assert_eq!(
            sign_in(GRAPH, &[&default]).expect("valid"),
            (format!("{default} {user}"), default.clone())
        );
        assert_eq!(sign_in(GRAPH, &["email"]).expect("valid"), (format!("email {user}"), "email".to_owned()));
        let both_defaults = sign_in(GRAPH, &[&default, ".default"]).expect("each of its own resource");
        assert_eq!(both_defaults.1, format!("{GRAPH}/.default"));
        for (scopes, words) in [
            (
                &[&default, "https://vault.azure.net/.default"][..],
                "several resources, but not https://graph.microsoft.com",
            ),
            (
                &[&default, "https://management.azure.com/user_impersonation", "User.Read"],
                ".default can't be",
            ),
            (&["a\"b"], "character"),
        ] {
            let error = sign_in(GRAPH, scopes).expect_err(words);
            assert!(error.message.contains(words), "{error}");
        }
    }

    #[test]
    fn scopes_get_their_resource() {
        let cases: [(&str, &[&str], &str); 9] = [
            (GRAPH, &[], "https://graph.microsoft.com/.default"),
            (GRAPH, &[".default"], "https://graph.microsoft.com/.default"),
            ("https://management.azure.com/", &[".default"], "https://management.azure.com/.default"),
            ("https://management.azure.com//", &[".default"], "https://management.azure.com//.default"),
            (GRAPH, &["https://management.azure.com//.default"], "https://management.azure.com//.default"),
            (
                GRAPH,
                &["User.Read Mail.Read"],
                "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read",
            ),
            (GRAPH, &["User.Read", "user.read"], "https://graph.microsoft.com/User.Read"),
            (GRAPH, &["openid", "User.Read"], "openid https://graph.microsoft.com/User.Read"),
            (
                GRAPH,
                &["499b84ac-1321-427f-aa17-267ca6975798/.default"],
                "499b84ac-1321-427f-aa17-267ca6975798/.default",
            ),
        ];
        for (resource, given, expected) in cases {
            assert_eq!(scopes(resource, given, false).expect("valid"), expected, "{resource} {given:?}");
        }
        assert_eq!(
            scopes(GRAPH, &["User.Read", "offline_access"], true).expect("valid"),
            "https://graph.microsoft.com/User.Read offline_access openid profile"
        );
    }

    #[test]
    fn what_the_service_would_refuse_is_refused_here() {
        let cases: [(&[&str], &str); 4] = [
            (&["User.Read", "https://vault.azure.net/.default"], "more than one resource"),
            (&[".default", "User.Read"], ".default can't be combined"),
            (&["User\"Read"], "no scope may have"),
            (&["Läs"], "no scope may have"),
        ];
        for (given, expected) in cases {
            let error = scopes(GRAPH, given, true).expect_err(expected);
            assert_eq!(error.parameter, Some("scopes"));
            assert!(error.message.contains(expected), "{error}");
        }
        for resource in [" ", "/", "a b", "/.default"] {
            assert_eq!(scopes(resource, &[], true).expect_err(resource).parameter, Some("resource"));
        }
    }

    proptest! {
        #[test]
        fn any_input_is_answered(resource in ".{0,40}", given in prop::collection::vec(".{0,30}", 0..4)) {
            let authority = authority(ENTRA);
            let target = Target { resource: Some(&resource), authority: &authority, client_id: CLIENT };
            if let Ok(full) = full_scopes(&target, &given, true) {
                for scope in &full {
                    prop_assert!(scope.chars().all(is_scope_char));
                }
                prop_assert!(full.iter().any(|scope| scope == "offline_access"));
            }
        }
    }
}
