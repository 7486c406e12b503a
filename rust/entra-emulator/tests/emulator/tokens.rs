//! What is in the tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entra_emulator::seed::{CONTOSO_TENANT_ID, GRAPH_APP_ID, SAMPLE_API_APP_ID};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};

use crate::common::{
    CLIENT, DEVICE_GRANT, Fixture, GRAPH_DEFAULT, NOW, TOKEN_PATH, claims, jwt_header, start, text,
};

const USER_OID: &str = "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b01";

/// Verifies a token by nothing but the JWKS.
async fn verify(fixture: &Fixture, token: &str) -> Result<(), ring::error::Unspecified> {
    let keys = fixture.get("/common/discovery/v2.0/keys").await.json();
    let kid = &jwt_header(token)["kid"];
    let key = keys["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .find(|key| key["kid"] == *kid)
        .expect("a key of that ID");
    let number = |field| URL_SAFE_NO_PAD.decode(text(key, field)).expect("base64url");
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    RsaPublicKeyComponents { n: number("n"), e: number("e") }.verify(
        &RSA_PKCS1_2048_8192_SHA256,
        signed.as_bytes(),
        &signature,
    )
}

#[tokio::test]
async fn the_keys_verify_what_is_issued() {
    let fixture = start().await;
    let body = fixture.token(&format!("{GRAPH_DEFAULT} openid")).await;
    for field in ["access_token", "id_token"] {
        let token = text(&body, field);
        verify(&fixture, &token).await.expect("verifies");
        let (head, tail) = token.split_once('.').expect("a JWT");
        let forged = format!("{head}.{}", tail.replacen(&tail[..4], "AAAA", 1));
        verify(&fixture, &forged).await.expect_err("a changed token doesn't verify");
    }
}

#[tokio::test]
async fn graph_tokens_are_v1() {
    let fixture = start().await;
    let body = fixture.token(GRAPH_DEFAULT).await;
    let token = text(&body, "access_token");
    let header = jwt_header(&token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("JWT"), &json!("RS256")));
    assert_eq!(header["kid"], header["x5t"]);
    assert_eq!(header.get("nonce"), None);
    let claims = claims(&token);
    let lifetime = body["expires_in"].as_u64().expect("a number");
    assert!((3600..=5400).contains(&lifetime), "{lifetime}");
    for (claim, value) in [
        ("aud", json!("https://graph.microsoft.com")),
        ("iss", json!(format!("{}/{CONTOSO_TENANT_ID}/", fixture.emulator.url()))),
        ("iat", json!(NOW - 300)),
        ("nbf", json!(NOW - 300)),
        ("exp", json!(NOW + lifetime)),
        ("acr", json!("1")),
        ("amr", json!(["pwd"])),
        ("appid", json!(CLIENT)),
        ("appidacr", json!("0")),
        ("idtyp", json!("user")),
        ("name", json!("Sample User")),
        ("oid", json!(USER_OID)),
        ("scp", json!("Directory.AccessAsUser.All User.Read openid profile email")),
        ("tid", json!(CONTOSO_TENANT_ID)),
        ("unique_name", json!("user@contoso.onmicrosoft.com")),
        ("upn", json!("user@contoso.onmicrosoft.com")),
        ("ver", json!("1.0")),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    for claim in ["aio", "rh", "uti", "sub"] {
        assert!(!text(&claims, claim).is_empty(), "{claim}");
    }
    assert_eq!(claims.get("azp"), None);
}

#[tokio::test]
async fn an_api_of_v2_gets_v2_tokens() {
    let fixture = start().await;
    let body = fixture.token(&format!("api://{SAMPLE_API_APP_ID}/access_as_user")).await;
    assert_eq!(body["scope"], format!("api://{SAMPLE_API_APP_ID}/access_as_user"));
    let token = text(&body, "access_token");
    assert_eq!(jwt_header(&token).get("x5t"), None);
    let claims = claims(&token);
    for (claim, value) in [
        ("aud", json!(SAMPLE_API_APP_ID)),
        ("iss", json!(format!("{}/{CONTOSO_TENANT_ID}/v2.0", fixture.emulator.url()))),
        ("azp", json!(CLIENT)),
        ("azpacr", json!("0")),
        ("scp", json!("access_as_user")),
        ("preferred_username", json!("user@contoso.onmicrosoft.com")),
        ("ver", json!("2.0")),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    for absent in ["appid", "upn", "unique_name"] {
        assert_eq!(claims.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_given() {
    let fixture = start().await;
    let body = fixture.token("https://management.azure.com//.default").await;
    let fields: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["token_type", "scope", "expires_in", "ext_expires_in", "access_token"]);
    assert_eq!(body["token_type"], "Bearer");
    let echo = "https://management.azure.com//user_impersonation https://management.azure.com//.default";
    assert_eq!(body["scope"], echo);
    assert_eq!(claims(&text(&body, "access_token"))["aud"], "https://management.azure.com/");
}

#[tokio::test]
async fn what_is_asked_for_is_given() {
    let fixture = start().await;
    let code = fixture.device_code("common", CLIENT, "User.Read openid profile email offline_access").await;
    fixture.control("/device/approve", json!({ "user_code": code["user_code"] })).await;
    let device_code = text(&code, "device_code");
    let fields = [
        ("grant_type", DEVICE_GRANT),
        ("client_id", CLIENT),
        ("device_code", device_code.as_str()),
        ("client_info", "1"),
    ];
    let body = fixture.post_form(TOKEN_PATH, &fields).await.json();
    assert_eq!(body["scope"], "email openid profile User.Read");
    assert_eq!(body["foci"], "1");
    assert!(text(&body, "refresh_token").starts_with("1."));
    let info: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text(&body, "client_info")).expect("base64url"))
            .expect("JSON");
    assert_eq!(info, json!({ "uid": USER_OID, "utid": CONTOSO_TENANT_ID }));
    assert_eq!(claims(&text(&body, "access_token"))["aud"], GRAPH_APP_ID);
    let id = claims(&text(&body, "id_token"));
    for (claim, value) in [
        ("aud", json!(CLIENT)),
        ("iss", json!(format!("{}/{CONTOSO_TENANT_ID}/v2.0", fixture.emulator.url()))),
        ("exp", json!(NOW + 3600)),
        ("name", json!("Sample User")),
        ("preferred_username", json!("user@contoso.onmicrosoft.com")),
        ("email", json!("user@contoso.onmicrosoft.com")),
        ("oid", json!(USER_OID)),
        ("ver", json!("2.0")),
    ] {
        assert_eq!(id[claim], value, "{claim}");
    }
}
