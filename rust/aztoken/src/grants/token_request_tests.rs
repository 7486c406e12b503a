//! The grants that are one request: what they send, and what they refuse to send.

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::error::{ErrorKind, Result};
use crate::grants::{ClientCredentials, OnBehalfOf, Password, RefreshToken};
use crate::operation::Operation;
use crate::request::parse;
use crate::testing::{Seen, Server, request_of};
use crate::token_set::TokenSet;

const TOKEN: &str = r#"{"access_token":"ACCESS","token_type":"Bearer","expires_in":3600}"#;
const SECRET: &str = r#""client_auth":{"kind":"secret","secret":"s&cret"}"#;

/// Runs a request, given as the members between the braces.
async fn run<G: Operation<Output = TokenSet> + DeserializeOwned>(
    members: &str,
) -> (Result<TokenSet>, Vec<Seen>, Vec<serde_json::Value>) {
    run_with::<G>(members, "", (200, TOKEN)).await
}

/// The same with a path behind the host, and an answer.
async fn run_with<G: Operation<Output = TokenSet> + DeserializeOwned>(
    members: &str,
    path: &str,
    answer: (u16, &'static str),
) -> (Result<TokenSet>, Vec<Seen>, Vec<serde_json::Value>) {
    let server = Server::start([answer]).await;
    let (caller, events) = server.caller();
    let authority = format!("{}{path}", server.url);
    let tenant =
        if members.contains("\"tenant\"") || !path.is_empty() { "" } else { "\"tenant\":\"contoso.com\"," };
    let request = request_of(&format!("\"authority\":\"{authority}\",{tenant}{members}"));
    let outcome = match parse::<G>(request.as_bytes()) {
        Ok((options, grant)) => caller.run_without_limit(options, grant).await,
        Err(error) => Err(error),
    };
    let events = events.lock().expect("not poisoned").clone();
    (outcome, server.seen(), events)
}

async fn sent<G: Operation<Output = TokenSet> + DeserializeOwned>(members: &str) -> String {
    let (outcome, seen, events) = run::<G>(members).await;
    assert_eq!(outcome.expect(members).access_token.expose(), "ACCESS");
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, "/contoso.com/oauth2/v2.0/token");
    let events = serde_json::to_string(&events).expect("JSON");
    for secret in ["s&cret", "hunter2", "REFRESH", "eyJhbG"] {
        assert!(!events.contains(secret), "{secret} in {events}");
    }
    seen[0].body.clone()
}

async fn refused<G: Operation<Output = TokenSet> + DeserializeOwned>(members: &str, parameter: &str) {
    let (outcome, seen, _) = run::<G>(members).await;
    let error = outcome.expect_err(members);
    assert_eq!((error.kind, error.parameter), (ErrorKind::InvalidParameter, Some(parameter)), "{error}");
    assert!(seen.is_empty(), "{members}");
    assert!(!error.message.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn what_was_copied_along_with_a_token_or_an_id_is_not_sent() {
    for (before, behind) in [("", ""), (" ", "\\r\\n"), ("Bearer ", ""), ("bearer\\t", " "), ("\\ufeff", "")]
    {
        let auth = format!(
            "\"client_auth\":{{\"kind\":\"assertion\",\"assertion\":\"{before}eyJhbG.a.b{behind}\"}}"
        );
        let id = format!("\"client_id\":\" app{behind}\"");
        let body = sent::<ClientCredentials>(&format!("{id},{auth}")).await;
        assert!(
            body.starts_with("client_id=app&") && body.contains("&client_assertion=eyJhbG.a.b&"),
            "{body}"
        );
        let members = format!("{id},{SECRET},\"user_assertion\":\"{before}eyJhbG.a.b{behind}\"");
        assert!(sent::<OnBehalfOf>(&members).await.contains("&assertion=eyJhbG.a.b&"));
        let members = format!("\"refresh_token\":\"{before}REFRESH{behind}\"");
        assert!(sent::<RefreshToken>(&members).await.contains("&refresh_token=REFRESH&"));
    }
}

#[tokio::test]
async fn a_user_name_without_an_at_sign_is_right_at_b2c_and_ad_fs() {
    let members = r#""username":" alice\n","password":"hunter2""#;
    for (path, scope) in [
        (
            "/contoso.onmicrosoft.com/B2C_1_ropc",
            "1950a258-227b-4e31-a9cf-717495945fc2+openid+profile+offline_access",
        ),
        ("/adfs", "openid+profile+offline_access"),
    ] {
        let (outcome, seen, _) = run_with::<Password>(members, path, (200, TOKEN)).await;
        outcome.expect(path);
        let (path_seen, body) = (&seen[0].path, &seen[0].body);
        assert!(path_seen.starts_with(path), "{path_seen}");
        assert!(body.contains("username=alice&") && body.ends_with(&format!("scope={scope}")), "{body}");
    }
    refused::<Password>(members, "username").await;
}

#[tokio::test]
async fn white_space_around_a_secret_is_sent_and_named_when_the_secret_is_rejected() {
    const WRONG_SECRET: &str = r#"{"error":"invalid_client","error_codes":[7000215]}"#;
    const EXPIRED_SECRET: &str = r#"{"error":"invalid_client","error_codes":[7000222]}"#;
    const WRONG_PASSWORD: &str = r#"{"error":"invalid_grant","error_codes":[50126]}"#;
    for (secret, answer, sent, is_named) in [
        ("hunter2\\n", WRONG_SECRET, "client_secret=hunter2%0A", true),
        (" hunter2", WRONG_SECRET, "client_secret=+hunter2", true),
        ("hunter2", WRONG_SECRET, "client_secret=hunter2", false),
        ("hunter2 ", EXPIRED_SECRET, "client_secret=hunter2+", false),
    ] {
        let auth = format!("\"client_auth\":{{\"kind\":\"secret\",\"secret\":\"{secret}\"}}");
        let members = format!("\"client_id\":\"app\",{auth}");
        let (outcome, seen, _) = run_with::<ClientCredentials>(&members, "", (401, answer)).await;
        let hint = outcome.expect_err("rejected").hint.expect("a hint");
        assert_eq!(hint.contains("white space"), is_named, "{secret:?}: {hint}");
        assert!(seen[0].body.contains(&format!("{sent}&")) && !hint.contains("hunter2"), "{}", seen[0].body);
    }
    let members = r#""username":"a@b","password":"hunter2 ""#;
    let (outcome, ..) = run_with::<Password>(members, "", (400, WRONG_PASSWORD)).await;
    let hint = outcome.expect_err("rejected").hint.expect("a hint");
    assert!(hint.contains("password starts or ends with white space"), "{hint}");
}

#[tokio::test]
async fn an_id_token_alone_is_a_result_that_says_so() {
    const ID_TOKEN: &str = r#"{"id_token":"eyJhbGciOiJub25lIn0.eyJvaWQiOiJvIn0."}"#;
    let path = "/contoso.onmicrosoft.com/B2C_1_ropc";
    let members = r#""username":"alice","password":"hunter2","scopes":["openid"]"#;
    let (outcome, _, events) = run_with::<Password>(members, path, (200, ID_TOKEN)).await;
    let token = outcome.expect("a result");
    assert!(token.access_token.is_empty() && token.id_token.is_some());
    assert_eq!(token.identity.as_deref(), Some("o"));
    let events = serde_json::to_string(&events).expect("JSON");
    for words in ["an ID token and no access token", "the client ID as scope"] {
        assert!(events.contains(words), "{events}");
    }
}

#[tokio::test]
async fn client_credentials_send_what_the_article_sends() {
    let body = sent::<ClientCredentials>(&format!("\"client_id\":\"app\",{SECRET}")).await;
    assert_eq!(
        body,
        "client_id=app&client_secret=s%26cret&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    );
    let assertion = r#""client_id":"app","client_auth":{"kind":"assertion","assertion":"eyJhbG.a.b"}"#;
    let body = sent::<ClientCredentials>(assertion).await;
    assert!(body.contains(
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbG.a.b"
    ));
    let from_environment = format!("\"environment\":{{\"AZURE_CLIENT_ID\":\"env-app\"}},{SECRET}");
    assert!(sent::<ClientCredentials>(&from_environment).await.starts_with("client_id=env-app&"));
}

#[tokio::test]
async fn client_credentials_refuse_what_the_service_would() {
    for (members, parameter) in [
        (SECRET.to_owned(), "client_id"),
        (format!("\"client_id\":\"app\",\"tenant\":\"organizations\",{SECRET}"), "tenant"),
        (format!("\"client_id\":\"app\",\"scopes\":[\"User.Read\"],{SECRET}"), "scopes"),
        (format!("\"client_id\":\"app\",\"scopes\":[\".default\",\"openid\"],{SECRET}"), "scopes"),
        (r#""client_id":"app","client_auth":{"kind":"secret","secret":" "}"#.to_owned(), "client_secret"),
        (
            r#""client_id":"app","client_auth":{"kind":"assertion","assertion":"hunter2"}"#.to_owned(),
            "client_assertion",
        ),
        (r#""client_id":"app","client_auth":{"kind":"magic"}"#.to_owned(), "request"),
        (r#""client_id":"app""#.to_owned(), "request"),
    ] {
        refused::<ClientCredentials>(&members, parameter).await;
    }
}

#[tokio::test]
async fn on_behalf_of_sends_the_users_token() {
    let body =
        sent::<OnBehalfOf>(&format!("\"client_id\":\"api\",\"user_assertion\":\"eyJhbG.u.s\",{SECRET}"))
            .await;
    assert_eq!(
        body,
        "client_id=api&client_secret=s%26cret&assertion=eyJhbG.u.s&requested_token_use=on_behalf_of\
         &grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default+openid+profile+offline_access"
    );
    refused::<OnBehalfOf>(
        &format!("\"client_id\":\"api\",\"user_assertion\":\"\",{SECRET}"),
        "user_assertion",
    )
    .await;
    refused::<OnBehalfOf>(&format!("\"user_assertion\":\"eyJhbG.u.s\",{SECRET}"), "client_id").await;
}

#[tokio::test]
async fn password_warns_and_sends_once() {
    let members = r#""username":"user@contoso.com","password":"hunter2","scopes":["User.Read"]"#;
    let body = sent::<Password>(members).await;
    assert_eq!(
        body,
        "client_id=1950a258-227b-4e31-a9cf-717495945fc2&username=user%40contoso.com&password=hunter2&grant_type=password\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read+openid+profile+offline_access"
    );
    let (_, _, events) = run::<Password>(members).await;
    assert!(events.iter().any(|event| event["event"] == "warning"));
    refused::<Password>(r#""username":"user","password":"hunter2""#, "username").await;
    refused::<Password>(r#""username":"user@contoso.com","password":"""#, "password").await;
    refused::<Password>(r#""tenant":"common","username":"user@contoso.com","password":"hunter2""#, "tenant")
        .await;
}

#[tokio::test]
async fn refresh_token_goes_to_another_resource_and_is_kept_if_no_new_one_comes() {
    let members = r#""refresh_token":"REFRESH","resource":"https://management.azure.com/""#;
    let body = sent::<RefreshToken>(members).await;
    assert_eq!(
        body,
        "client_id=1950a258-227b-4e31-a9cf-717495945fc2&refresh_token=REFRESH&grant_type=refresh_token\
         &scope=https%3A%2F%2Fmanagement.azure.com%2F.default+openid+profile+offline_access"
    );
    let (outcome, _, _) = run::<RefreshToken>(members).await;
    assert_eq!(outcome.expect("a token").refresh_token.expect("the old one").expose(), "REFRESH");
    refused::<RefreshToken>(r#""refresh_token":" ""#, "refresh_token").await;
    refused::<RefreshToken>(&json!({"refresh_token": 5}).to_string().replace(['{', '}'], ""), "request")
        .await;
}

/// Whether a grant is sent again after an answer that may pass.
async fn is_repeated<G: Operation<Output = TokenSet> + DeserializeOwned>(members: &str) -> bool {
    let unavailable = "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n".to_owned();
    let ok = format!("HTTP/1.1 200 x\r\nContent-Length: {}\r\n\r\n{TOKEN}", TOKEN.len());
    let server = Server::start_raw(vec![unavailable, ok]).await;
    let (caller, _) = server.caller();
    let request =
        request_of(&format!("\"authority\":\"{}\",\"tenant\":\"contoso.com\",{members}", server.url));
    let (options, grant) = parse::<G>(request.as_bytes()).expect("valid");
    let outcome = caller.run_without_limit(options, grant).await;
    assert_eq!(outcome.is_ok(), server.seen().len() == 2, "{members}");
    outcome.is_ok()
}

/// A wrong password counts each time. A request that changes nothing may be repeated, and so may a refresh token: the
/// service keeps the old one valid.
#[tokio::test]
async fn only_what_may_be_repeated_is() {
    let app = format!("\"client_id\":\"app\",{SECRET}");
    assert!(is_repeated::<ClientCredentials>(&app).await);
    assert!(is_repeated::<OnBehalfOf>(&format!("{app},\"user_assertion\":\"eyJhbG.u.s\"")).await);
    assert!(is_repeated::<RefreshToken>("\"refresh_token\":\"REFRESH\"").await);
    assert!(!is_repeated::<Password>(r#""username":"user@contoso.com","password":"hunter2""#).await);
}
