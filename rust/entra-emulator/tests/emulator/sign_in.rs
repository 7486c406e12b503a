//! Requests to /authorize, and what is answered to them.

use std::collections::HashMap;

use entra_emulator::seed::{
    CONTOSO_DOMAIN, SAMPLE_PUBLIC_CLIENT_ID, SAMPLE_WEB_CLIENT_ID, SAMPLE_WEB_CLIENT_SECRET,
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::common::{Answer, Fixture, text};

pub(crate) const PUBLIC: &str = SAMPLE_PUBLIC_CLIENT_ID;
pub(crate) const WEB: &str = SAMPLE_WEB_CLIENT_ID;
pub(crate) const REDIRECT_URI: &str = "http://localhost:5000";
pub(crate) const USER: &str = "user@contoso.onmicrosoft.com";
/// With what a query, a fragment and HTML each write in another way.
pub(crate) const STATE: &str = "a b+c&d=e#f<\u{e5}>";
const SCOPE: &str = "openid profile offline_access User.Read";

pub(crate) type Pairs<'a> = &'a [(&'a str, &'a str)];
pub(crate) type Fields = HashMap<String, String>;

/// The path of a request of Sample Public App for a code, but for what `params` say. What is empty is left out.
pub(crate) fn path(params: Pairs<'_>) -> String {
    path_at(&format!("{CONTOSO_DOMAIN}/oauth2/v2.0"), params)
}

/// The same at another endpoint.
pub(crate) fn path_at(endpoint: &str, params: Pairs<'_>) -> String {
    let default = [
        ("client_id", PUBLIC),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", SCOPE),
        ("state", STATE),
    ];
    let kept = default.iter().filter(|(name, _)| !params.iter().any(|(other, _)| other == name));
    let all = kept.chain(params).filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
    format!("/{endpoint}/authorize?{query}")
}

/// What a person who does `body` at this path gets; the whole answer of the control API.
pub(crate) async fn visit(fixture: &Fixture, path: &str, mut body: Value) -> Answer {
    body["uri"] = format!("{}{path}", fixture.emulator.url()).into();
    fixture.send("POST", "/_control/authorize", &[], &body.to_string()).await.expect("an answer")
}

/// The fields that the client gets when the person approves, or when the request is refused.
pub(crate) async fn fields(fixture: &Fixture, params: Pairs<'_>) -> Fields {
    fields_at(fixture, &path(params), json!({})).await
}

/// The same at this path, of a person who does `body`.
pub(crate) async fn fields_at(fixture: &Fixture, path: &str, body: Value) -> Fields {
    let answer = visit(fixture, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    match answer["form"].as_object() {
        Some(form) => form.keys().map(|name| (name.clone(), text(&answer["form"], name))).collect(),
        None => redirect_fields(&text(&answer, "uri")),
    }
}

/// The fields of a redirect, by query or fragment.
pub(crate) fn redirect_fields(uri: &str) -> Fields {
    let url = Url::parse(uri).expect("a URL");
    let encoded = url.fragment().or_else(|| url.query()).unwrap_or_default();
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

/// Asserts that the client was told of this error, with everything that comes with it.
pub(crate) fn assert_refused(fields: &Fields, error: &str, number: u32) {
    assert_eq!(fields.get("error").map(String::as_str), Some(error), "{fields:?}");
    let start = format!("AADSTS{number}: ");
    assert!(fields["error_description"].starts_with(&start), "{fields:?}");
    assert!(fields["error_description"].contains(" Correlation ID: "), "{fields:?}");
    assert_eq!(fields["state"], STATE);
    for name in ["code", "access_token", "id_token", "session_state"] {
        assert!(!fields.contains_key(name), "{fields:?}");
    }
}

/// Redeems a code of Sample Public App, or of the client in `params`, at Contoso. What is empty is left out.
pub(crate) async fn redeem(fixture: &Fixture, code: &str, params: Pairs<'_>) -> Answer {
    let default = [
        ("grant_type", "authorization_code"),
        ("client_id", PUBLIC),
        ("redirect_uri", REDIRECT_URI),
        ("code", code),
    ];
    let kept = default.iter().filter(|(name, _)| !params.iter().any(|(other, _)| other == name));
    let all: Vec<_> = kept.chain(params).filter(|(_, value)| !value.is_empty()).copied().collect();
    fixture.redeem(CONTOSO_DOMAIN, &all).await
}

/// A code that a person got with these parameters.
pub(crate) async fn code(fixture: &Fixture, params: Pairs<'_>) -> String {
    let fields = fields(fixture, params).await;
    fields.get("code").unwrap_or_else(|| panic!("no code: {fields:?}")).clone()
}

/// Sample Web App's name and proof.
pub(crate) const AS_WEB: Pairs<'_> = &[("client_id", WEB), ("client_secret", SAMPLE_WEB_CLIENT_SECRET)];
