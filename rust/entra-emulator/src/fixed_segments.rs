//! Upper and lower case in paths: the service doesn't care for its fixed segments.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// Segments of endpoints. What stands between them (tenants, user names) stays as it is.
const FIXED: [&str; 30] = [
    ".well-known",
    "adfs",
    "adminconsent",
    "authorize",
    "checksession",
    "common",
    "devicecode",
    "devicelogin",
    "discovery",
    "instance",
    "keys",
    "login",
    "logout",
    "me",
    "mex",
    "nativeclient",
    "oauth2",
    "oidc",
    "openid",
    "openid-configuration",
    "organizations",
    "services",
    "subscriptions",
    "tenants",
    "token",
    "trust",
    "userinfo",
    "userrealm",
    "v1.0",
    "v2.0",
];

/// The URI with its fixed segments in lower case; none when they are.
pub(crate) fn lowered(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let lower = |segment: &str| match FIXED.iter().find(|fixed| fixed.eq_ignore_ascii_case(segment)) {
        Some(fixed) => (*fixed).to_owned(),
        None => segment.to_owned(),
    };
    let segments: Vec<String> = path.split('/').map(lower).collect();
    let mut text = segments.join("/");
    if text == path {
        return None;
    }
    if let Some(query) = uri.query() {
        text.push('?');
        text.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::lowered;

    #[test]
    fn only_fixed_segments_are_lowered() {
        for (given, expected) in [
            (
                "/common/UserRealm/Name@Contoso.example?A=B",
                Some("/common/userrealm/Name@Contoso.example?A=B"),
            ),
            ("/Contoso.example/OAuth2/V2.0/Token", Some("/Contoso.example/oauth2/v2.0/token")),
            ("/Contoso.example/oauth2/v2.0/token", None),
            ("/common/oauth2/token?A=B", None),
        ] {
            let uri = lowered(&given.parse().expect("a URI")).map(|uri| uri.to_string());
            assert_eq!(uri.as_deref(), expected, "{given}");
        }
    }
}
