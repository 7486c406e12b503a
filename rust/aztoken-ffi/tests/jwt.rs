//! Decoding and verifying through the ABI, with good input and with misuse.
#![allow(unsafe_code)]

use std::{ptr, slice};

use aztoken_ffi::buffer::{AztokenBuffer, aztoken_buffer_data, aztoken_buffer_free};
use aztoken_ffi::jwt::aztoken_jwt_decode;
use aztoken_ffi::operation::{AztokenOperation, aztoken_operation_free, aztoken_operation_next};
use aztoken_ffi::operations::{aztoken_jwt_verify, aztoken_openid_configuration};
use aztoken_ffi::status::AztokenStatus as Status;
use serde_json::{Value, json};

/// RFC 7519 section 6.1.
const UNSECURED: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

type Start = unsafe extern "C" fn(*const u8, usize, *mut AztokenOperation) -> Status;

fn bytes_of(buffer: AztokenBuffer) -> Vec<u8> {
    let (mut data, mut length) = (ptr::null(), 0);
    // SAFETY: writable places; the data is copied before its buffer is freed.
    unsafe {
        assert_eq!(aztoken_buffer_data(buffer, &raw mut data, &raw mut length), Status::Ok);
        let bytes = slice::from_raw_parts(data, length).to_vec();
        assert_eq!(aztoken_buffer_free(buffer), Status::Ok);
        bytes
    }
}

/// A record's kind, header, claims and message; nothing may follow them.
fn decode(token: &[u8]) -> (u32, String, String, String) {
    let mut buffer = 0;
    // SAFETY: a live slice with its length, and a writable place.
    let status = unsafe { aztoken_jwt_decode(token.as_ptr(), token.len(), &raw mut buffer) };
    assert_eq!(status, Status::Ok);
    let bytes = bytes_of(buffer);
    let mut rest = bytes.as_slice();
    let number = |rest: &mut &[u8]| {
        let (number, after) = rest.split_first_chunk::<4>().expect("a number");
        *rest = after;
        u32::from_le_bytes(*number)
    };
    let kind = number(&mut rest);
    let mut text = || {
        let length = number(&mut rest) as usize;
        let (text, after) = rest.split_at(length);
        rest = after;
        String::from_utf8(text.to_vec()).expect("UTF-8")
    };
    let parts = (kind, text(), text(), text());
    assert!(rest.is_empty());
    parts
}

/// The last event of an operation.
fn run(start: Start, request: &[u8]) -> Value {
    let mut operation = 0;
    // SAFETY: a live slice with its length, and writable places.
    unsafe {
        assert_eq!(start(request.as_ptr(), request.len(), &raw mut operation), Status::Ok);
        let mut last = Value::Null;
        loop {
            let mut event = 0;
            match aztoken_operation_next(operation, 10_000, &raw mut event) {
                Status::Ok => last = serde_json::from_slice(&bytes_of(event)).expect("JSON"),
                status => {
                    assert_eq!(status, Status::End);
                    assert_eq!(aztoken_operation_free(operation), Status::Ok);
                    return last;
                }
            }
        }
    }
}

fn verify(request: &Value) -> Value {
    run(aztoken_jwt_verify, request.to_string().as_bytes())
}

#[test]
fn a_record_holds_the_json_as_the_token_has_it() {
    let (kind, header, claims, message) = decode(UNSECURED.as_bytes());
    assert_eq!((kind, header.as_str(), message.as_str()), (5, "{\"alg\":\"none\"}", ""));
    assert_eq!(claims, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
}

#[test]
fn an_encrypted_token_has_a_header_and_a_message() {
    let (kind, header, claims, message) = decode(b"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA");
    assert_eq!((kind, claims.as_str()), (4, ""));
    assert_eq!(header, "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}");
    assert!(message.contains("encrypted for its resource"));
}

#[test]
fn what_is_no_token_is_an_error_event() {
    let huge = vec![b'A'; 5 << 20];
    for (token, error) in [
        (&b""[..], "invalid_token"),
        (b"\0", "opaque_token"),
        (b"\xff\xfe.AAAA.AAAA", "invalid_token"),
        (b"a.b", "invalid_token"),
        (b"e30.\0.AAAA", "invalid_token"),
        (b"0.AAAA.BBBB", "opaque_token"),
        (b"EwBgA8l6BAAU", "personal_account_token"),
        (&huge, "invalid_token"),
    ] {
        let (kind, header, claims, message) = decode(token);
        assert_eq!((kind, header.as_str(), claims.as_str()), (0, "", ""));
        let event: Value = serde_json::from_str(&message).expect("an event");
        assert_eq!((&event["event"], &event["error"]), (&json!("error"), &json!(error)), "{event}");
        assert_eq!((&event["kind"], &event["parameter"]), (&json!("invalid_parameter"), &json!("token")));
    }
}

#[test]
fn misuse_is_answered() {
    let mut place = 77;
    // SAFETY: null, or live places.
    unsafe {
        assert_eq!(aztoken_jwt_decode(ptr::null(), 5, &raw mut place), Status::NullPointer);
        assert_eq!(aztoken_jwt_decode(b"a".as_ptr(), 1, ptr::null_mut()), Status::NullPointer);
        assert_eq!(aztoken_jwt_decode(b"a".as_ptr(), usize::MAX, &raw mut place), Status::InvalidArgument);
        for start in [aztoken_jwt_verify as Start, aztoken_openid_configuration as Start] {
            assert_eq!(start(ptr::null(), 5, &raw mut place), Status::NullPointer);
            assert_eq!(start(b"{}".as_ptr(), 2, ptr::null_mut()), Status::NullPointer);
            assert_eq!(start(b"{}".as_ptr(), usize::MAX, &raw mut place), Status::InvalidArgument);
        }
    }
    assert_eq!(place, 77, "no partial success");
    for (start, request, parameter) in [
        (aztoken_jwt_verify as Start, "{}", "request"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":5}}"#, "request"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"hunter2","jwks":{}}}"#, "request"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","jwks":"x"}}"#, "jwks"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","algorithms":["HS256"]}}"#, "algorithms"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","audience":[""]}}"#, "audience"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","skew_seconds":3601}}"#, "skew_seconds"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","skew_seconds":-1}}"#, "request"),
        (aztoken_jwt_verify, r#"{"parameters":{"token":"","unknown":1}}"#, "request"),
        (
            aztoken_jwt_verify,
            r#"{"options":{"authority":"http://example.com"},"parameters":{"token":""}}"#,
            "authority",
        ),
        (aztoken_openid_configuration, r#"{"parameters":{"version":"3.0"}}"#, "request"),
        (aztoken_openid_configuration, r#"{"options":{"tenant":"a/b"}}"#, "tenant"),
    ] {
        let event = run(start, request.as_bytes());
        assert_eq!((&event["event"], &event["parameter"]), (&json!("error"), &json!(parameter)), "{event}");
        assert!(!event.to_string().contains("hunter2"));
    }
}

#[test]
fn verifying_offline_ends_with_a_result() {
    let event = verify(&json!({ "parameters": { "token": UNSECURED, "jwks": "{\"keys\":[]}" } }));
    assert_eq!((&event["event"], &event["valid"]), (&json!("result"), &json!(false)), "{event}");
    assert_eq!((&event["algorithm"], &event["issuer"]), (&json!("none"), &json!("joe")));
    assert_eq!((&event["kind"], &event["kid"]), (&json!("unknown"), &Value::Null));
    let checks: Vec<(&str, Option<bool>)> = event["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .map(|check| {
            assert!(check["detail"].as_str().expect("words").ends_with('.'));
            (check["name"].as_str().expect("a name"), check["passed"].as_bool())
        })
        .collect();
    let expected = [
        ("format", Some(true)),
        ("algorithm", Some(false)),
        ("key", None),
        ("signature", None),
        ("issuer", None),
        ("audience", None),
        ("not_before", None),
        ("expires", Some(false)),
        ("issued_at", None),
    ];
    assert_eq!(checks, expected);
}

#[test]
fn an_unreachable_authority_is_an_error() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let authority = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AAAA";
    for event in [
        verify(&json!({ "options": { "authority": authority }, "parameters": { "token": token } })),
        run(
            aztoken_openid_configuration,
            json!({ "options": { "authority": authority } }).to_string().as_bytes(),
        ),
    ] {
        assert_eq!((&event["event"], &event["kind"]), (&json!("error"), &json!("network")), "{event}");
    }
}
