//! What documents and errors name is served: logout, userinfo, error pages, native client, admin consent, federation.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, SAMPLE_UNCONSENTED_CLIENT_ID, SAMPLE_WEB_CLIENT_ID as WEB,
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::browser::Browser;
use crate::common::{CLIENT, claims, start, text};
use crate::sign_in::{USER, fields_at, path};

/// Names of the metadata that the emulator doesn't serve, as docs/emulator-parity.md says.
const ABSENT: [&str; 2] = ["kerberos_endpoint", "check_session_iframe"];

#[tokio::test]
async fn every_url_of_the_metadata_is_served() {
    let fixture = start().await;
    for document in ["common/v2.0", "common", CONTOSO_DOMAIN] {
        let document = fixture.get(&format!("/{document}/.well-known/openid-configuration")).await.json();
        for (name, value) in document.as_object().expect("an object") {
            let own = value.as_str().and_then(|url| url.strip_prefix(fixture.emulator.url()));
            let Some(path) = own.filter(|_| name != "issuer" && !ABSENT.contains(&name.as_str())) else {
                continue;
            };
            assert_ne!(fixture.get(path).await.status, 404, "{name}: {path}");
        }
    }
}

#[tokio::test]
async fn the_uri_of_an_error_is_a_page_about_it() {
    let fixture = start().await;
    let error = fixture.password("nobody@contoso.onmicrosoft.com", "User.Read").await.json();
    let uri = text(&error, "error_uri");
    let page = fixture.get(uri.strip_prefix(fixture.emulator.url()).expect("its own")).await;
    assert!(page.status == 200 && page.body.contains("AADSTS50034"), "{}", page.body);
    let wrong = fixture.get("/error?code=%3Cscript%3E").await;
    assert!(wrong.status == 400 && !wrong.body.contains("<script>"), "{}", wrong.body);
}

#[tokio::test]
async fn the_native_clients_page_is_there_for_every_tenant() {
    let fixture = start().await;
    for tenant in ["common", CONTOSO_TENANT_ID] {
        let page = fixture.get(&format!("/{tenant}/oauth2/nativeclient?code=secret")).await;
        assert!(page.status == 200 && !page.body.contains("secret"), "{}", page.body);
    }
}

#[tokio::test]
async fn userinfo_is_of_the_tokens_user() {
    let fixture = start().await;
    let answer = fixture.password(USER, "openid profile email User.Read").await.json();
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    for path in ["/oidc/userinfo", "/common/openid/userinfo"] {
        let info = fixture.send("GET", path, &[("Authorization", &bearer)], "").await.expect("an answer");
        let body = info.json();
        assert_eq!((info.status, &body["email"]), (200, &json!(USER)), "{}", info.body);
        assert_eq!(body["sub"], claims(&text(&answer, "id_token"))["sub"]);
        assert_eq!(info.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(fixture.get("/oidc/userinfo").await.status, 401);
}

/// Signs in with a browser, and gives whether a silent sign-in works afterwards.
async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    let silent = browser.open(&path(&[("prompt", "none")])).await;
    silent.header("location").is_some_and(|location| location.contains("code="))
}

#[tokio::test]
async fn logout_ends_the_sign_in_and_goes_back_to_the_app() {
    let fixture = start().await;
    let mut browser = Browser::new(&fixture);
    browser.open(&path(&[])).await;
    browser.submit(&[("username", USER), ("password", entra_emulator::seed::PASSWORD)]).await;
    assert!(is_signed_in(&mut browser).await);
    let other = browser.open("/common/oauth2/v2.0/logout?logout_hint=other%40contoso.onmicrosoft.com").await;
    assert!(other.status == 200 && other.body.contains("You signed out"), "{}", other.body);
    assert!(is_signed_in(&mut browser).await, "the hint names somebody else");
    let uri = "https://app.contoso.example/signin";
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("post_logout_redirect_uri", uri), ("state", "a b"), ("client_id", WEB)])
        .finish();
    let answer = browser.open(&format!("/{CONTOSO_DOMAIN}/oauth2/v2.0/logout?{query}")).await;
    assert_eq!((answer.status, answer.header("location")), (302, Some(format!("{uri}?state=a+b").as_str())));
    assert!(!is_signed_in(&mut browser).await);
    let unknown = "/common/oauth2/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example";
    let page = browser.open(unknown).await;
    assert_eq!((page.status, page.header("location")), (200, None));
}

fn consent_path(state: &str) -> String {
    let pairs = [
        ("client_id", SAMPLE_UNCONSENTED_CLIENT_ID),
        ("redirect_uri", "http://localhost:5000/"),
        ("state", state),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/{CONTOSO_DOMAIN}/v2.0/adminconsent?{query}")
}

#[tokio::test]
async fn an_administrator_consents_for_everyone() {
    let fixture = start().await;
    let ask = || async {
        let fields = [
            ("grant_type", "password"),
            ("client_id", SAMPLE_UNCONSENTED_CLIENT_ID),
            ("username", USER),
            ("password", entra_emulator::seed::PASSWORD),
            ("scope", "User.Read"),
        ];
        fixture.redeem(CONTOSO_DOMAIN, &fields).await
    };
    ask().await.assert_error(400, "invalid_grant", 65001);
    let path = consent_path("x");
    let page = fixture.get(&path).await;
    assert!(page.status == 200 && page.body.contains("Sample Unconsented App"), "{}", page.body);
    let send = |user: &'static str, decision: &'static str| {
        let fields =
            vec![("username", user), ("password", entra_emulator::seed::PASSWORD), ("decision", decision)];
        let (fixture, path) = (&fixture, &path);
        async move { fixture.post_form(path, &fields).await }
    };
    let declined = send(USER, "decline").await;
    assert!(declined.header("location").expect("a redirect").contains("error=access_denied"));
    let member = send(USER, "accept").await;
    assert!(member.status == 400 && member.body.contains("AADSTS90094"), "{}", member.body);
    let accepted = send("admin@contoso.onmicrosoft.com", "accept").await;
    let location = accepted.header("location").expect("a redirect");
    let expected = format!("http://localhost:5000/?admin_consent=True&tenant={CONTOSO_TENANT_ID}");
    assert!(location.starts_with(&expected) && location.ends_with("&state=x"), "{location}");
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn the_federated_services_document_names_its_endpoint() {
    let fixture = start().await;
    let realm = fixture.get("/common/userrealm/user@federated.example?api-version=1.0").await.json();
    let path = |name: &str| text(&realm, name).replace(fixture.emulator.url(), "");
    let document = fixture.get(&path("federation_metadata_url")).await;
    assert!(document.body.contains(&text(&realm, "federation_active_auth_url")), "{}", document.body);
    let fault = fixture.send("POST", &path("federation_active_auth_url"), &[], "").await.expect("an answer");
    assert!(fault.status == 500 && fault.body.contains("no SAML tokens"), "{}", fault.body);
}

#[tokio::test]
async fn fixed_segments_match_in_any_case() {
    let fixture = start().await;
    let realm = fixture.get("/common/UserRealm/User@Contoso.onmicrosoft.com?api-version=1.0").await.json();
    assert_eq!(realm["account_type"], "Managed");
    let fields = [("client_id", CLIENT), ("scope", "User.Read")];
    let answer = fixture.post_form("/Organizations/OAuth2/V2.0/DeviceCode", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let log = fixture.requests().await;
    assert_eq!(log[1]["path"], "/Organizations/OAuth2/V2.0/DeviceCode", "as it was sent");
    let fields: Value =
        json!(fields_at(&fixture, &path(&[]).replace("oauth2/v2.0", "OAuth2/v2.0"), json!({})).await);
    assert!(fields["code"].is_string(), "{fields}");
}
