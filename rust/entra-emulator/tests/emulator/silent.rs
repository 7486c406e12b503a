//! Single sign-on and `prompt`: what a browser that is known need not ask again.

use entra_emulator::seed::{PASSWORD, SAMPLE_MFA_API_APP_ID, SAMPLE_UNCONSENTED_CLIENT_ID};
use serde_json::json;

use crate::browser::Browser;
use crate::common::{CLIENT, Fixture, api, start};
use crate::sign_in::{Pairs, USER, WEB, assert_refused, fields_at, path, path_at, redirect_fields};

const ADMIN: &str = "admin@contoso.onmicrosoft.com";
const BLOCKED_API: &str = "api://a86e40c2-7f95-4d13-b0ea-3b5d9c1f8e67/Tasks.Read";

/// A browser in which these users have signed in.
async fn browser<'a>(fixture: &'a Fixture, users: &[&str]) -> Browser<'a> {
    let mut browser = Browser::new(fixture);
    for user in users {
        browser.open(&path(&[("prompt", "login")])).await;
        let answer = browser.submit(&[("username", user), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
    }
    browser
}

async fn silent(browser: &mut Browser<'_>, params: Pairs<'_>) -> crate::sign_in::Fields {
    let answer = browser.open(&path(&[&[("prompt", "none")], params].concat())).await;
    redirect_fields(answer.header("location").expect("a redirect"))
}

#[tokio::test]
async fn nobody_is_asked_anything_with_prompt_none() {
    let fixture = start().await;
    assert_refused(&silent(&mut Browser::new(&fixture), &[]).await, "login_required", 50058);
    let mut browser = browser(&fixture, &[USER]).await;
    assert!(silent(&mut browser, &[]).await.contains_key("code"));
    assert!(silent(&mut browser, &[("login_hint", &USER.to_uppercase())]).await.contains_key("code"));
    assert_refused(&silent(&mut browser, &[("login_hint", ADMIN)]).await, "login_required", 50058);
    let mfa = silent(&mut browser, &[("scope", &api(SAMPLE_MFA_API_APP_ID, "Tasks.Read"))]).await;
    assert_refused(&mfa, "interaction_required", 50076);
    assert!(mfa["claims"].contains("capolids"), "{mfa:?}");
    let unconsented = silent(&mut browser, &[("client_id", SAMPLE_UNCONSENTED_CLIENT_ID)]).await;
    assert_refused(&unconsented, "consent_required", 65001);
    assert_refused(&silent(&mut browser, &[("scope", BLOCKED_API)]).await, "interaction_required", 53003);
}

#[tokio::test]
async fn of_several_accounts_a_hint_says_which() {
    let fixture = start().await;
    let mut browser = browser(&fixture, &[USER, ADMIN]).await;
    assert_refused(&silent(&mut browser, &[]).await, "interaction_required", 16000);
    assert!(silent(&mut browser, &[("login_hint", ADMIN)]).await.contains_key("code"));
    // At another tenant they count for nothing.
    let fabrikam =
        path_at("fabrikam.onmicrosoft.com/oauth2/v2.0", &[("client_id", CLIENT), ("prompt", "none")]);
    let answer = browser.open(&fabrikam).await;
    assert_refused(&redirect_fields(answer.header("location").expect("a redirect")), "login_required", 50058);
}

#[tokio::test]
async fn a_known_browser_is_asked_what_prompt_says() {
    let fixture = start().await;
    let mut browser = browser(&fixture, &[USER]).await;
    for (params, title) in [
        (&[][..], None),
        (&[("login_hint", USER)], None),
        (&[("login_hint", ADMIN)], Some("Sign in")),
        (&[("prompt", "login")], Some("Sign in")),
        (&[("prompt", "create")], Some("Sign in")),
        (&[("prompt", "select_account")], Some("Pick an account")),
        (&[("prompt", "consent")], Some("Permissions requested")),
        (&[("client_id", WEB), ("prompt", "consent"), ("nonce", "n")], Some("Permissions requested")),
    ] {
        let page = browser.open(&path(params)).await;
        match title {
            Some(title) => {
                assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{params:?}: {}", page.body);
            }
            None => assert_eq!(page.status, 302, "{params:?}: {}", page.body),
        }
    }
    browser.open(&path(&[("login_hint", ADMIN)])).await;
    assert!(browser.page().body.contains(&format!("value=\"{ADMIN}\" required")), "the hint is filled in");
}

#[tokio::test]
async fn an_account_is_picked_or_another_one_signs_in() {
    let fixture = start().await;
    let mut browser = browser(&fixture, &[USER, ADMIN]).await;
    let page = browser.open(&path(&[])).await;
    assert!(page.body.contains("Sample User") && page.body.contains("Sample Admin"), "{}", page.body);
    assert_eq!(browser.submit(&[("pick", USER)]).await.status, 302);
    browser.open(&path(&[])).await;
    let page = browser.submit(&[("other", "1")]).await;
    assert!(page.body.contains("<h1>Sign in</h1>"), "{}", page.body);
    // Who isn't signed in can't be picked, nor who is at another tenant.
    let fabrikam = "user@fabrikam.onmicrosoft.com";
    browser.open(&path_at("common/oauth2/v2.0", &[("client_id", CLIENT), ("prompt", "login")])).await;
    assert_eq!(browser.submit(&[("username", fabrikam), ("password", PASSWORD)]).await.status, 302);
    for upn in ["mfa@contoso.onmicrosoft.com", fabrikam] {
        browser.open(&path(&[])).await;
        let page = browser.submit(&[("pick", upn)]).await;
        assert!(page.body.contains("<h1>Sign in</h1>"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_second_factor_is_remembered() {
    let fixture = start().await;
    let mut browser = Browser::new(&fixture);
    browser.open(&path(&[])).await;
    browser.submit(&[("username", "mfa@contoso.onmicrosoft.com"), ("password", PASSWORD)]).await;
    let number = number_on(&browser);
    assert_eq!(browser.submit(&[("number", &number)]).await.status, 302);
    assert!(silent(&mut browser, &[]).await.contains_key("code"));
}

#[tokio::test]
async fn browsers_are_forgotten_on_command() {
    let fixture = start().await;
    let mut browser = browser(&fixture, &[USER]).await;
    let none = path(&[("prompt", "none")]);
    assert_refused(&fields_at(&fixture, &none, json!({})).await, "login_required", 50058);
    fields_at(&fixture, &path(&[]), json!({})).await;
    assert!(fields_at(&fixture, &none, json!({})).await.contains_key("code"));
    assert_eq!(fixture.delete("/_control/browsers").await.status, 200);
    assert_refused(&fields_at(&fixture, &none, json!({})).await, "login_required", 50058);
    assert_refused(&silent(&mut browser, &[]).await, "login_required", 50058);
}

/// The number that the page of the second factor shows.
pub(crate) fn number_on(browser: &Browser<'_>) -> String {
    let body = &browser.page().body;
    let (_, rest) =
        body.split_once("Number to enter: </span>").unwrap_or_else(|| panic!("no number: {body}"));
    rest[..2].to_owned()
}
