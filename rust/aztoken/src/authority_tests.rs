use super::*;
use crate::error::ErrorKind;

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

const FORMS: [(&str, Option<&str>, &str); 19] = [
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
    ("https://fs.contoso.com/ADFS/", None, "https://fs.contoso.com/adfs/oauth2/token"),
    ("https://fs.contoso.com/adfs/oauth2/token", Some("adfs"), "https://fs.contoso.com/adfs/oauth2/token"),
    ("https://fs.contoso.com", Some("AdFs"), "https://fs.contoso.com/adfs/oauth2/token"),
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
    (
        "Contoso.ciamlogin.com",
        Some("11111111-2222-3333-4444-555555555555"),
        "https://contoso.ciamlogin.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
    ),
    (
        "login.microsoftonline.us/Contoso.com",
        None,
        "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token",
    ),
    (
        " https://login.microsoftonline.com/common/oauth2/authorize\r\n",
        None,
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    ),
    (
        "https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration",
        None,
        "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token",
    ),
    (
        "https://contoso.b2clogin.com/TFP/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/token",
        Some("Contoso.OnMicrosoft.com"),
        "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/token",
    ),
    (
        "https://login.microsoftonline.com/consumers",
        Some("9188040d-6c67-4c5b-b112-36a304b66dad"),
        "https://login.microsoftonline.com/consumers/oauth2/v2.0/token",
    ),
];

#[test]
fn every_form_gives_its_endpoints() {
    for (authority, tenant, expected) in FORMS {
        assert_eq!(token_url(authority, tenant), expected, "{authority}");
    }
}

#[test]
fn what_cannot_be_an_authority_is_refused_by_name() {
    let refused = [
        ("", "authority: must be a URL"),
        ("login microsoftonline com", "authority: must be a URL"),
        ("http://login.microsoftonline.com", "authority: must use https; plain http"),
        ("ftp://login.microsoftonline.com", "authority: must use https."),
        ("https://user:pw@login.microsoftonline.com", "authority: must not contain a user name"),
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
}

#[test]
fn a_tenant_that_contradicts_the_authority_is_refused_everywhere() {
    for (authority, tenant, parameter) in [
        ("https://login.microsoftonline.com/contoso.com", "fabrikam.com", "authority"),
        ("https://login.microsoftonline.com/contoso.com", "common", "authority"),
        ("https://login.microsoftonline.com/organizations/v2.0", "consumers", "authority"),
        (
            "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in",
            "fabrikam.onmicrosoft.com",
            "authority",
        ),
        ("https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_in", "fabrikam.com", "authority"),
        ("https://contoso.ciamlogin.com", "fabrikam.onmicrosoft.com", "authority"),
        ("https://contoso.ciamlogin.com", "common", "authority"),
        ("https://contoso.ciamlogin.com/contoso.onmicrosoft.com", "fabrikam.com", "authority"),
        ("https://fs.contoso.com/adfs", "contoso.com", "tenant"),
        ("https://fs.contoso.com/ADFS/oauth2", "common", "tenant"),
        ("http://localhost:1/contoso.com", "fabrikam.com", "authority"),
    ] {
        let error = resolve(Some(authority), Some(tenant)).expect_err(authority);
        assert_eq!(
            (error.kind, error.parameter),
            (ErrorKind::InvalidParameter, Some(parameter)),
            "{authority}"
        );
        assert!(error.message.contains("tenant"), "{error}");
    }
    let environment = Environment::from([("AZURE_AUTHORITY_HOST", "login.microsoftonline.us/contoso.com")]);
    let error = Authority::resolve(None, None, Some("fabrikam.com"), "common", &environment);
    assert_eq!(error.expect_err("contradiction").parameter, Some("AZURE_AUTHORITY_HOST"));
}

#[test]
fn each_authority_knows_its_kind_and_tenant() {
    for (authority, kind, tenant) in [
        ("https://login.microsoftonline.com/Contoso.com", AuthorityKind::Entra, Some("contoso.com")),
        ("http://localhost:4711/x", AuthorityKind::Entra, Some("x")),
        ("https://contoso.ciamlogin.com", AuthorityKind::ExternalId, Some("contoso.onmicrosoft.com")),
        ("https://contoso.b2clogin.com/contoso.com", AuthorityKind::B2c, Some("contoso.com")),
        ("https://contoso.b2clogin.cn/contoso.com/B2C_1_a", AuthorityKind::B2c, Some("contoso.com")),
        ("http://localhost:4711/contoso.com/B2C_1_a", AuthorityKind::B2c, Some("contoso.com")),
        ("https://fs.contoso.com/Adfs", AuthorityKind::Adfs, None),
    ] {
        let resolved = resolve(Some(authority), None).expect(authority);
        assert_eq!(resolved.kind(), kind, "{authority}");
        assert_eq!(resolved.tenant().map(ToString::to_string).as_deref(), tenant, "{authority}");
    }
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
    for host in ["login.microsoftonline.us", "login.microsoftonline.us/", " LOGIN.microsoftonline.us \n"] {
        let host = Environment::from([("AZURE_AUTHORITY_HOST", host)]);
        let authority =
            Authority::resolve(None, None, None, "organizations", &host).expect("no scheme is needed");
        assert_eq!(authority.to_string(), "https://login.microsoftonline.us/organizations");
        assert_eq!(authority.cloud(), Cloud::UsGovernment);
    }
    for host in ["ftp://login.microsoftonline.us", "http://login.microsoftonline.us", "a b"] {
        let host = Environment::from([("AZURE_AUTHORITY_HOST", host)]);
        let error = Authority::resolve(None, None, None, "organizations", &host).expect_err("no URL of one");
        assert_eq!(error.parameter, Some("AZURE_AUTHORITY_HOST"));
    }
    let adfs = Environment::from([("AZURE_AUTHORITY_HOST", "fs.contoso.com"), ("AZURE_TENANT_ID", "ADFS")]);
    let authority =
        Authority::resolve(None, None, None, "organizations", &adfs).expect("as the Azure SDKs take it");
    assert_eq!(authority.token_url().as_str(), "https://fs.contoso.com/adfs/oauth2/token");
}
