//! Assertions signed by a certificate (`private_key_jwt`).

use entra_emulator::seed::{
    CONTOSO_DOMAIN, CONTOSO_TENANT_ID, FABRIKAM_DOMAIN, SAMPLE_CONFIDENTIAL_CLIENT_ID as CLIENT,
    SAMPLE_DAEMON_CLIENT_ID,
};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY as SHA1, SHA256};
use serde_json::{Value, json};

use crate::common::{Answer, Fixture, GRAPH_DEFAULT, NOW, claims, start, text};
use crate::signing::TestKey;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn present(fixture: &Fixture, client: &str, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
        ("scope", GRAPH_DEFAULT),
    ];
    fixture.redeem(CONTOSO_DOMAIN, &fields).await
}

fn endpoint(fixture: &Fixture) -> String {
    format!("{}/{CONTOSO_DOMAIN}/oauth2/v2.0/token", fixture.emulator.url())
}

/// As Microsoft documents it.
fn good_claims(fixture: &Fixture) -> Value {
    json!({
        "aud": endpoint(fixture), "iss": CLIENT, "sub": CLIENT, "jti": "1", "iat": NOW, "nbf": NOW, "exp": NOW + 600,
    })
}

fn header(key: &TestKey) -> Value {
    json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": key.thumbprint(&SHA256) })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

/// Base64 as in a PEM file.
fn in_lines(base64: &str) -> String {
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("\r\n{}\n", lines.join("\n"))
}

#[tokio::test]
async fn every_clients_way_of_naming_the_key_is_taken() {
    let fixture = start().await;
    let key = TestKey::client();
    let (sha1, sha256) = (key.thumbprint(&SHA1), key.thumbprint(&SHA256));
    let base64 = |url: &str| format!("{}=", url.replace('-', "+").replace('_', "/"));
    let hex: String =
        ring::digest::digest(&SHA1, &key.certificate).as_ref().iter().fold(String::new(), |mut hex, byte| {
            std::fmt::Write::write_fmt(&mut hex, format_args!("{byte:02X}")).expect("text grows");
            hex
        });
    for header in [
        header(&key),
        json!({ "alg": "RS256", "typ": "JWT", "x5t": sha1 }),
        json!({ "alg": "RS256", "x5t": base64(&sha1) }),
        json!({ "alg": "PS256", "x5t#S256": base64(&sha256), "x5t": sha1 }),
        json!({ "alg": "RS256", "kid": hex, "x5t#S256": sha256 }),
        json!({ "alg": "RS256", "kid": hex }),
        json!({ "alg": "PS256", "x5t#S256": sha256, "x5c": [key.x5c()] }),
        json!({ "alg": "PS256", "x5t#S256": sha256, "x5c": key.x5c() }),
        json!({ "alg": "PS256", "x5c": [key.x5c()] }),
        // MSAL for Python and ADAL keep the line breaks of PEM.
        json!({ "alg": "RS256", "x5t": sha1, "x5c": [in_lines(&key.x5c())] }),
    ] {
        let assertion = key.sign(&header, &good_claims(&fixture));
        let answer = present(&fixture, CLIENT, &assertion).await;
        assert_eq!(answer.status, 200, "{header}: {}", answer.body);
        assert_eq!(claims(&text(&answer.json(), "access_token"))["appidacr"], "2");
    }
}

#[tokio::test]
async fn every_clients_claims_are_taken_and_taken_again() {
    let fixture = start().await;
    let key = TestKey::client();
    let good = || good_claims(&fixture);
    let mut short = good();
    for name in ["iat", "nbf", "jti"] {
        short.as_object_mut().expect("an object").remove(name);
    }
    let url = fixture.emulator.url();
    for claims in [
        good(),
        short,
        with(with(good(), "nbf", NOW.to_string().into()), "exp", (NOW + 600).to_string().into()),
        with(good(), "aud", format!("{url}/{CONTOSO_TENANT_ID}/oauth2/v2.0/token").into()),
        with(good(), "aud", format!("{url}/{CONTOSO_TENANT_ID}/oauth2/token").into()),
        with(good(), "aud", format!("{url}/{CONTOSO_TENANT_ID}/v2.0").into()),
        with(good(), "aud", endpoint(&fixture).replace("localhost", "127.0.0.1").into()),
        // Clocks differ.
        with(good(), "nbf", (NOW + 299).into()),
        with(good(), "exp", (NOW - 299).into()),
    ] {
        let assertion = key.sign(&header(&key), &claims);
        for _ in 0..2 {
            let answer = present(&fixture, CLIENT, &assertion).await;
            assert_eq!(answer.status, 200, "{claims}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn wrong_claims_are_refused() {
    let fixture = start().await;
    let key = TestKey::client();
    let other = endpoint(&fixture).replace(CONTOSO_DOMAIN, FABRIKAM_DOMAIN);
    let good = || good_claims(&fixture);
    for (claims, number) in [
        (with(good(), "iss", SAMPLE_DAEMON_CLIENT_ID.into()), 700_021),
        (with(good(), "sub", SAMPLE_DAEMON_CLIENT_ID.into()), 50048),
        (with(good(), "aud", other.into()), 700_023),
        (with(good(), "aud", "https://login.microsoftonline.com/common/oauth2/v2.0/token".into()), 700_023),
        (with(good(), "aud", fixture.emulator.url().into()), 700_023),
        (with(good(), "aud", format!("{}?x=1", endpoint(&fixture)).into()), 700_023),
        (with(good(), "aud", "api://x".into()), 700_023),
        (with(good(), "exp", (NOW - 300).into()), 700_024),
        (with(good(), "nbf", (NOW + 301).into()), 700_024),
        (with(good(), "exp", Value::Null), 50027),
    ] {
        let answer = present(&fixture, CLIENT, &key.sign(&header(&key), &claims)).await;
        answer.assert_error(401, "invalid_client", number);
    }
    let late =
        present(&fixture, CLIENT, &key.sign(&header(&key), &with(good(), "exp", 1.into()))).await.json();
    assert!(text(&late, "error_description").contains("1970-01-01T00:00:01.0000000Z"), "{late}");
}

#[tokio::test]
async fn wrong_keys_and_signatures_are_refused() {
    let fixture = start().await;
    let (key, stranger) = (TestKey::client(), TestKey::unregistered());
    let claims = good_claims(&fixture);
    let good = key.sign(&header(&key), &claims);
    let (head, signature) = good.rsplit_once('.').expect("a JWT");
    let unsigned = |alg: &str| {
        let token = key.sign(&with(header(&key), "alg", alg.into()), &claims);
        format!("{}.", token.rsplit_once('.').expect("a JWT").0)
    };
    let both = with(header(&key), "x5c", json!([stranger.x5c()]));
    let contradiction = with(header(&key), "x5t", stranger.thumbprint(&SHA1).into());
    for (assertion, number) in [
        (stranger.sign(&header(&stranger), &claims), 700_027),
        (stranger.sign(&header(&key), &claims), 700_027),
        (key.sign(&json!({ "alg": "PS256" }), &claims), 700_027),
        (key.sign(&contradiction, &claims), 700_027),
        (key.sign(&both, &claims), 50012),
        (format!("{head}.{}", signature.replacen(&signature[..4], "AAAA", 1)), 700_027),
        (unsigned("none"), 50027),
        (key.sign(&with(header(&key), "alg", "HS256".into()), &claims), 50027),
        (unsigned("PS256"), 700_027),
        ("a.b.c".to_owned(), 50027),
        ("opaque".to_owned(), 50027),
    ] {
        present(&fixture, CLIENT, &assertion).await.assert_error(401, "invalid_client", number);
    }
    // The thumbprint is in the text, so that a person finds the key.
    let body = present(&fixture, CLIENT, &stranger.sign(&header(&stranger), &claims)).await.json();
    assert!(text(&body, "error_description").contains(&stranger.thumbprint(&SHA256)), "{body}");
}

#[tokio::test]
async fn the_type_of_an_assertion_is_checked() {
    let fixture = start().await;
    let base = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_assertion", "a.b.c"),
        ("scope", GRAPH_DEFAULT),
    ];
    fixture.redeem(CONTOSO_DOMAIN, &base).await.assert_error(400, "invalid_request", 900_144);
    let other =
        [&base[..], &[("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")]];
    fixture.redeem(CONTOSO_DOMAIN, &other.concat()).await.assert_error(400, "invalid_request", 90023);
    let both = [&base[..], &[("client_assertion_type", JWT_BEARER), ("client_secret", "x")]].concat();
    fixture.redeem(CONTOSO_DOMAIN, &both).await.assert_error(400, "invalid_request", 9_002_313);
}

#[tokio::test]
async fn a_certificate_can_be_registered() {
    let fixture = start().await;
    let key = TestKey::unregistered();
    let assertion = key.sign(&header(&key), &good_claims(&fixture));
    present(&fixture, CLIENT, &assertion).await.assert_error(401, "invalid_client", 700_027);
    let path = format!("/apps/{CLIENT}/certificates");
    let answer = fixture.control(&path, json!({ "certificate": key.x5c() })).await;
    assert_eq!(text(&answer, "thumbprint").len(), 40);
    assert_eq!(present(&fixture, CLIENT, &assertion).await.status, 200);
    // It is one app's.
    let claims = with(
        with(good_claims(&fixture), "iss", SAMPLE_DAEMON_CLIENT_ID.into()),
        "sub",
        SAMPLE_DAEMON_CLIENT_ID.into(),
    );
    let other = present(&fixture, SAMPLE_DAEMON_CLIENT_ID, &key.sign(&header(&key), &claims)).await;
    other.assert_error(401, "invalid_client", 700_027);
}
