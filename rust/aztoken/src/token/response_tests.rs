use proptest::prelude::*;

use super::*;
use crate::token::answer_for_tests as answer;

fn read(body: &[u8]) -> Result<TokenSet> {
    let resolved = ResolvedRequest::for_tests(&["https://graph.microsoft.com/.default"]);
    parse(&resolved, &answer(200, body), Received { at: 1_800_000_000, correlation_id: "c" })
}

#[test]
fn numbers_may_be_strings() {
    let number = read(br#"{"access_token":"opaque","token_type":"Bearer","expires_in":3600,"ext_expires_in":7200,"foci":"1"}"#);
    let text = read(br#"{"access_token":"opaque","token_type":"Bearer","expires_in":"3600","refresh_in":"60.5","foci":1,"scope":"a b"}"#);
    let (number, text) = (number.expect("valid"), text.expect("valid"));
    assert!((number.expires_on - text.expires_on).abs() <= 5);
    assert_eq!(number.extended_expires_on.expect("given") - number.expires_on, 3600);
    assert_eq!(text.expires_on - text.refresh_on.expect("given"), 3540);
    assert_eq!((number.family_id.as_deref(), text.family_id.as_deref()), (Some("1"), Some("1")));
    assert_eq!(number.scopes, ["https://graph.microsoft.com/.default"]);
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
fn what_cannot_be_used_is_described_without_quoting_it() {
    for (body, expected) in [
        (&b""[..], "it is empty"),
        (b"{\"access_token\":\"hunter2\"", "it ends too early"),
        (b"<html>hunter2</html>", "it is not JSON but application/json"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"{\"access_token\":\"hunter2\"}", "missing field `token_type`"),
        (b"{\"token_type\":\"Bearer\",\"expires_in\":1}", "missing field `access_token`"),
        (
            b"{\"access_token\":\"hunter2\",\"token_type\":\"Bearer\",\"expires_in\":\"hunter2\"}",
            "wrong type",
        ),
        (b"{\"access_token\":{\"x\":\"hunter2\"},\"token_type\":\"Bearer\",\"expires_in\":1}", "wrong type"),
        (b"{\"access_token\":\"\",\"token_type\":\"Bearer\",\"expires_in\":1}", "access_token is empty"),
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
        assert!(set.expires_on > 0 && set.expires_on < 10_000_000_000, "{}", set.expires_on);
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
