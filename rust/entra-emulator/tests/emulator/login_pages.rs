//! The pages between a request to /authorize and its answer, driven by the forms that they show.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entra_emulator::seed::{PASSWORD, SAMPLE_UNCONSENTED_CLIENT_ID};
use ring::digest::{SHA256, digest};

use crate::browser::Browser;
use crate::common::{Fixture, claims, start, text};
use crate::sign_in::{STATE, USER, assert_refused, path, redeem, redirect_fields};
use crate::silent::number_on;

const STEPS: [&str; 5] = ["account", "password", "factor", "consent", "cancel"];

async fn open<'a>(fixture: &'a Fixture, params: crate::sign_in::Pairs<'_>) -> Browser<'a> {
    let mut browser = Browser::new(fixture);
    assert_eq!(browser.open(&path(params)).await.status, 200);
    browser
}

fn answer(browser: &Browser<'_>) -> crate::sign_in::Fields {
    let page = browser.page();
    redirect_fields(page.header("location").unwrap_or_else(|| panic!("no redirect: {}", page.body)))
}

#[tokio::test]
async fn a_person_signs_in() {
    let fixture = start().await;
    let mut browser = open(&fixture, &[]).await;
    let cookie = browser.page().header("set-cookie").expect("a session");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(browser.page().body.contains("to continue to <strong>Sample Public App</strong>"));
    for (upn, password, number) in [
        ("nobody@contoso.onmicrosoft.com", PASSWORD, "AADSTS50034"),
        (USER, "wrong", "AADSTS50126"),
        ("blocked@contoso.onmicrosoft.com", PASSWORD, "AADSTS50057"),
        ("user@fabrikam.onmicrosoft.com", PASSWORD, "AADSTS50020"),
    ] {
        let page = browser.submit(&[("username", upn), ("password", password)]).await;
        assert_eq!(page.status, 400);
        assert!(page.body.contains(number) && page.body.contains("role=\"alert\""), "{}", page.body);
    }
    let picked = browser.submit_to("/login/password", &[("pick", USER)]).await;
    assert!(picked.body.contains(&format!("value=\"{USER}\" required")), "{}", picked.body);
    browser.submit(&[("username", &format!(" {USER} ")), ("password", PASSWORD)]).await;
    assert_eq!(browser.page().status, 302);
    let fields = answer(&browser);
    assert_eq!(fields["state"], STATE);
    let token = redeem(&fixture, &fields["code"], &[]).await.json();
    assert_eq!(claims(&text(&token, "access_token"))["upn"], USER);
}

#[tokio::test]
async fn the_second_factor_is_the_number_shown() {
    let fixture = start().await;
    for (upn, title) in [
        ("mfa@contoso.onmicrosoft.com", "Approve sign in request"),
        ("newmfa@contoso.onmicrosoft.com", "More information required"),
    ] {
        let mut browser = open(&fixture, &[]).await;
        let page = browser.submit(&[("username", upn), ("password", PASSWORD)]).await;
        assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{}", page.body);
        let number = number_on(&browser);
        let wrong = if number == "10" { "11" } else { "10" };
        let page = browser.submit(&[("number", wrong)]).await;
        assert_eq!(page.status, 400);
        assert!(page.body.contains("isn&#39;t the number") && number_on(&browser) == number);
        browser.submit(&[("number", &number)]).await;
        let token = redeem(&fixture, &answer(&browser)["code"], &[]).await.json();
        assert_eq!(claims(&text(&token, "access_token"))["amr"], serde_json::json!(["pwd", "mfa"]));
    }
}

#[tokio::test]
async fn consent_is_asked_for_and_given() {
    let fixture = start().await;
    let scope = "openid User.Read https://vault.azure.net/user_impersonation";
    let app = [("client_id", SAMPLE_UNCONSENTED_CLIENT_ID), ("scope", scope)];
    for (decision, error) in [("decline", Some("access_denied")), ("accept", None)] {
        let mut browser = open(&fixture, &app).await;
        let page = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
        for part in ["<h1>Permissions requested</h1>", "Signed in as Sample User", "<li>User.Read</li>"] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        assert_eq!(page.body.matches("<li>openid</li>").count(), 1, "{}", page.body);
        assert!(page.body.contains("<li>https://vault.azure.net/user_impersonation</li>"));
        browser.submit(&[("decision", decision)]).await;
        assert_eq!(answer(&browser).get("error").map(String::as_str), error);
    }
    let mut browser = open(&fixture, &app).await;
    let page = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 302, "consent was remembered: {}", page.body);
}

#[tokio::test]
async fn prompt_consent_asks_once() {
    let fixture = start().await;
    let mut browser = open(&fixture, &[("prompt", "consent")]).await;
    let page = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    assert!(page.body.contains("<h1>Permissions requested</h1>"), "{}", page.body);
    assert_eq!(browser.submit(&[("decision", "accept")]).await.status, 302);
    assert!(answer(&browser).contains_key("code"));
}

#[tokio::test]
async fn a_person_leaves() {
    let fixture = start().await;
    let mut browser = open(&fixture, &[]).await;
    browser.submit_to("/login/cancel", &[]).await;
    let fields = answer(&browser);
    assert_refused(&fields, "access_denied", 65004);
    assert_eq!(fields["error_subcode"], "cancel");
}

#[tokio::test]
async fn forms_of_other_browsers_and_other_sites_are_refused() {
    let fixture = start().await;
    let browser = open(&fixture, &[]).await;
    let other = open(&fixture, &[]).await;
    let flow = browser.attribute("name=\"flow\" value=\"");
    for (cookie, flow) in
        [(&other.cookie, &flow), (&String::new(), &flow), (&browser.cookie, &"guess".to_owned())]
    {
        for step in STEPS {
            let form = [("flow", flow.as_str()), ("username", USER), ("password", PASSWORD)];
            let page = fixture.post_form_with(&format!("/login/{step}"), &[("Cookie", cookie)], &form).await;
            assert_eq!((page.status, page.header("location")), (403, None), "{step}");
        }
    }
    // A step can't be skipped either: without a user there is neither a second factor nor consent.
    for step in ["factor", "consent", "account"] {
        let form = [("flow", flow.as_str()), ("decision", "accept"), ("number", "10"), ("pick", USER)];
        let headers = [("Cookie", browser.cookie.as_str())];
        let page = fixture.post_form_with(&format!("/login/{step}"), &headers, &form).await;
        assert_eq!(page.header("location"), None, "{step}: {}", page.body);
    }
    for step in STEPS {
        assert_eq!(fixture.get(&format!("/login/{step}")).await.status, 403, "{step}");
    }
}

#[tokio::test]
async fn a_form_is_good_until_the_answer() {
    let fixture = start().await;
    let mut browser = open(&fixture, &[]).await;
    let flow = browser.attribute("name=\"flow\" value=\"");
    browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    assert!(answer(&browser).contains_key("code"));
    let form = [("flow", flow.as_str()), ("username", USER), ("password", PASSWORD)];
    let again = fixture.post_form_with("/login/password", &[("Cookie", &browser.cookie)], &form).await;
    assert_eq!(again.status, 403);
}

#[tokio::test]
async fn the_form_post_page_sends_itself() {
    let fixture = start().await;
    let mut browser = open(&fixture, &[("response_mode", "form_post")]).await;
    let page = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 200);
    let (_, rest) = page.body.split_once("<script>").expect("a script");
    let script = rest.split_once("</script>").expect("its end").0;
    let hash = STANDARD.encode(digest(&SHA256, script.as_bytes()));
    let policy = page.header("content-security-policy").expect("a policy");
    for part in
        [&format!("script-src 'sha256-{hash}'"), "form-action http://localhost:5000;", "default-src 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(page.body.contains("<button class=\"main\""), "without script, a button does it");
    assert!(page.body.contains("action=\"http://localhost:5000\""), "{}", page.body);
    let state = browser.attribute("name=\"state\" value=\"");
    assert_eq!(state, "a b+c&amp;d=e#f&lt;\u{e5}&gt;");
    let code = browser.attribute("name=\"code\" value=\"");
    assert_eq!(redeem(&fixture, &code, &[]).await.status, 200);
}

#[tokio::test]
async fn the_pages_are_locked_down_and_readable() {
    let fixture = start().await;
    let page = open(&fixture, &[]).await.into_page();
    for (name, value) in [("x-frame-options", "DENY"), ("cache-control", "no-store")] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    // Browsers hold redirects to the policy too, so it names the client.
    let policy = page.header("content-security-policy").expect("a policy");
    for part in ["script-src 'none'", "form-action 'self' http://localhost:5000;", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!page.body.contains("<script"));
    for part in ["<html lang=\"en\">", "name=\"viewport\"", "<label for=\"username\">", "autofocus"] {
        assert!(page.body.contains(part), "{part}");
    }
    // Only who can sign in here is offered.
    assert!(page.body.contains("admin@contoso.onmicrosoft.com") && !page.body.contains("user@fabrikam"));
}
