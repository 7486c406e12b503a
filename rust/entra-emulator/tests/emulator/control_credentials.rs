//! The control API's part about the time, certificates, refresh tokens and the issuer.

use entra_emulator::seed::{SAMPLE_CONFIDENTIAL_CLIENT_ID, SAMPLE_PUBLIC_CLIENT_ID};
use serde_json::json;

use crate::common::{CLIENT, GRAPH_DEFAULT, NOW, start, text};

#[tokio::test]
async fn the_clock_can_be_put_ahead_and_back() {
    let fixture = start().await;
    let code = fixture.device_code("organizations", CLIENT, GRAPH_DEFAULT).await;
    assert_eq!(fixture.control("/clock", json!({ "offset_seconds": 900 })).await["now"], NOW + 900);
    fixture.poll(&code).await.assert_error(400, "expired_token", 70020);
    assert_eq!(fixture.control("/clock", json!({ "offset_seconds": 0 })).await["now"], NOW);
    fixture.poll(&code).await.assert_error(400, "authorization_pending", 70016);
}

#[tokio::test]
async fn mistakes_are_explained() {
    let fixture = start().await;
    let certificates = |client: &str| format!("/apps/{client}/certificates");
    let certificate = json!({ "certificate": "AAAA" });
    for (path, body, status, named) in [
        ("/clock".to_owned(), json!({ "seconds": 1 }), 400, "`seconds`"),
        ("/refresh_tokens/expire".to_owned(), json!({ "token": "1.unknown" }), 404, "'token'"),
        ("/refresh_tokens/other".to_owned(), json!({}), 404, "sign_in_frequency"),
        (certificates(SAMPLE_CONFIDENTIAL_CLIENT_ID), certificate.clone(), 400, "'certificate'"),
        (certificates(SAMPLE_PUBLIC_CLIENT_ID), certificate.clone(), 409, "public client"),
        (certificates("unknown"), certificate, 404, "'unknown'"),
        ("/issuer/token".to_owned(), json!({ "subject": "x" }), 400, "`subject`"),
    ] {
        let path = format!("/_control{path}");
        let answer = fixture.send("POST", &path, &[], &body.to_string()).await.expect("an answer");
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(text(&answer.json(), "error").contains(named), "{}", answer.body);
    }
}
