//! Resource and scopes to the list that is sent (RFC 6749 section 3.3; Microsoft, "Scopes and permissions").

use crate::error::{Error, Result};
use crate::params::{DEFAULT_SCOPE, OIDC_SCOPES, USER_SCOPES};

/// The scopes to request, in the order given, each once.
///
/// Scopes that name their resource and those of OpenID Connect stay as they are; the others get `resource` in
/// front, without one trailing slash. A user's grants add `openid profile offline_access`. A token is for one
/// resource: two are refused, as is `.default` beside other scopes of the resource (AADSTS28000, AADSTS70011).
pub fn full_scopes(resource: &str, scopes: &[String], of_user: bool) -> Result<Vec<String>> {
    let mut full = absolute(resource, scopes)?;
    one_resource(&full)?;
    if of_user {
        add_user_scopes(&mut full);
    }
    Ok(full)
}

/// The scopes of a sign-in in the browser: those to ask for at the authorization endpoint, which may be of several
/// resources, and those of `resource` among them, which the token endpoint is asked for (as for [`full_scopes`]).
pub(crate) fn sign_in_scopes(resource: &str, scopes: &[String]) -> Result<(Vec<String>, Vec<String>)> {
    let mut all = absolute(resource, scopes)?;
    let wanted = check_resource(resource)?;
    let of_wanted = |scope: &&String| resource_of(scope).is_none_or(|named| is_same_resource(named, wanted));
    let mut token: Vec<String> = all.iter().filter(of_wanted).cloned().collect();
    // All of them of one other resource: then that is the one that is meant.
    if token.iter().all(|scope| is_oidc(scope)) && one_resource(&all).is_ok() {
        token.clone_from(&all);
    }
    if token.iter().all(|scope| is_oidc(scope)) && all.iter().any(|scope| !is_oidc(scope)) {
        let problem = format!(
            "are of several resources, none of them {wanted}. Name the one that the token is for with -Resource."
        );
        return Err(Error::invalid_parameter("scopes", problem));
    }
    for scope in &all {
        no_default_beside_others(&all, resource_of(scope))?;
    }
    add_user_scopes(&mut all);
    Ok((all, token))
}

/// The scopes with their resource, each once; all of the resource's if there are none.
fn absolute(resource: &str, scopes: &[String]) -> Result<Vec<String>> {
    let resource = check_resource(resource)?;
    let mut full = Vec::new();
    let mut given = scopes.iter().flat_map(|scope| scope.split_whitespace()).peekable();
    if given.peek().is_none() {
        add(&mut full, format!("{resource}/{DEFAULT_SCOPE}"));
    }
    for scope in given {
        check_scope(scope)?;
        if is_absolute(scope) || is_oidc(scope) {
            add(&mut full, scope.to_owned());
        } else {
            add(&mut full, format!("{resource}/{scope}"));
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

fn check_resource(resource: &str) -> Result<&str> {
    // People put the scope of all permissions here, as other modules take it.
    let trimmed = resource.strip_suffix("/.default").unwrap_or(resource);
    let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
    if trimmed.is_empty() || !trimmed.chars().all(is_scope_char) {
        let problem = "must be the resource's URI or application ID, such as https://management.azure.com.";
        return Err(Error::invalid_parameter("resource", problem));
    }
    Ok(trimmed)
}

fn check_scope(scope: &str) -> Result<()> {
    if scope.chars().all(is_scope_char) {
        return Ok(());
    }
    Err(Error::invalid_parameter("scopes", "holds a character that no scope may have."))
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
        let problem = "name more than one resource, but a token is for one. Ask for one token per resource; \
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
    use proptest::prelude::*;

    const GRAPH: &str = "https://graph.microsoft.com";

    fn scopes(resource: &str, scopes: &[&str], of_user: bool) -> Result<String> {
        let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
        full_scopes(resource, &scopes, of_user).map(|full| full.join(" "))
    }

    fn sign_in(resource: &str, scopes: &[&str]) -> Result<(String, String)> {
        let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
        sign_in_scopes(resource, &scopes).map(|(all, token)| (all.join(" "), token.join(" ")))
    }

    #[test]
    fn the_scope_of_all_permissions_may_stand_in_the_resources_place() {
        for resource in
            [GRAPH, "https://graph.microsoft.com/.default", "https://graph.microsoft.com//.default"]
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
            (&[&default, "https://vault.azure.net/.default"][..], "none of them https://graph.microsoft.com"),
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
        for resource in ["", "/", "a b"] {
            assert_eq!(scopes(resource, &[], true).expect_err(resource).parameter, Some("resource"));
        }
    }

    proptest! {
        #[test]
        fn any_input_is_answered(resource in ".{0,40}", given in prop::collection::vec(".{0,30}", 0..4)) {
            if let Ok(full) = full_scopes(&resource, &given, true) {
                for scope in &full {
                    prop_assert!(scope.chars().all(is_scope_char));
                }
                prop_assert!(full.iter().any(|scope| scope == "offline_access"));
            }
        }
    }
}
