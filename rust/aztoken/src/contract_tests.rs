//! The golden files that hold Rust and C# to the same requests and events.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Level, Subject};
use crate::grants::{
    AuthorizationCode, ClientCredentials, DeviceCode, Implicit, OnBehalfOf, Password, RefreshToken,
};
use crate::operations::{ClientAssertion, NewAuthorizationUri, NewPkce, OpenIdConfiguration, VerifyToken};
use crate::request::parse;
use crate::signing::SigningAlgorithm;
use crate::token_set::TokenSet;

fn folder() -> PathBuf {
    // Found upwards: the sources may be reached by a link.
    let start = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = start.ancestors().map(|folder| folder.join("tests/contract")).find(|folder| folder.is_dir());
    found.expect("tests/contract")
}

#[test]
fn every_golden_request_is_understood() {
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let Some(grant) = name.split('.').next().filter(|_| name.ends_with(".request.json")) else {
            continue;
        };
        let json = fs::read(&path).expect("readable");
        let outcome = match grant {
            "authorization_code" => parse::<AuthorizationCode>(&json).map(drop),
            "authorization_uri" => {
                parse::<NewAuthorizationUri>(&json).and_then(|(options, uri)| uri.create(options)).map(drop)
            }
            "client_assertion" => parse::<ClientAssertion>(&json).map(drop),
            "client_credentials" => parse::<ClientCredentials>(&json).map(drop),
            "device_code" => parse::<DeviceCode>(&json).map(drop),
            "implicit" => parse::<Implicit>(&json).map(drop),
            "on_behalf_of" => parse::<OnBehalfOf>(&json).map(drop),
            "password" => parse::<Password>(&json).map(drop),
            "pkce_new" => parse::<NewPkce>(&json).and_then(|(_, pkce)| pkce.create()).map(drop),
            "refresh_token" => parse::<RefreshToken>(&json).map(drop),
            _ => continue,
        };
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
        seen.push(grant.to_owned());
    }
    for grant in [
        "authorization_code",
        "authorization_uri",
        "client_assertion",
        "client_credentials",
        "device_code",
        "implicit",
        "on_behalf_of",
        "password",
        "pkce_new",
        "refresh_token",
    ] {
        assert!(seen.iter().any(|seen| seen == grant), "{grant} in {seen:?}");
    }
}

/// The samples of docs/abi.md: one block per function, with a request and the event that ends it.
#[test]
fn every_sample_of_the_page_is_understood() {
    let page = folder().join("../../docs/abi.md");
    let page = fs::read_to_string(page).expect("docs/abi.md");
    let mut seen = Vec::new();
    for block in page.split("```json aztoken_").skip(1) {
        let mut lines = block.lines();
        let name = lines.next().expect("a name");
        let (request, event) = (lines.next().expect("a request"), lines.next().expect("an event"));
        assert_eq!(lines.next(), Some("```"), "{name}");
        let json = request.as_bytes();
        let outcome = match name {
            "authorization_code" => parse::<AuthorizationCode>(json).map(drop),
            "authorization_uri" => {
                parse::<NewAuthorizationUri>(json).and_then(|(options, uri)| uri.create(options)).map(drop)
            }
            "client_assertion" => parse::<ClientAssertion>(json).map(drop),
            "client_credentials" => parse::<ClientCredentials>(json).map(drop),
            "device_code" => parse::<DeviceCode>(json).map(drop),
            "implicit" => parse::<Implicit>(json).map(drop),
            "jwt_verify" => parse::<VerifyToken>(json).map(drop),
            "on_behalf_of" => parse::<OnBehalfOf>(json).map(drop),
            "openid_configuration" => parse::<OpenIdConfiguration>(json).map(drop),
            "password" => parse::<Password>(json).map(drop),
            "pkce_new" => parse::<NewPkce>(json).and_then(|(_, pkce)| pkce.create()).map(drop),
            "refresh_token" => parse::<RefreshToken>(json).map(drop),
            other => panic!("no function aztoken_{other}"),
        };
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
        let event: Map<String, Value> = serde_json::from_str(event).expect(name);
        assert!(["token", "result", "error"].iter().any(|kind| event["event"] == *kind), "{name}");
        if let Some(ours) = ours().iter().find(|ours| ours["event"] == event["event"]) {
            for member in event.keys() {
                assert!(ours.contains_key(member), "{name}: there is no member {member}");
            }
        }
        seen.push(name);
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
}

/// Each golden event has the members that the event of that kind has here, with the same types.
#[test]
fn every_golden_event_has_the_members_of_ours() {
    let golden: Vec<Map<String, Value>> =
        serde_json::from_slice(&fs::read(folder().join("events.json")).expect("events.json")).expect("JSON");
    let ours = ours();
    for event in &golden {
        let kind = &event["event"];
        // Messages are of several kinds, each with members of its own.
        let is_same = |ours: &&Map<String, Value>| {
            ours["event"] == *kind && (kind != "message" || ours["kind"] == event["kind"])
        };
        let ours = ours.iter().find(is_same).unwrap_or_else(|| panic!("no event {kind}"));
        let names =
            |event: &Map<String, Value>| event.keys().cloned().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(event), names(ours), "{kind}");
        for (name, value) in event {
            let same = std::mem::discriminant(value) == std::mem::discriminant(&ours[name]);
            assert!(
                same || value.is_null() || ours[name].is_null(),
                "{kind}.{name}: {value} and {}",
                ours[name]
            );
        }
    }
    for kind in ["trace", "warning", "message", "progress", "sign", "assertion_request", "token", "error"] {
        assert!(golden.iter().any(|event| event["event"] == kind), "no golden {kind}");
    }
    for kind in ["device_code", "authorization_uri"] {
        assert!(golden.iter().any(|event| event["event"] == "message" && event["kind"] == kind), "no {kind}");
    }
}

fn ours() -> Vec<Map<String, Value>> {
    let text = || "x".to_owned();
    let token = TokenSet {
        access_token: "x".into(),
        token_type: text(),
        expires_on: Some(1),
        extended_expires_on: Some(1),
        refresh_on: Some(1),
        resource: Some(text()),
        scopes: vec![text()],
        refresh_token: Some("x".into()),
        id_token: Some("x".into()),
        family_id: Some(text()),
        client_info: Some(text()),
        session_state: Some(text()),
        identity: Some(text()),
        tenant_id: Some(text()),
        claims: Some(Map::new()),
        client_id: text(),
        authority: text(),
        correlation_id: text(),
    };
    let mut error = Error::new(ErrorKind::Server, "x", "x");
    error.http_status = Some(400);
    error.retry_after = Some(1);
    let subject =
        Subject::DeviceCode { user_code: text(), verification_uri: text(), expires_in: 1, interval: 1 };
    let page = Subject::AuthorizationUri { uri: text(), opens_browser: true };
    [
        Event::Trace { level: Level::Debug, text: text() },
        Event::Warning { text: text(), confirm: false },
        Event::Message { text: text(), confirm: false, subject },
        Event::Message { text: text(), confirm: false, subject: page },
        Event::Progress { activity: "x", status: text(), seconds_left: 1, seconds_total: 1 },
        Event::Sign { algorithm: SigningAlgorithm::PS256, data: "x" },
        Event::AssertionRequest {},
        Event::Token(&token),
        Event::Error(&error),
    ]
    .iter()
    .map(|event| match serde_json::to_value(event) {
        Ok(Value::Object(members)) => members,
        other => panic!("{other:?}"),
    })
    .collect()
}
