//! Which redirect URIs are taken.

use entra_emulator::seed::SAMPLE_SPA_CLIENT_ID as SPA;
use serde_json::json;

use crate::common::{CLIENT, start};
use crate::sign_in::{PUBLIC, WEB, path, visit};

#[tokio::test]
async fn redirect_uris_are_compared_by_the_rules() {
    let fixture = start().await;
    for (client, uri, taken) in [
        (CLIENT, "http://localhost", true),
        (CLIENT, "http://localhost:81", true),
        (CLIENT, "http://localhost:81/", true),
        (CLIENT, "http://localhost:81/myapp/", false),
        (CLIENT, "https://login.microsoftonline.com/common/oauth2/nativeclient", false),
        (PUBLIC, "https://login.microsoftonline.com/common/oauth2/nativeclient", true),
        (PUBLIC, "https://login.microsoftonline.com/common/oauth2/NativeClient", false),
        (PUBLIC, "http://127.0.0.1:81/callback", true),
        (PUBLIC, "http://127.0.0.1:81/", false),
        (PUBLIC, "http://[::1]:81/callback", false),
        (PUBLIC, "https://localhost:81", false),
        (WEB, "http://localhost:81/myapp/", true),
        (WEB, "http://localhost:81/myapp", false),
        (WEB, "http://localhost:81/MYAPP/", false),
        (WEB, "https://app.contoso.example/signin", true),
        (WEB, "https://app.contoso.example:8443/signin", false),
        (WEB, "https://app.contoso.example/signin?a=b", false),
        (WEB, "https://app.contoso.example.evil.example/signin", false),
        (SPA, "http://localhost:5173/", true),
        (SPA, "https://spa.contoso.example/", true),
        (SPA, "https://spa.contoso.example/other", false),
    ] {
        let challenge = ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let tenant_path = path(&[("client_id", client), ("redirect_uri", uri), challenge]);
        let answer = visit(&fixture, &tenant_path, json!({})).await;
        assert_eq!(answer.status == 200, taken, "{client} {uri}: {}", answer.body);
        if !taken {
            assert_eq!(answer.json()["error_page"]["number"], 50011, "{uri}");
        }
    }
}
