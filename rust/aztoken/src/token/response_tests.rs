use proptest::prelude::*;

use super::*;
use crate::token::answer_for_tests as answer;

fn read(body: &[u8]) -> Result<TokenSet> {
    let resolved = ResolvedRequest::for_tests(&["https://graph.microsoft.com/.default"]);
    parse(&resolved, &answer(200, body), Received { at: 1_800_000_000, correlation_id: "c" })
}

#[test]
fn optional_members_of_any_shape_cost_nothing() {
    for value in ["null", "\"\"", "\" \"", "{}", "[]", "true", "[{\"x\":1}]"] {
        for name in [
            "expires_in",
            "ext_expires_in",
            "refresh_in",
            "scope",
            "refresh_token",
            "id_token",
            "foci",
            "client_info",
            "session_state",
            "token_type",
            "error",
        ] {
            if name == "error" && value != "null" {
                continue;
            }
            let body = format!("{{\"access_token\":\"opaque\",\"{name}\":{value}}}");
            let set = read(body.as_bytes()).expect(&body);
            assert_eq!((set.access_token.expose(), set.token_type.as_str()), ("opaque", "Bearer"), "{body}");
            assert_eq!(
                (set.expires_on, set.refresh_token.is_none(), set.id_token.is_none()),
                (None, true, true),
                "{body}"
            );
            assert_eq!(set.scopes, [".default"], "{body}");
        }
    }
    let listed = read(br#"{"access_token":"x","scope":["a","b c",7]}"#).expect("valid");
    assert_eq!(listed.scopes, ["a", "b", "c"]);
}

#[test]
fn an_odd_escape_in_an_answer_costs_only_its_own_text() {
    let set = read(br#"{"access_token":"x","foci":"\ud800","scope":"a\'b c"}"#).expect("valid");
    assert_eq!((set.access_token.expose(), set.scopes[1].as_str()), ("x", "c"));
    let error = parse(
        &ResolvedRequest::for_tests(&[]),
        &answer(400, br#"{"error":"invalid_grant","error_description":"AADSTS50126: \udfff \x"}"#),
        Received { at: 0, correlation_id: "c" },
    );
    assert_eq!(error.expect_err("an error").error_codes, [50126]);
}

#[test]
fn the_type_is_bearer_in_any_case() {
    for (given, expected) in [
        ("bearer", "Bearer"),
        ("BEARER", "Bearer"),
        ("Bearer", "Bearer"),
        ("pop", "pop"),
        ("mtls_pop", "mtls_pop"),
    ] {
        let body = format!("{{\"access_token\":\"x\",\"token_type\":\"{given}\"}}");
        assert_eq!(read(body.as_bytes()).expect("valid").token_type, expected);
    }
}

/// A token with these claims, unsigned.
fn jwt(claims: &str) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.", jwt::base64url::encode(claims.as_bytes()))
}

#[test]
fn a_lifetime_comes_from_where_it_is() {
    let token = jwt(r#"{"exp":1900000000}"#);
    for (members, expected) in [
        (String::new(), Some(1_900_000_000)),
        (r#","expires_in":null"#.to_owned(), Some(1_900_000_000)),
        (r#","expires_on":"1800000000""#.to_owned(), Some(1_800_000_000)),
        (r#","expires_on":1800000000.5"#.to_owned(), Some(1_800_000_000)),
        (r#","expires_on":"tomorrow""#.to_owned(), Some(1_900_000_000)),
    ] {
        let set = read(format!("{{\"access_token\":\"{token}\"{members}}}").as_bytes()).expect("valid");
        assert_eq!(set.expires_on, expected, "{members}");
    }
    assert_eq!(read(br#"{"access_token":"opaque"}"#).expect("valid").expires_on, None);
    let both = read(format!("{{\"access_token\":\"{token}\",\"expires_in\":60}}").as_bytes()).expect("valid");
    assert!(both.expires_on.is_some_and(|end| end < 1_900_000_000), "the service's own answer counts");
}

#[test]
fn an_id_token_alone_says_so() {
    let token = jwt(r#"{"exp":1900000000,"tid":"t","name":"n","oid":"o"}"#);
    for members in
        ["", ",\"access_token\":\"\"", ",\"access_token\":null,\"expires_in\":60,\"token_type\":\"Bearer\""]
    {
        let body = format!("{{\"id_token\":\"{token}\"{members}}}");
        let set = read(body.as_bytes()).expect("an ID token is a result");
        assert!(set.access_token.is_empty() && set.token_type.is_empty());
        assert_eq!(
            (set.expires_on, set.tenant_id.as_deref(), set.identity.as_deref()),
            (Some(1_900_000_000), Some("t"), Some("o"))
        );
    }
}

#[test]
fn numbers_may_be_strings() {
    let number = read(br#"{"access_token":"opaque","token_type":"Bearer","expires_in":3600,"ext_expires_in":7200,"foci":"1"}"#);
    let text = read(br#"{"access_token":"opaque","token_type":"Bearer","expires_in":"3600","refresh_in":"60.5","foci":1,"scope":"a b"}"#);
    let (number, text) = (number.expect("valid"), text.expect("valid"));
    let (first, second) = (number.expires_on.expect("given"), text.expires_on.expect("given"));
    assert!((first - second).abs() <= 5);
    assert_eq!(number.extended_expires_on.expect("given") - first, 3600);
    assert_eq!(second - text.refresh_on.expect("given"), 3540);
    assert_eq!((number.family_id.as_deref(), text.family_id.as_deref()), (Some("1"), Some("1")));
    assert_eq!(number.scopes, [".default"]);
    assert_eq!(number.resource.as_deref(), Some("https://graph.microsoft.com"));
    assert_eq!(text.scopes, ["a", "b"]);
    assert!(number.claims.is_none() && number.identity.is_none(), "an opaque token doesn't fail the grant");
}

#[test]
fn claims_name_user_and_tenant() {
    // {"alg":"none"} . {"tid":"t","upn":"user@contoso.com","oid":"o","zzz":1,"aaa":2} . no signature
    let token = "eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ0IiwidXBuIjoidXNlckBjb250b3NvLmNvbSIsIm9pZCI6Im8iLCJ6enoiOjEsImFhYSI6Mn0.";
    let body = format!(
        "{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\",\"expires_in\":1,\"refresh_token\":\"\"}}"
    );
    let set = read(body.as_bytes()).expect("valid");
    assert_eq!(set.identity.as_deref(), Some("user@contoso.com"));
    assert_eq!(set.tenant_id.as_deref(), Some("t"));
    let names: Vec<_> = set.claims.expect("readable").keys().cloned().collect();
    assert_eq!(names, ["tid", "upn", "oid", "zzz", "aaa"], "in the token's order");
    assert!(set.refresh_token.is_none(), "an empty one is none");
}

#[test]
fn scopes_are_those_of_the_token_without_their_resource() {
    let read = |claims: &str, scope: &str| {
        let payload = crate::jwt::base64url::encode(claims.as_bytes());
        let body = format!(
            "{{\"access_token\":\"h.{payload}.s\",\"token_type\":\"Bearer\",\"expires_in\":1,\"scope\":\"{scope}\"}}"
        );
        read(body.as_bytes()).expect("valid").scopes
    };
    let granted =
        "https://graph.microsoft.com/User.Read openid api://8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93/access";
    assert_eq!(read("{\"scp\":\"User.Read Mail.Read\"}", granted), ["User.Read", "Mail.Read"]);
    assert!(read("{\"roles\":[\"Reader\"]}", granted).is_empty(), "an app's token has roles, and no scopes");
    assert_eq!(read("opaque", granted), ["User.Read", "openid", "access"]);
}

#[test]
fn the_identity_is_that_of_scripts_for_azauth() {
    let all = ["upn", "email", "preferred_username", "unique_name", "oid", "appid"];
    for first in 0..all.len() {
        let claims = all[first..].iter().map(|name| ((*name).to_owned(), Value::from(*name)));
        assert_eq!(identity(&claims.collect()).as_deref(), Some(all[first]));
    }
}

#[test]
fn what_cannot_be_used_is_described_without_quoting_it() {
    for (body, expected) in [
        (&b""[..], "it is empty"),
        (b"{\"access_token\":\"hunter2\"", "it ends too early"),
        (b"<html>hunter2</html>", "it is not JSON but application/json"),
        (b"\xff\xfe", "it is not UTF-8"),
        (
            b"{\"token_type\":\"Bearer\",\"expires_in\":1}",
            "no access_token as text; it has token_type, expires_in",
        ),
        (b"{\"access_token\":{\"x\":\"hunter2\"},\"token_type\":\"Bearer\"}", "no access_token"),
        (b"{\"access_token\":\"\",\"token_type\":\"Bearer\"}", "no access_token"),
        (b"{}", "it is an empty object"),
        (b"null", "it is not"),
    ] {
        let error = read(body).expect_err(expected);
        assert!(error.message.contains(expected) || body == b"null", "{error}");
        assert!(!error.message.contains("hunter2"), "{error}");
        assert_eq!(error.error, "invalid_response");
    }
}

#[test]
fn lifetimes_stay_within_reason() {
    for expires_in in ["-5", "1e300", "\"-1\"", "99999999999999999999"] {
        let body =
            format!("{{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":{expires_in}}}");
        let set = read(body.as_bytes()).expect(expires_in);
        assert!(set.expires_on.is_some_and(|end| end > 0 && end < 300_000_000_000), "{:?}", set.expires_on);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(read(&body));
    }

    #[test]
    fn any_json_member_is_answered(value in "(null|true|-?[0-9]{1,30}|\"[a-z0-9.]{0,9}\"|\\[\\]|\\{\\})", name in "(access_token|token_type|expires_in|ext_expires_in|scope|foci|refresh_token)") {
        let body = format!("{{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":1,\"{name}\":{value}}}");
        drop(read(body.as_bytes()));
    }
}
