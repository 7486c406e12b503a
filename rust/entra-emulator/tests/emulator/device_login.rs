//! The pages, driven as a browser would: by the forms that they show.

use entra_emulator::seed::{FABRIKAM_DOMAIN, PASSWORD};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::common::{CLIENT, Fixture, GRAPH_DEFAULT, claims, start, text};

const USER: &str = "user@contoso.onmicrosoft.com";

/// Opens the page, which gives a cookie of its own.
async fn open<'a>(fixture: &'a Fixture, path: &str) -> Browser<'a> {
    let mut browser = Browser::new(fixture);
    assert_eq!(browser.open(path).await.status, 200);
    let cookie = browser.page().header("set-cookie").expect("a session");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/devicelogin"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    browser
}

async fn sign_in(browser: &mut Browser<'_>, user_code: &str, upn: &str) {
    assert_eq!(browser.submit(&[("user_code", user_code)]).await.status, 200);
    browser.submit(&[("username", upn), ("password", PASSWORD)]).await;
}

#[tokio::test]
async fn a_person_approves() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    assert!(browser.page().body.contains("<label for=\"user_code\">"), "{}", browser.page().body);
    let user_code = text(&code, "user_code").to_lowercase();
    let typed = format!(" {}-{} ", &user_code[..4], &user_code[4..]);
    sign_in(&mut browser, &typed, USER).await;
    assert!(browser.page().body.contains("Microsoft Azure PowerShell"), "{}", browser.page().body);
    assert!(browser.page().body.contains("Signed in as Sample User"), "{}", browser.page().body);
    assert!(browser.submit(&[("decision", "approve")]).await.body.contains("You&#39;re signed in"));
    let token = fixture.poll(&code).await.json();
    assert_eq!(claims(&text(&token, "access_token"))["upn"], USER);
}

#[tokio::test]
async fn a_person_declines() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    sign_in(&mut browser, &text(&code, "user_code"), USER).await;
    assert!(browser.submit(&[("decision", "decline")]).await.body.contains("Declined"));
    fixture.poll(&code).await.assert_error(400, "authorization_declined", 65004);
}

#[tokio::test]
async fn an_account_can_be_picked() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let user_code = text(&code, "user_code");
    let mut browser = open(&fixture, &format!("/devicelogin?user_code={user_code}")).await;
    assert_eq!(browser.attribute("name=\"user_code\" value=\""), user_code);
    let page = browser.submit(&[("user_code", &user_code)]).await;
    assert!(page.body.contains(PASSWORD), "the password is on the page");
    let picked = browser.submit(&[("pick", "admin@contoso.onmicrosoft.com")]).await;
    assert!(picked.body.contains("value=\"admin@contoso.onmicrosoft.com\" required"), "{}", picked.body);
}

#[tokio::test]
async fn wrong_codes_are_told_apart() {
    let fixture = start().await;
    let used = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.control("/device/approve", json!({ "user_code": used["user_code"] })).await;
    let expired = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    fixture.control("/device/expire", json!({ "user_code": expired["user_code"] })).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    for (code, number) in [
        ("UNKNOWN99", "AADSTS90119"),
        (&text(&used, "user_code"), "AADSTS90120"),
        (&text(&expired, "user_code"), "AADSTS70020"),
    ] {
        let page = browser.submit(&[("user_code", code)]).await;
        assert_eq!(page.status, 400);
        assert!(page.body.contains(number) && page.body.contains("role=\"alert\""), "{}", page.body);
    }
}

#[tokio::test]
async fn wrong_people_are_told_why() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    browser.submit(&[("user_code", &text(&code, "user_code"))]).await;
    for (upn, password, number) in [
        ("nobody@contoso.onmicrosoft.com", PASSWORD, "AADSTS50034"),
        (USER, "wrong", "AADSTS50126"),
        ("blocked@contoso.onmicrosoft.com", PASSWORD, "AADSTS50057"),
        ("expired@contoso.onmicrosoft.com", PASSWORD, "AADSTS50055"),
    ] {
        let page = browser.submit(&[("username", upn), ("password", password)]).await;
        assert!(page.status == 400 && page.body.contains(number), "{}", page.body);
    }
}

#[tokio::test]
async fn a_user_of_another_tenant_is_refused() {
    let fixture = start().await;
    let code = fixture.device_code(FABRIKAM_DOMAIN, CLIENT, GRAPH_DEFAULT).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    sign_in(&mut browser, &text(&code, "user_code"), USER).await;
    assert!(browser.page().body.contains("AADSTS50020"), "{}", browser.page().body);
    assert_eq!(fixture.get("/_control/device").await.json()[0]["state"], "pending");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    let mut browser = open(&fixture, "/devicelogin").await;
    sign_in(&mut browser, &text(&code, "user_code"), USER).await;
    let csrf = browser.attribute("name=\"csrf\" value=\"");
    let other = open(&fixture, "/devicelogin").await;
    for (cookie, csrf) in [(browser.cookie.as_str(), "guess"), (&other.cookie, &csrf), ("", &csrf)] {
        let fields = [("csrf", csrf), ("decision", "approve")];
        let answer = fixture.post_form_with("/devicelogin/decision", &[("Cookie", cookie)], &fields).await;
        assert_eq!(answer.status, 403, "{cookie}");
    }
    // A step can't be skipped either.
    let csrf = other.attribute("name=\"csrf\" value=\"");
    let fields = [("csrf", csrf.as_str()), ("decision", "approve")];
    let skipped =
        fixture.post_form_with("/devicelogin/decision", &[("Cookie", &other.cookie)], &fields).await;
    assert_eq!(skipped.status, 403);
    assert_eq!(fixture.get("/_control/device").await.json()[0]["state"], "pending");
    let reloaded = fixture.get("/devicelogin/decision").await;
    assert_eq!((reloaded.status, reloaded.header("location")), (303, Some("/devicelogin")));
}

#[tokio::test]
async fn what_people_type_is_only_text() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, "User.Read \u{3c}b\u{3e}").await;
    let evil = "\"><script>alert(1)</script>";
    let query = "/devicelogin?user_code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let mut browser = open(&fixture, query).await;
    assert!(!browser.page().body.contains("<script"), "{}", browser.page().body);
    assert!(!browser.submit(&[("user_code", evil)]).await.body.contains("<script"));
    browser.submit(&[("user_code", &text(&code, "user_code"))]).await;
    let page = browser.submit(&[("username", evil), ("password", "x")]).await;
    assert!(page.body.contains("&lt;script&gt;") && !page.body.contains("<script"), "{}", page.body);
    let consent = browser.submit(&[("username", USER), ("password", PASSWORD)]).await;
    assert!(consent.body.contains("<li>&lt;b&gt;</li>"), "{}", consent.body);
}

#[tokio::test]
async fn pages_are_locked_down_and_readable() {
    let fixture = start().await;
    let page = open(&fixture, "/devicelogin").await.into_page();
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    for part in
        ["default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    for part in ["<html lang=\"en\">", "name=\"viewport\"", "autofocus", "max-width"] {
        assert!(page.body.contains(part), "{part}");
    }
    assert_eq!(fixture.requests().await[0]["form"], Value::Object(serde_json::Map::new()));
}
