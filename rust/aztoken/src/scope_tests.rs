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
        ("https://contoso.com/database.windows.net/", "https://contoso.com/database.windows.net/.default"),
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
        (b2c, "https://contoso.onmicrosoft.com/api", &[CLIENT, "openid"], false, format!("{CLIENT} openid")),
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
    for resource in [GRAPH, "https://graph.microsoft.com/.default", "https://graph.microsoft.com/.Default"] {
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
    let all = "https://graph.microsoft.com/User.Read https://management.azure.com/user_impersonation email";
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
    assert_eq!(sign_in(GRAPH, &[&default]).expect("valid"), (format!("{default} {user}"), default.clone()));
    assert_eq!(sign_in(GRAPH, &["email"]).expect("valid"), (format!("email {user}"), "email".to_owned()));
    let both_defaults = sign_in(GRAPH, &[&default, ".default"]).expect("each of its own resource");
    assert_eq!(both_defaults.1, format!("{GRAPH}/.default"));
    for (scopes, words) in [
        (
            &[&default, "https://vault.azure.net/.default"][..],
            "several resources, but not https://graph.microsoft.com",
        ),
        (&[&default, "https://management.azure.com/user_impersonation", "User.Read"], ".default can't be"),
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
