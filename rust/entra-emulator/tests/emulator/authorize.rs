//! Requests to /authorize: what is refused, where that is said, and how the answer travels.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, SAMPLE_CONFIDENTIAL_CLIENT_ID as CONFIDENTIAL, SAMPLE_DAEMON_CLIENT_ID as DAEMON,
    SAMPLE_DISABLED_CLIENT_ID, SAMPLE_SPA_CLIENT_ID as SPA, SAMPLE_UNCONSENTED_CLIENT_ID,
};
use serde_json::json;

use crate::common::{Fixture, start, text};
use crate::sign_in::{
    PUBLIC, Pairs, REDIRECT_URI, STATE, USER, WEB, assert_refused, fields, fields_at, path, path_at,
    redirect_fields, visit,
};

const V1: &str = "contoso.onmicrosoft.com/oauth2";
const ID_TOKEN: Pairs<'_> = &[("client_id", WEB), ("response_type", "id_token"), ("nonce", "n")];
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What must not go to the client is said on a page, to browsers and to the control API.
async fn assert_page(fixture: &Fixture, path: &str, number: u64) {
    let page = fixture.get(path).await;
    assert_eq!((page.status, page.header("location")), (400, None), "{path}");
    assert!(page.body.contains(&format!("<strong>AADSTS{number}</strong>: ")), "{path}: {}", page.body);
    assert!(page.body.contains("Correlation ID") && !page.body.contains("<form"), "{}", page.body);
    let answer = visit(fixture, path, json!({})).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(answer.json()["error_page"]["number"], number, "{}", answer.body);
}

#[tokio::test]
async fn unknown_clients_and_redirect_uris_get_a_page() {
    let fixture = start().await;
    let unknown = "11111111-2222-4333-8444-555555555555";
    for (params, number) in [
        (&[("client_id", "")][..], 900_144),
        (&[("client_id", unknown)], 700_038),
        (&[("client_id", "nonsense")], 700_038),
        (&[("client_id", SAMPLE_DISABLED_CLIENT_ID)], 7_000_112),
        (&[("redirect_uri", "https://evil.example/")], 50011),
        (&[("redirect_uri", "https://evil.example/"), ("response_type", "nonsense")], 50011),
        (&[("redirect_uri", "http://localhost:5000/"), ("response_mode", "form_post")], 50011),
        (&[("client_id", DAEMON), ("redirect_uri", "")], 900_971),
        (&[("client_id", DAEMON)], 50011),
    ] {
        assert_page(&fixture, &path(params), number).await;
    }
    for (endpoint, number) in [
        ("unknown.example/oauth2/v2.0", 90002),
        ("common/oauth2/v2.0", 50194),
        ("fabrikam.onmicrosoft.com/oauth2/v2.0", 700_016),
        ("consumers/oauth2", 90027),
    ] {
        assert_page(&fixture, &path_at(endpoint, &[]), number).await;
    }
    assert_page(&fixture, &format!("{}&state=again", path(&[])), 9_000_411).await;
    assert_page(&fixture, &format!("{}&nonce=%zz", path(&[])), 9_002_313).await;
}

#[tokio::test]
async fn everything_else_is_told_to_the_client() {
    let fixture = start().await;
    let long = "a".repeat(129);
    let v2: &[(Pairs<'_>, &str, u32)] = &[
        (&[("response_type", "")], "invalid_request", 900_144),
        (&[("response_type", "nonsense")], "unsupported_response_type", 70005),
        (&[("response_type", "code token")], "unsupported_response_type", 70005),
        (&[("response_mode", "nonsense")], "invalid_request", 70007),
        (&[("scope", "")], "invalid_request", 900_144),
        (&[("scope", "https://graph.microsoft.com/.default User.Read")], "invalid_scope", 70011),
        (&[("scope", "https://graph.microsoft.com/")], "invalid_scope", 70011),
        (&[("scope", "https://unknown.example/.default")], "invalid_resource", 500_011),
        (&[("scope", "https://vault.azure.net/nonsense")], "invalid_client", 650_053),
        (
            &[("client_id", SAMPLE_UNCONSENTED_CLIENT_ID), ("scope", "https://vault.azure.net/nonsense")],
            "invalid_client",
            650_053,
        ),
        (&[("resource", "https://vault.azure.net")], "invalid_request", 901_002),
        (&[("request", "e30")], "request_not_supported", 90023),
        (&[("request_uri", "https://a.example")], "request_uri_not_supported", 90023),
        (&[("claims", "[]")], "invalid_request", 90100),
        (&[("prompt", "nonsense")], "invalid_request", 90023),
        (&[("prompt", "login consent")], "invalid_request", 90023),
        (&[("prompt", "select_account"), ("login_hint", USER)], "invalid_request", 90100),
        (&[("code_challenge", &CHALLENGE[1..])], "invalid_request", 501_491),
        (&[("code_challenge", &long)], "invalid_request", 501_491),
        (&[("code_challenge", &long[1..]), ("code_challenge_method", "S256")], "invalid_request", 501_491),
        (&[("code_challenge", CHALLENGE), ("code_challenge_method", "s256")], "invalid_request", 50147),
        (&[("code_challenge_method", "S256")], "invalid_request", 50147),
        (&[("code_challenge", &CHALLENGE.replace('-', "+"))], "invalid_request", 50147),
        (&[("client_id", SPA)], "invalid_request", 9_002_325),
    ];
    for (params, error, number) in v2 {
        // Before anybody is asked to sign in.
        let answer = fixture.get(&path(params)).await;
        let location = answer.header("location").unwrap_or_else(|| panic!("{params:?}: {}", answer.body));
        assert_refused(&redirect_fields(location), error, *number);
    }
    for (params, error, number) in [
        (&[("resource", "https://unknown.example")][..], "invalid_resource", 500_011),
        (&[("client_id", WEB), ("response_type", "token")], "invalid_request", 900_144),
    ] {
        let fields = fields_at(&fixture, &path_at(V1, params), json!({})).await;
        assert_refused(&fields, error, number);
    }
}

#[tokio::test]
async fn tokens_need_issuance_a_nonce_openid_and_one_resource() {
    let fixture = start().await;
    let with = |more: Pairs<'static>| {
        let kept = ID_TOKEN.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more).copied().collect::<Vec<_>>()
    };
    for (params, error, number) in [
        (with(&[("client_id", CONFIDENTIAL)]), "unsupported_response_type", 700_054),
        (vec![("client_id", CONFIDENTIAL), ("response_type", "token")], "unsupported_response_type", 700_051),
        (
            vec![("client_id", PUBLIC), ("response_type", "code id_token")],
            "unsupported_response_type",
            700_054,
        ),
        (with(&[("nonce", "")]), "invalid_request", 90014),
        (with(&[("scope", "profile User.Read")]), "unsupported_response_type", 70005),
        (with(&[("response_mode", "query")]), "invalid_request", 70007),
        (
            vec![("client_id", WEB), ("response_type", "token"), ("response_mode", "query")],
            "invalid_request",
            70007,
        ),
        (
            vec![("client_id", WEB), ("response_type", "token"), ("response_mode", "form_post")],
            "invalid_request",
            70007,
        ),
        (
            vec![
                ("client_id", WEB),
                ("response_type", "token"),
                ("scope", "User.Read https://vault.azure.net/.default"),
            ],
            "invalid_request",
            28000,
        ),
    ] {
        let answer = visit(&fixture, &path(&params), json!({})).await.json();
        let uri = text(&answer, "uri");
        // A mode that isn't allowed gives way to the fragment.
        assert!(uri.starts_with("http://localhost:5000/#error="), "{uri}");
        assert_refused(&redirect_fields(&uri), error, number);
    }
}

#[tokio::test]
async fn the_answer_travels_as_asked() {
    let fixture = start().await;
    for (params, start) in [
        (&[][..], "http://localhost:5000/?code=1."),
        (&[("response_mode", "query")], "http://localhost:5000/?code=1."),
        (&[("response_mode", "fragment")], "http://localhost:5000/#code=1."),
        (&[("redirect_uri", "")], "http://localhost/?code=1."),
        (&[("response_type", "none")], "http://localhost:5000/?session_state="),
        (
            &[("client_id", WEB), ("redirect_uri", "http://localhost:81/myapp/")],
            "http://localhost:81/myapp/?code=1.",
        ),
    ] {
        let answer = visit(&fixture, &path(params), json!({})).await.json();
        let uri = text(&answer, "uri");
        assert_eq!((&answer["method"], &answer["form"]), (&json!("GET"), &json!(null)));
        assert!(uri.starts_with(start), "{uri}");
        let fields = redirect_fields(&uri);
        assert_eq!(fields["state"], STATE);
        uuid::Uuid::parse_str(&fields["session_state"]).expect("a GUID");
        assert!(!fields.contains_key("client_info") && !fields.contains_key("access_token"));
    }
    let form = path(&[("response_mode", "form_post"), ("client_info", "1")]);
    let answer = visit(&fixture, &form, json!({})).await.json();
    assert_eq!((&answer["method"], &answer["uri"]), (&json!("POST"), &json!(REDIRECT_URI)));
    let names: Vec<_> = answer["form"].as_object().expect("a form").keys().collect();
    assert_eq!(names, ["code", "session_state", "client_info", "state"]);
    let refused = path(&[("response_mode", "form_post"), ("prompt", "nonsense")]);
    let answer = visit(&fixture, &refused, json!({})).await.json();
    assert_eq!((&answer["method"], &answer["form"]["error"]), (&json!("POST"), &json!("invalid_request")));
    assert_eq!(answer["form"]["error_uri"], format!("{}/error?code=90023", fixture.emulator.url()));
}

#[tokio::test]
async fn a_request_without_state_is_answered_without() {
    let fixture = start().await;
    let fields = fields(&fixture, &[("state", "")]).await;
    assert!(fields.contains_key("code") && !fields.contains_key("state"), "{fields:?}");
}

#[tokio::test]
async fn a_request_may_be_posted_and_have_more() {
    let fixture = start().await;
    let path = path(&[("domain_hint", "organizations"), ("x-client-SKU", "X"), ("prompt", "none")]);
    let (path, query) = path.split_once('?').expect("a query");
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = fixture.send("POST", path, &headers, query).await.expect("an answer");
    assert_eq!(answer.status, 302, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let fields = redirect_fields(answer.header("location").expect("a redirect"));
    assert_refused(&fields, "login_required", 50058);
}

#[tokio::test]
async fn people_decline_cancel_and_are_kept_out() {
    let fixture = start().await;
    let declined = fields_at(&fixture, &path(&[]), json!({ "decision": "decline" })).await;
    assert_refused(&declined, "access_denied", 65004);
    assert!(!declined.contains_key("error_subcode"));
    let cancelled = fields_at(&fixture, &path(&[]), json!({ "decision": "cancel" })).await;
    assert_refused(&cancelled, "access_denied", 65004);
    assert_eq!(cancelled["error_subcode"], "cancel");
    let kept_out = json!({ "username": "policy@contoso.onmicrosoft.com" });
    assert_refused(&fields_at(&fixture, &path(&[]), kept_out).await, "access_denied", 53003);
    for (username, number) in [
        ("blocked@contoso.onmicrosoft.com", 50057),
        ("expired@contoso.onmicrosoft.com", 50055),
        ("locked@contoso.onmicrosoft.com", 50053),
        ("user@fabrikam.onmicrosoft.com", 50020),
    ] {
        let answer = visit(&fixture, &path(&[]), json!({ "username": username })).await;
        assert_eq!((answer.status, &answer.json()["error_page"]["number"]), (400, &json!(number)));
    }
    let blocked = path(&[("scope", "api://a86e40c2-7f95-4d13-b0ea-3b5d9c1f8e67/Tasks.Read")]);
    assert_refused(&fields_at(&fixture, &blocked, json!({})).await, "access_denied", 53003);
    let unassigned = path(&[("scope", "api://5c8e02f7-b13d-4a96-9e74-a0d6c3f8b215/Tasks.Read")]);
    assert_refused(&fields_at(&fixture, &unassigned, json!({})).await, "access_denied", 50105);
}

#[tokio::test]
async fn the_control_api_says_what_it_cannot_read() {
    let fixture = start().await;
    let (url, good) = (fixture.emulator.url(), path(&[]));
    for (body, status, part) in [
        (json!({ "uri": format!("https://login.microsoftonline.com{good}") }), 400, "'uri'"),
        (json!({ "uri": good }), 400, "'uri'"),
        (json!({ "uri": format!("{url}/common/oauth2/v2.0/token") }), 400, "'uri'"),
        (json!({ "uri": format!("{url}{good}"), "username": "nobody" }), 404, "'username'"),
        (json!({ "uri": format!("{url}{good}"), "decision": "perhaps" }), 400, "decline"),
        (json!({ "uri": format!("{url}{good}"), "more": 1 }), 400, "more"),
    ] {
        let answer =
            fixture.send("POST", "/_control/authorize", &[], &body.to_string()).await.expect("an answer");
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(text(&answer.json(), "error").contains(part), "{}", answer.body);
    }
    // Without a name, it is the default user, or one of the tenant's.
    let fabrikam = path_at("fabrikam.onmicrosoft.com/oauth2/v2.0", &[("client_id", CONFIDENTIAL)]);
    assert!(fields_at(&fixture, &fabrikam, json!({})).await.contains_key("code"));
}

#[tokio::test]
async fn consent_is_given_once() {
    let fixture = start().await;
    let app = [("client_id", SAMPLE_UNCONSENTED_CLIENT_ID)];
    assert!(fields(&fixture, &app).await.contains_key("code"));
    let grant = [
        ("grant_type", "password"),
        ("client_id", SAMPLE_UNCONSENTED_CLIENT_ID),
        ("username", USER),
        ("password", entra_emulator::seed::PASSWORD),
        ("scope", "User.Read"),
    ];
    assert_eq!(fixture.redeem(CONTOSO_DOMAIN, &grant).await.status, 200);
}
