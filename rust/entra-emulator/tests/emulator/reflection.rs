//! What is typed or sent is only text: on every page, in every redirect.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::browser::Browser;
use crate::common::{Answer, Fixture, start, text};
use crate::sign_in::{PUBLIC, USER, fields_at, path, path_at, visit};

/// Each case is some requests to one emulator.
static RUNTIME: LazyLock<(Runtime, Fixture)> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let fixture = runtime.block_on(start());
    (runtime, fixture)
});

fn assert_absent(answer: &Answer, evil: &str) {
    assert!(!answer.body.contains(evil), "{evil} is on the page: {}", answer.body);
    for name in ["location", "set-cookie", "content-security-policy"] {
        assert!(!answer.header(name).is_some_and(|value| value.contains(evil)), "{evil} is in {name}");
    }
}

async fn try_everywhere(fixture: &Fixture, evil: &str) {
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "prompt",
        "login_hint",
        "domain_hint",
        "code_challenge",
        "code_challenge_method",
        "claims",
        "resource",
        "request",
        evil,
    ] {
        assert_absent(&fixture.get(&path(&[(name, evil)])).await, evil);
        assert_absent(&fixture.get(&path(&[(name, evil), ("response_mode", "form_post")])).await, evil);
    }
    assert_absent(
        &fixture.get(&path(&[("redirect_uri", &format!("http://localhost:5000/{evil}"))])).await,
        evil,
    );
    let tenant = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect::<String>();
    assert_absent(&fixture.get(&path_at(&format!("{tenant}/oauth2/v2.0"), &[])).await, evil);
    let mut browser = Browser::new(fixture);
    browser.open(&path(&[("state", evil), ("response_mode", "form_post")])).await;
    for (username, password) in [(evil, evil), (USER, evil)] {
        assert_absent(browser.submit(&[("username", username), ("password", password)]).await, evil);
    }
    assert_absent(browser.submit(&[("pick", evil)]).await, evil);
    browser.submit(&[("username", "mfa@contoso.onmicrosoft.com"), ("password", "Emulator-only-1")]).await;
    assert_absent(browser.submit(&[("number", evil)]).await, evil);
    assert_absent(browser.submit_to("/login/cancel", &[(evil, evil)]).await, evil);
    assert_absent(&fixture.post_form("/login/password", &[("flow", evil), (evil, evil)]).await, evil);
}

#[test]
fn each_character_that_means_something_is_escaped() {
    let (runtime, fixture) = &*RUNTIME;
    for evil in ["<zq", ">zq", "\"zq", "'zq", "&zq"] {
        runtime.block_on(try_everywhere(fixture, evil));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_is_reflected_unescaped(evil in "[a-z]{0,3}[<>\"'&][a-z<>\"'&/=]{1,12}zq") {
        let (runtime, fixture) = &*RUNTIME;
        runtime.block_on(try_everywhere(fixture, &evil));
    }

    #[test]
    fn the_state_comes_back_exactly(state in "\\PC{1,40}|[\u{1}-\u{ff}]{1,40}", mode in "query|fragment|form_post") {
        let (runtime, fixture) = &*RUNTIME;
        let path = path(&[("state", &state), ("response_mode", &mode), ("client_id", PUBLIC)]);
        let fields = runtime.block_on(fields_at(fixture, &path, json!({})));
        prop_assert_eq!(&fields["state"], &state);
    }

    #[test]
    fn an_answer_goes_to_a_registered_uri_or_nowhere(uri in "(http://localhost|http://localhost:5000|https://app.contoso.example/signin)?[a-z:/@.#?%\\\\0-9\r\n -]{0,12}") {
        let (runtime, fixture) = &*RUNTIME;
        let answer = runtime.block_on(visit(fixture, &path(&[("redirect_uri", &uri)]), json!({})));
        if answer.status == 200 {
            let to = url::Url::parse(&text(&answer.json(), "uri")).expect("a URL");
            prop_assert_eq!((to.scheme(), to.host_str(), to.path()), ("http", Some("localhost"), "/"), "{}", uri);
            prop_assert!(to.username().is_empty() && to.password().is_none());
        } else {
            prop_assert_eq!(&answer.json()["error_page"]["number"], 50011);
        }
    }
}
