use super::*;

fn resolve(authority: Option<&str>, tenant: Option<&str>) -> Result<Authority> {
    Authority::resolve(authority, None, tenant, "organizations", &Environment::default())
}

fn token_url(authority: &str, tenant: Option<&str>) -> String {
    resolve(Some(authority), tenant).expect("valid").token_url().to_string()
}

#[test]
fn defaults_to_the_public_cloud() {
    let authority = resolve(None, None).expect("valid");
    assert_eq!(authority.to_string(), "https://login.microsoftonline.com/organizations");
    assert_eq!(
        authority.device_code_url().as_str(),
        "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode"
    );
    assert!(!authority.is_loopback());
}

#[test]
fn every_form_gives_its_endpoints() {
    let cases = [
        (
            "https://login.microsoftonline.com",
            Some("contoso.com"),
            "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token",
        ),
        (
            "https://login.microsoftonline.com/contoso.com/",
            None,
            "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token",
        ),
        (
            "https://login.microsoftonline.com/contoso.com/v2.0",
            Some("CONTOSO.com"),
            "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token",
        ),
        ("http://localhost:4711", Some("common"), "http://localhost:4711/common/oauth2/v2.0/token"),
        ("http://127.0.0.1:1/x", None, "http://127.0.0.1:1/x/oauth2/v2.0/token"),
        ("http://[::1]:1/x", None, "http://[::1]:1/x/oauth2/v2.0/token"),
        ("https://fs.contoso.com/adfs", None, "https://fs.contoso.com/adfs/oauth2/token"),
        (
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in",
            None,
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/token",
        ),
        (
            "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in",
            None,
            "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/token",
        ),
        (
            "https://contoso.ciamlogin.com",
            None,
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        ),
    ];
    for (authority, tenant, expected) in cases {
        assert_eq!(token_url(authority, tenant), expected, "{authority}");
    }
}

#[test]
fn what_cannot_be_an_authority_is_refused_by_name() {
    let refused = [
        ("login.microsoftonline.com", "authority: must be a URL"),
        ("http://login.microsoftonline.com", "authority: must use https; plain http"),
        ("ftp://login.microsoftonline.com", "authority: must use https."),
        ("https://user:pw@login.microsoftonline.com", "authority: must not hold a user name"),
        ("https://login.microsoftonline.com/?x=1", "authority: must not have a query"),
        ("https://login.microsoftonline.com/a/b/c/d", "authority: has too long a path"),
        ("https://login.microsoftonline.com/a%20b", "authority: must be the tenant's ID"),
        ("http://localhost.evil.example", "authority: must use https; plain http"),
    ];
    for (text, expected) in refused {
        let error = resolve(Some(text), None).expect_err(text);
        assert!(error.message.starts_with(expected), "{text}: {error}");
        assert_eq!(error.parameter, Some("authority"));
        assert!(!error.message.contains("pw@"), "{error}");
    }
    for tenant in ["", "a b", "a/b", "../x", "a?b", ".hidden", "tenänt"] {
        let error = resolve(None, Some(tenant)).expect_err(tenant);
        assert_eq!(error.parameter, Some("tenant"), "{tenant}");
    }
    let error = resolve(Some("https://login.microsoftonline.com/contoso.com"), Some("fabrikam.com"));
    assert!(error.expect_err("contradiction").message.contains("another tenant"));
}

#[test]
fn clouds_and_environment_decide_what_is_not_given() {
    let environment = Environment::from([
        ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"),
        ("AZURE_TENANT_ID", "fabrikam.com"),
    ]);
    let from = |authority, cloud, tenant| {
        Authority::resolve(authority, cloud, tenant, "organizations", &environment)
    };
    let authority = from(None, None, None).expect("valid");
    assert_eq!(authority.to_string(), "https://login.microsoftonline.us/fabrikam.com");
    assert_eq!(authority.cloud(), Cloud::UsGovernment);
    assert_eq!(authority.cloud().graph(), "https://graph.microsoft.us");
    let china = from(None, Some("China"), Some("contoso.cn")).expect("valid");
    assert_eq!(china.to_string(), "https://login.partner.microsoftonline.cn/contoso.cn");
    assert_eq!(from(None, Some("mars"), None).expect_err("no such cloud").parameter, Some("cloud"));
    assert!(from(Some("https://x.example"), Some("china"), None).is_err());
    let host = Environment::from([("AZURE_AUTHORITY_HOST", "login.microsoftonline.us")]);
    let error = Authority::resolve(None, None, None, "organizations", &host).expect_err("no scheme");
    assert_eq!(error.parameter, Some("AZURE_AUTHORITY_HOST"));
}
