//! Apps of one tenant, and apps that are public and confidential clients at once.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, SAMPLE_PUBLIC_CLIENT_ID as SINGLE, SAMPLE_WEB_CLIENT_ID,
    SAMPLE_WEB_CLIENT_SECRET,
};
use serde_json::json;

use crate::common::{Answer, Fixture, GRAPH_DEFAULT, claims, start, text};
use crate::sign_in::{REDIRECT_URI, fields_at, path_at, visit};

/// The article's daemon, its API, and the sample of Microsoft with tokens from /authorize.
const DAEMON: &str = "01521322-6424-61af-8bc3-ab3253cba294";
const DAEMON_SECRET: &str = "HK_ub~xUMs5Ha~8zldTm8SwKe3sHewW6gDy4livX";
const DAEMON_TENANT: &str = "adbf1538-4291-4fa0-93bc-c35a52b46a51";
const API: &str = "01655182-8172-41df-9ff9-bfe27fdd0451";
const API_SECRET: &str = "wRb8Q~WiHguAqRNqdyQ~EVSDDAmI1s2GOSKnWbtj";
const API_REDIRECT_URI: &str = "http://localhost/pipehow-auth-response";
const IMPLICIT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";

async fn redeem(fixture: &Fixture, code: &str, client: &str, uri: &str, more: &[(&str, &str)]) -> Answer {
    let fields =
        [("grant_type", "authorization_code"), ("client_id", client), ("code", code), ("redirect_uri", uri)];
    fixture.redeem("organizations", &[&fields, more].concat()).await
}

#[tokio::test]
async fn a_single_tenant_app_signs_in_at_organizations_but_has_no_device_codes_there() {
    let fixture = start().await;
    let fields = [("client_id", SINGLE), ("scope", "User.Read")];
    for alias in ["organizations", "common"] {
        let answer = fixture.post_form(&format!("/{alias}/oauth2/v2.0/devicecode"), &fields).await;
        answer.assert_error(400, "invalid_request", 50059);
    }
    let code =
        fields_at(&fixture, &path_at("organizations/oauth2/v2.0", &[]), json!({})).await["code"].clone();
    let answer = redeem(&fixture, &code, SINGLE, REDIRECT_URI, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(claims(&text(&answer.json(), "access_token"))["tid"], CONTOSO_TENANT_ID);
    let stranger = json!({ "username": "user@fabrikam.onmicrosoft.com" });
    let page = visit(&fixture, &path_at("organizations/oauth2/v2.0", &[]), stranger).await;
    assert_eq!(page.json()["error_page"]["number"], 50020, "{}", page.body);
    let page = visit(&fixture, &path_at("common/oauth2/v2.0", &[]), json!({})).await;
    assert_eq!(page.json()["error_page"]["number"], 50194, "{}", page.body);
}

#[tokio::test]
async fn the_articles_api_is_public_at_its_redirect_uri_and_confidential_on_behalf_of_users() {
    let fixture = start().await;
    let scope = format!("{API}/.default");
    let params = [("client_id", API), ("redirect_uri", API_REDIRECT_URI), ("scope", scope.as_str())];
    let path = path_at("organizations/oauth2/v2.0", &params);
    let code = fields_at(&fixture, &path, json!({})).await["code"].clone();
    let with_secret = redeem(&fixture, &code, API, API_REDIRECT_URI, &[("client_secret", API_SECRET)]).await;
    with_secret.assert_error(401, "invalid_client", 700_025);
    let answer = redeem(&fixture, &code, API, API_REDIRECT_URI, &[("scope", &scope)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let assertion = text(&answer.json(), "access_token");
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", API),
        ("assertion", assertion.as_str()),
        ("scope", GRAPH_DEFAULT),
    ];
    fixture.redeem("organizations", &fields).await.assert_error(401, "invalid_client", 7_000_218);
    let fields = [&fields[..], &[("client_secret", API_SECRET)]].concat();
    let answer = fixture.redeem("organizations", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_refresh_token_of_a_confidential_sign_in_needs_the_credential_again() {
    let fixture = start().await;
    let params = [("client_id", SAMPLE_WEB_CLIENT_ID)];
    let path = path_at(&format!("{CONTOSO_DOMAIN}/oauth2/v2.0"), &params);
    let code = fields_at(&fixture, &path, json!({})).await["code"].clone();
    let secret = [("client_secret", SAMPLE_WEB_CLIENT_SECRET)];
    let uri = REDIRECT_URI;
    redeem(&fixture, &code, SAMPLE_WEB_CLIENT_ID, uri, &[]).await.assert_error(
        401,
        "invalid_client",
        7_000_218,
    );
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", SAMPLE_WEB_CLIENT_ID),
        ("code", code.as_str()),
        ("redirect_uri", uri),
    ];
    let answer = fixture.redeem(CONTOSO_DOMAIN, &[&fields[..], &secret].concat()).await;
    let token = text(&answer.json(), "refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", SAMPLE_WEB_CLIENT_ID),
        ("refresh_token", token.as_str()),
    ];
    fixture.redeem(CONTOSO_DOMAIN, &fields).await.assert_error(401, "invalid_client", 7_000_218);
    let answer = fixture.redeem(CONTOSO_DOMAIN, &[&fields[..], &secret].concat()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn the_articles_other_apps_are_there() {
    let fixture = start().await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", DAEMON),
        ("client_secret", DAEMON_SECRET),
        ("scope", GRAPH_DEFAULT),
    ];
    let answer = fixture.redeem(DAEMON_TENANT, &fields).await.json();
    assert_eq!((&answer["expires_in"], &answer["ext_expires_in"]), (&json!(3599), &json!(3599)));
    let params = [
        ("client_id", IMPLICIT),
        ("redirect_uri", "http://localhost/myapp/"),
        ("response_type", "id_token token"),
        ("response_mode", "fragment"),
        ("scope", "https://graph.microsoft.com/.default openid"),
        ("nonce", "1337"),
    ];
    let fields = fields_at(&fixture, &path_at("common/oauth2/v2.0", &params), json!({})).await;
    assert!(fields.contains_key("id_token") && fields.contains_key("access_token"), "{fields:?}");
}

#[tokio::test]
async fn the_resources_that_people_ask_for_are_known() {
    let fixture = start().await;
    for resource in [
        "https://servicebus.azure.net",
        "https://eventhubs.azure.net",
        "https://api.loganalytics.io",
        "https://monitor.azure.com",
        "https://cosmos.azure.com",
        "https://containerregistry.azure.net",
        "https://analysis.windows.net/powerbi/api",
        "https://api.fabric.microsoft.com",
        "https://microsoft.sharepoint.com",
        "https://outlook.office365.com",
        "https://cognitiveservices.azure.com",
        "6dae42f8-4368-4678-94ff-3960e28e3630",
        "499b84ac-1321-427f-aa17-267ca6975798",
    ] {
        let answer = fixture.password("user@contoso.onmicrosoft.com", &format!("{resource}/.default")).await;
        assert_eq!(answer.status, 200, "{resource}: {}", answer.body);
        assert_eq!(claims(&text(&answer.json(), "access_token"))["aud"], resource);
    }
}

#[tokio::test]
async fn the_redirect_uri_decides_and_the_setting_is_for_flows_without_one() {
    let fixture = start().await;
    let (client, secret) = ("5a0c6c7e-97b1-4b51-9d5c-0c6f5c1a7e10", "emulator-only-mixed-secret");
    let (web, desktop) = ("http://localhost/web", "http://localhost/desktop");
    let app = json!({
        "client_id": client, "secrets": [{ "value": secret }],
        "redirect_uris": [{ "uri": web }, { "uri": desktop, "type": "public_client" }],
    });
    fixture.control("/apps", app).await;
    let sign_in = async |uri: &str, more: &[(&str, &str)]| {
        let params = [("client_id", client), ("redirect_uri", uri)];
        let path = path_at("organizations/oauth2/v2.0", &params);
        let code = fields_at(&fixture, &path, json!({})).await["code"].clone();
        redeem(&fixture, &code, client, uri, more).await
    };
    let refresh = async |answer: &Answer, more: &[(&str, &str)]| {
        let token = text(&answer.json(), "refresh_token");
        let fields =
            [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token.as_str())];
        fixture.redeem(CONTOSO_DOMAIN, &[&fields, more].concat()).await
    };
    let proof = [("client_secret", secret)];
    let confidential = sign_in(web, &proof).await;
    refresh(&confidential, &[]).await.assert_error(401, "invalid_client", 7_000_218);
    assert_eq!(refresh(&confidential, &proof).await.status, 200);
    let public = sign_in(desktop, &[]).await;
    assert_eq!(public.status, 200, "{}", public.body);
    assert_eq!(refresh(&public, &[]).await.status, 200);
    sign_in(desktop, &proof).await.assert_error(401, "invalid_client", 700_025);
    // Flows without a redirect URI ask for the setting "Allow public client flows".
    let password = [
        ("grant_type", "password"),
        ("client_id", client),
        ("username", entra_emulator::seed::DEFAULT_USERNAME),
        ("password", entra_emulator::seed::PASSWORD),
        ("scope", "User.Read"),
    ];
    fixture.redeem(CONTOSO_DOMAIN, &password).await.assert_error(401, "invalid_client", 7_000_218);
    let path = format!("/_control/apps/{client}");
    fixture.send("PATCH", &path, &[], "{\"allow_public_client\":true}").await.expect("an answer");
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &password).await.status, 200);
}
