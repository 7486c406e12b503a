//! Metadata, keys and instance discovery.

use entra_emulator::seed::{CONSUMERS_TENANT_ID, CONTOSO_DOMAIN, CONTOSO_TENANT_ID};
use serde_json::{Value, json};

use crate::common::start;

#[tokio::test]
async fn v2_metadata_of_a_domain_names_its_directory() {
    let fixture = start().await;
    let url = fixture.emulator.url();
    let answer = fixture.get(&format!("/{CONTOSO_DOMAIN}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("max-age=86400, private"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let tenant = format!("{url}/{CONTOSO_TENANT_ID}");
    let expected = json!({
        "token_endpoint": format!("{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{tenant}/v2.0"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{url}/oidc/userinfo"),
        "authorization_endpoint": format!("{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{tenant}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{tenant}/oauth2/v2.0/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
            "c_hash", "email",
        ],
        "kerberos_endpoint": format!("{tenant}/kerberos"),
        "tenant_region_scope": "WW",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn v2_metadata_of_aliases_is_a_template() {
    let fixture = start().await;
    let url = fixture.emulator.url();
    for (alias, issuer) in
        [("common", "{tenantid}"), ("organizations", "{tenantid}"), ("consumers", CONSUMERS_TENANT_ID)]
    {
        let document = fixture.get(&format!("/{alias}/v2.0/.well-known/openid-configuration")).await.json();
        assert_eq!(document["issuer"], format!("{url}/{issuer}/v2.0"));
        assert_eq!(document["token_endpoint"], format!("{url}/{alias}/oauth2/v2.0/token"));
        assert_eq!(document["tenant_region_scope"], Value::Null);
    }
}

#[tokio::test]
async fn v1_metadata_has_v1_endpoints() {
    let fixture = start().await;
    let url = fixture.emulator.url();
    let document =
        fixture.get(&format!("/{CONTOSO_TENANT_ID}/.well-known/openid-configuration")).await.json();
    let tenant = format!("{url}/{CONTOSO_TENANT_ID}");
    for (field, value) in [
        ("issuer", format!("{tenant}/")),
        ("authorization_endpoint", format!("{tenant}/oauth2/authorize")),
        ("token_endpoint", format!("{tenant}/oauth2/token")),
        ("device_authorization_endpoint", format!("{tenant}/oauth2/devicecode")),
        ("end_session_endpoint", format!("{tenant}/oauth2/logout")),
        ("userinfo_endpoint", format!("{tenant}/openid/userinfo")),
        ("check_session_iframe", format!("{tenant}/oauth2/checksession")),
        ("jwks_uri", format!("{url}/common/discovery/keys")),
    ] {
        assert_eq!(document[field], value, "{field}");
    }
    assert_eq!(document["microsoft_multi_refresh_token"], true);
    let types = json!(["code", "id_token", "code id_token", "token id_token", "token"]);
    assert_eq!(document["response_types_supported"], types);
}

#[tokio::test]
async fn an_unknown_tenant_has_no_metadata() {
    let fixture = start().await;
    for path in
        ["v2.0/.well-known/openid-configuration", ".well-known/openid-configuration", "discovery/v2.0/keys"]
    {
        let answer = fixture.get(&format!("/unknown.example/{path}")).await;
        let body = answer.assert_error(400, "invalid_tenant", 90002);
        assert_eq!(answer.header("cache-control"), Some("private"));
        assert_eq!(body["error_uri"], format!("{}/error?code=90002", fixture.emulator.url()));
        assert_eq!(body["timestamp"], "2024-02-29 12:34:56Z");
    }
    let answer = fixture.get("/not%20a%20name/v2.0/.well-known/openid-configuration").await;
    answer.assert_error(400, "invalid_tenant", 900_023);
}

#[tokio::test]
async fn keys_have_all_fields() {
    let fixture = start().await;
    for (path, issuer) in
        [("/common/discovery/v2.0/keys", "{tenantid}/v2.0"), ("/common/discovery/keys", "{tenantid}/")]
    {
        let document = fixture.get(path).await.json();
        let key = &document["keys"][0];
        assert_eq!((&key["kty"], &key["use"], &key["e"]), (&json!("RSA"), &json!("sig"), &json!("AQAB")));
        assert_eq!(key["kid"], key["x5t"]);
        assert_eq!(key["issuer"], format!("{}/{issuer}", fixture.emulator.url()));
    }
}

#[tokio::test]
async fn x5t_is_the_thumbprint_of_x5c() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

    let fixture = start().await;
    let document = fixture.get("/common/discovery/v2.0/keys").await.json();
    let key = &document["keys"][0];
    let certificate = STANDARD.decode(key["x5c"][0].as_str().expect("x5c")).expect("base64");
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate));
    assert_eq!(key["x5t"], thumbprint);
    let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().expect("n")).expect("base64url");
    assert!(
        certificate.windows(modulus.len()).any(|window| window == modulus),
        "the certificate is of this key"
    );
}

#[tokio::test]
async fn instance_discovery_knows_its_own_host() {
    let fixture = start().await;
    let own = format!("{}/common/oauth2/v2.0/authorize", fixture.emulator.url());
    let path = |endpoint: &str| {
        format!("/common/discovery/instance?api-version=1.1&authorization_endpoint={endpoint}")
    };
    let answer = fixture.get(&path(&own)).await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    assert_eq!(document["api-version"], "1.1");
    let configuration = format!("{}/common/v2.0/.well-known/openid-configuration", fixture.emulator.url());
    assert_eq!(document["tenant_discovery_endpoint"], configuration);
    assert_eq!(document["metadata"][0]["preferred_network"], "localhost");
    assert_eq!(document["metadata"][0]["aliases"], json!(["localhost", "127.0.0.1", "[::1]"]));
    let foreign = fixture.get(&path("https://login.unknown.example/common/oauth2/v2.0/authorize")).await;
    foreign.assert_error(400, "invalid_instance", 50049);
    fixture.get("/common/discovery/instance").await.assert_error(400, "invalid_request", 900_144);
}
