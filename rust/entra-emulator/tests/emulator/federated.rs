//! Tokens of another issuer as client assertions.

use entra_emulator::seed::{
    CONTOSO_DOMAIN, SAMPLE_CONFIDENTIAL_CLIENT_ID as CLIENT, SAMPLE_DAEMON_CLIENT_ID,
    SAMPLE_FEDERATED_SUBJECT,
};
use serde_json::{Value, json};

use crate::common::{Answer, Fixture, GRAPH_DEFAULT, NOW, claims, jwt_header, start, text};
use crate::signing::TestKey;

async fn mint(fixture: &Fixture, asked: Value) -> String {
    text(&fixture.control("/issuer/token", asked).await, "token")
}

async fn present(fixture: &Fixture, client: &str, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
        ("scope", GRAPH_DEFAULT),
    ];
    fixture.redeem(CONTOSO_DOMAIN, &fields).await
}

#[tokio::test]
async fn a_trusted_token_is_taken_until_it_expires() {
    let fixture = start().await;
    let token = mint(&fixture, json!({})).await;
    for _ in 0..3 {
        let answer = present(&fixture, CLIENT, &token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(claims(&text(&answer.json(), "access_token"))["appidacr"], "2");
    }
    fixture.clock.advance(3600 + 300);
    present(&fixture, CLIENT, &token).await.assert_error(401, "invalid_client", 700_024);
}

#[tokio::test]
async fn what_no_credential_names_is_refused() {
    let fixture = start().await;
    let lower = SAMPLE_FEDERATED_SUBJECT.to_lowercase();
    for (asked, number) in [
        (json!({ "iss": "https://issuer.unknown.example" }), 700_211),
        (json!({ "iss": format!("{}/other", fixture.emulator.url()) }), 700_211),
        (json!({ "aud": "api://other" }), 700_212),
        (json!({ "sub": "system:serviceaccount:sample:other" }), 700_213),
        (json!({ "sub": lower }), 7_002_138),
        (json!({ "exp": NOW - 300 }), 700_024),
        (json!({ "nbf": NOW + 301 }), 700_024),
    ] {
        let token = mint(&fixture, asked).await;
        present(&fixture, CLIENT, &token).await.assert_error(401, "invalid_client", number);
    }
    let token = mint(&fixture, json!({})).await;
    present(&fixture, SAMPLE_DAEMON_CLIENT_ID, &token).await.assert_error(401, "invalid_client", 70025);
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": jwt_header(&token)["kid"] });
    let forged = TestKey::client().sign(&header, &claims(&token));
    present(&fixture, CLIENT, &forged).await.assert_error(401, "invalid_client", 50012);
}

#[tokio::test]
async fn the_issuer_shows_its_keys() {
    let fixture = start().await;
    let issuer = format!("{}/_issuer", fixture.emulator.url());
    let document = fixture.get("/_issuer/.well-known/openid-configuration").await.json();
    assert_eq!(
        (&document["issuer"], &document["jwks_uri"]),
        (&json!(issuer), &json!(format!("{issuer}/keys")))
    );
    let token = mint(&fixture, json!({ "sub": "s", "aud": "a" })).await;
    let keys = fixture.get("/_issuer/keys").await.json();
    assert_eq!(keys["keys"][0]["kid"], jwt_header(&token)["kid"]);
    let claims = claims(&token);
    assert_eq!((&claims["iss"], &claims["sub"], &claims["aud"]), (&json!(issuer), &json!("s"), &json!("a")));
}

#[tokio::test]
async fn the_keys_of_another_issuer_are_fetched() {
    let (fixture, other) = (start().await, start().await);
    // The other emulator signs with a key of its own.
    other.control("/keys/roll", json!({ "retire": true })).await;
    let issuer = format!("{}/_issuer", other.emulator.url());
    let credential = |issuer: &str| json!([{ "issuer": issuer, "subject": "repo:o/r:ref:refs/heads/main" }]);
    let app = json!({ "federated_credentials": credential(&issuer) });
    let target = format!("/_control/apps/{CLIENT}");
    let patch =
        async |app: Value| fixture.send("PATCH", &target, &[], &app.to_string()).await.expect("an answer");
    assert_eq!(patch(app).await.status, 200);
    let token = mint(&other, json!({ "sub": "repo:o/r:ref:refs/heads/main" })).await;
    let answer = present(&fixture, CLIENT, &token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let claims = claims(&token);
    let own = TestKey::client().sign(&json!({ "alg": "RS256", "kid": jwt_header(&token)["kid"] }), &claims);
    present(&fixture, CLIENT, &own).await.assert_error(401, "invalid_client", 50012);
    other.emulator.stop().await;
    present(&fixture, CLIENT, &token).await.assert_error(401, "invalid_client", 501_661);
}
