//! Issuers of Microsoft Entra ID: templates with `{tenantid}`, and the two versions of one tenant's issuer.

use serde_json::{Map, Value};

use crate::params::claim;

/// Stands for the tenant's GUID in the metadata of an authority for many tenants, and in its keys.
const TENANT_TEMPLATE: &str = "{tenantid}";

/// Hosts of v1.0 issuers, each with the hosts of the v2.0 issuers of the same tenants.
const V1_HOSTS: [(&str, &[&str]); 2] = [
    (
        "https://sts.windows.net",
        &[
            "https://login.microsoftonline.com",
            "https://login.microsoftonline.us",
            "https://login.sovcloud-identity.fr",
            "https://login.sovcloud-identity.de",
            "https://login.sovcloud-identity.sg",
        ],
    ),
    ("https://sts.chinacloudapi.cn", &["https://login.partner.microsoftonline.cn"]),
];

/// Whether an issuer from metadata stands for any tenant.
pub(super) fn is_template(issuer: &str) -> bool {
    issuer.contains(TENANT_TEMPLATE)
}

/// Whether the token's issuer is this one, with the token's own tenant in place of `{tenantid}`.
pub(super) fn matches(template: &str, claims: &Map<String, Value>) -> bool {
    resolve(template, claims).is_some_and(|expected| text(claims, claim::ISSUER) == Some(&expected))
}

/// Whether a key that is limited to an issuer may sign this token. Keys of `/discovery/v2.0/keys` name the v2.0 issuer, and
/// also sign v1.0 tokens: so the v2.0 form of the token's issuer counts too, as in Microsoft's own validator.
pub(super) fn key_may_sign(key_issuer: &str, claims: &Map<String, Value>) -> bool {
    let (Some(expected), Some(issuer)) = (resolve(key_issuer, claims), text(claims, claim::ISSUER)) else {
        return false;
    };
    issuer == expected || v2_forms(issuer, claims).contains(&expected)
}

/// A template with the token's tenant filled in. Text without a template stays as it is.
fn resolve(template: &str, claims: &Map<String, Value>) -> Option<String> {
    if !is_template(template) {
        return Some(template.to_owned());
    }
    // `tid` is put into a URL, so only a GUID is allowed.
    let tenant = text(claims, claim::TENANT_ID).filter(|tenant| is_guid(tenant))?;
    Some(template.replace(TENANT_TEMPLATE, tenant))
}

/// The v2.0 issuers that mean the same tenant as a v1.0 issuer of the form `{base}/{tid}/`.
fn v2_forms(issuer: &str, claims: &Map<String, Value>) -> Vec<String> {
    let tenant = text(claims, claim::TENANT_ID).filter(|tenant| is_guid(tenant));
    let base = tenant.and_then(|tenant| issuer.strip_suffix(&format!("/{tenant}/")));
    let (Some(base), Some(tenant)) = (base, tenant) else { return Vec::new() };
    let known = V1_HOSTS.iter().find(|(v1, _)| *v1 == base);
    let bases = known.map_or_else(|| vec![base], |(_, v2)| v2.to_vec());
    bases.into_iter().map(|base| format!("{base}/{tenant}/v2.0")).collect()
}

/// 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn text<'m>(claims: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    claims.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TENANT: &str = "00000000-0000-0000-0000-00000000000a";

    fn claims(claims: &Value) -> Map<String, Value> {
        claims.as_object().cloned().expect("an object")
    }

    #[test]
    fn only_a_guid_replaces_the_template() {
        let template = "https://login.contoso.com/{tenantid}/v2.0";
        for (tenant, matched) in [
            (TENANT, true),
            ("contoso.com", false),
            ("", false),
            ("..", false),
            ("{tenantid}", false),
            ("urn:uuid:00000000-0000-0000-0000-00000000000a", false),
            ("0000000000000000000000000000000a", false),
        ] {
            let issuer = template.replace("{tenantid}", tenant);
            let claims = claims(&json!({ "iss": issuer, "tid": tenant }));
            assert_eq!(matches(template, &claims), matched, "{tenant}");
            assert_eq!(key_may_sign(template, &claims), matched, "{tenant}");
        }
        let other = claims(
            &json!({ "iss": template.replace("{tenantid}", TENANT), "tid": TENANT.replace('a', "b") }),
        );
        assert!(!matches(template, &other));
    }

    #[test]
    fn a_key_of_the_v2_endpoint_signs_v1_tokens_of_the_same_tenant() {
        let v1 =
            |base: &str, tenant: &str| claims(&json!({ "iss": format!("{base}/{TENANT}/"), "tid": tenant }));
        let public = "https://login.microsoftonline.com/{tenantid}/v2.0";
        let fixed = public.replace("{tenantid}", TENANT);
        for (key_issuer, base, tenant, allowed) in [
            (public, "https://sts.windows.net", TENANT, true),
            (&fixed, "https://sts.windows.net", TENANT, true),
            ("https://login.microsoftonline.us/{tenantid}/v2.0", "https://sts.windows.net", TENANT, true),
            ("http://localhost:4711/{tenantid}/v2.0", "http://localhost:4711", TENANT, true),
            (
                "https://login.partner.microsoftonline.cn/{tenantid}/v2.0",
                "https://sts.chinacloudapi.cn",
                TENANT,
                true,
            ),
            // Another cloud, another host, another tenant.
            (public, "https://sts.chinacloudapi.cn", TENANT, false),
            (public, "https://sts.windows.net.evil.example", TENANT, false),
            ("http://localhost:4711/{tenantid}/v2.0", "http://localhost:4712", TENANT, false),
            (&fixed.replace('a', "b"), "https://sts.windows.net", TENANT, false),
            (public, "https://sts.windows.net", "00000000-0000-0000-0000-00000000000b", false),
            (public, "https://sts.windows.net", "contoso.com", false),
        ] {
            assert_eq!(key_may_sign(key_issuer, &v1(base, tenant)), allowed, "{key_issuer} {base} {tenant}");
        }
    }
}
