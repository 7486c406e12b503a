use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

use super::*;
use crate::request::parse;

const TENANT: &str = "contoso.onmicrosoft.com";

fn make(members: &Value) -> Result<Map<String, Value>> {
    let (options, request) = parse::<NewAuthorizationUri>(crate::testing::request(members).as_bytes())?;
    match serde_json::to_value(request.create(options)?) {
        Ok(Value::Object(members)) => Ok(members),
        other => panic!("{other:?}"),
    }
}

/// The parameters of an address; none may be there twice.
fn query(result: &Map<String, Value>) -> BTreeMap<String, String> {
    let uri = Url::parse(result["uri"].as_str().expect("a URI")).expect("a URI");
    let pairs: Vec<(String, String)> = uri.query_pairs().into_owned().collect();
    let named: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(named.len(), pairs.len(), "{pairs:?}");
    named
}

#[test]
fn a_code_is_asked_for_with_all_that_guards_it() {
    let result = make(
        &json!({ "tenant": TENANT, "client_id": "app", "redirect_uri": "https://app.contoso.com/signin" }),
    )
    .expect("valid");
    let uri = result["uri"].as_str().expect("a URI");
    assert!(
        uri.starts_with(
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=app&"
        ),
        "{uri}"
    );
    let query = query(&result);
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["response_mode"], "form_post");
    assert_eq!(query["redirect_uri"], "https://app.contoso.com/signin");
    assert_eq!(query["scope"], "https://graph.microsoft.com/.default openid profile offline_access");
    assert_eq!(result["state"], query["state"]);
    assert_eq!(query["code_challenge_method"], "S256");
    let verifier = Secret::from(result["code_verifier"].as_str().expect("a verifier"));
    let pkce = Pkce::with(verifier, "S256".parse().expect("a method")).expect("a verifier");
    assert_eq!(query["code_challenge"], pkce.challenge());
    assert!(!uri.contains(pkce.verifier.expose()), "the verifier is a secret");
    assert!(result["nonce"].is_null() && !query.contains_key("nonce"));
}

#[test]
fn an_id_token_is_asked_for_with_a_nonce() {
    let result = make(&json!({ "redirect_uri": "http://localhost", "response_type": "token id_token" }))
        .expect("valid");
    let query = query(&result);
    assert_eq!(
        (query["response_type"].as_str(), query["response_mode"].as_str()),
        ("id_token token", "form_post")
    );
    assert_eq!(result["nonce"], query["nonce"]);
    assert!(result["code_verifier"].is_null() && !query.contains_key("code_challenge"));
}

#[test]
fn what_is_given_is_sent() {
    let verifier = "v".repeat(43);
    let result = make(&json!({
        "authority": "https://login.contoso.com/adfs", "redirect_uri": "https://app/x?y=1", "response_type": "code id_token",
        "response_mode": "fragment", "prompt": "login", "login_hint": "a b@contoso.com", "domain_hint": "contoso.com",
        "code_challenge_method": "plain", "code_verifier": verifier, "state": "the state", "nonce": "once",
        "scopes": ["User.Read", "https://vault.azure.net/user_impersonation"], "claims": "{\"id_token\":{}}",
        "extra_parameters": { "dc": "ESTS-x" },
    }))
    .expect("valid");
    assert!(
        result["uri"]
            .as_str()
            .expect("a URI")
            .starts_with("https://login.contoso.com/adfs/oauth2/authorize?")
    );
    let query = query(&result);
    for (name, value) in [
        ("redirect_uri", "https://app/x?y=1"),
        ("prompt", "login"),
        ("login_hint", "a b@contoso.com"),
        ("domain_hint", "contoso.com"),
        ("code_challenge", verifier.as_str()),
        ("code_challenge_method", "plain"),
        ("state", "the state"),
        ("nonce", "once"),
        ("claims", "{\"id_token\":{}}"),
        ("dc", "ESTS-x"),
        ("scope", "User.Read https://vault.azure.net/user_impersonation openid profile offline_access"),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
}

#[test]
fn what_cannot_be_asked_for_is_named() {
    let with = |name: &str, value: Value| {
        let mut request = json!({ "redirect_uri": "http://localhost" });
        request[name] = value;
        request
    };
    let mut cases = vec![
        (json!({}), "redirect_uri"),
        (with("redirect_uri", json!("signin")), "redirect_uri"),
        (with("redirect_uri", json!("https://app/#x")), "redirect_uri"),
        (with("response_type", json!("code token")), "response_type"),
        (with("response_mode", json!("cookie")), "response_mode"),
        (with("prompt", json!("no_prompt")), "prompt"),
        (with("login_hint", json!(" ")), "login_hint"),
        (with("domain_hint", json!("")), "domain_hint"),
        (with("code_verifier", json!("secret123")), "code_verifier"),
        (with("code_challenge_method", json!("S512")), "code_challenge_method"),
        (with("state", json!("")), "state"),
        (with("nonce", json!("once")), "nonce"),
        (with("open_browser", json!(true)), "request"),
        (with("tenant", json!("a b")), "tenant"),
    ];
    for (name, parameter) in
        [("code_verifier", "code_verifier"), ("code_challenge_method", "code_challenge_method")]
    {
        let mut request = with("response_type", json!("id_token"));
        request[name] = json!(if name == "code_verifier" { "v".repeat(43) } else { "S256".to_owned() });
        cases.push((request, parameter));
    }
    let mut both = with("prompt", json!("select_account"));
    both["login_hint"] = json!("user@contoso.com");
    cases.push((both, "prompt"));
    let mut two_resources = with("response_type", json!("id_token token"));
    two_resources["scopes"] = json!(["User.Read", "https://vault.azure.net/.default"]);
    cases.push((two_resources, "scopes"));
    for owned in OWNED_FIELDS {
        cases.push((with("extra_parameters", json!({ owned: "x" })), "extra_parameters"));
    }
    for (request, parameter) in cases {
        let error = make(&request).expect_err(parameter);
        assert_eq!(error.parameter, Some(parameter), "{request}: {error}");
    }
}

proptest! {
    /// Whatever is asked for, the address says that and nothing else.
    #[test]
    fn every_address_says_what_was_asked(
        state in ".{1,40}",
        nonce in "\\PC{1,40}",
        login_hint in "\\PC{1,40}",
        domain_hint in ".{1,40}",
        path in "[a-zA-Z0-9/_~.-]{0,20}",
        response_type in prop::sample::select(vec!["code", "id_token", "id_token token", "code id_token", "code id_token token"]),
        mode in prop::sample::select(vec!["fragment", "form_post"]),
        prompt in prop::sample::select(vec!["login", "none", "consent", "create"]),
        extra in ".{0,40}",
        scopes in prop::collection::vec("[A-Z][a-z]{1,9}\\.[A-Z][a-z]{1,9}", 0..4),
        verifier in "[A-Za-z0-9._~-]{43,128}",
    ) {
        prop_assume!([&state, &nonce, &login_hint, &domain_hint].iter().all(|text| !text.trim().is_empty()));
        let redirect_uri = format!("https://app.contoso.com/{path}");
        let asked: ResponseType = response_type.parse().expect("a type");
        let mut request = json!({
            "tenant": TENANT, "client_id": "app", "redirect_uri": redirect_uri, "response_type": response_type, "response_mode": mode,
            "prompt": prompt, "login_hint": login_hint, "domain_hint": domain_hint, "state": state, "scopes": scopes,
            "extra_parameters": { "extra & more": extra },
        });
        let mut expected = BTreeMap::from([
            ("client_id", "app"), ("redirect_uri", redirect_uri.as_str()), ("response_type", response_type), ("response_mode", mode),
            ("prompt", prompt), ("login_hint", login_hint.as_str()), ("domain_hint", domain_hint.as_str()), ("state", state.as_str()),
            ("extra & more", extra.as_str()),
        ]);
        if asked.id_token {
            request["nonce"] = json!(nonce);
            expected.insert("nonce", &nonce);
        }
        if asked.code {
            request["code_verifier"] = json!(verifier);
            request["code_challenge_method"] = json!("plain");
            expected.insert("code_challenge", &verifier);
            expected.insert("code_challenge_method", "plain");
        }
        let mut said = query(&make(&request).expect("valid"));
        let said_scope = said.remove("scope").expect("a scope");
        let resource = "https://graph.microsoft.com";
        let names = if scopes.is_empty() { vec![".default".to_owned()] } else { scopes };
        for name in names {
            let full = format!("{resource}/{name}");
            prop_assert!(said_scope.split(' ').any(|scope| scope.eq_ignore_ascii_case(&full)), "{}", said_scope);
        }
        prop_assert_eq!(said, expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    }
}
