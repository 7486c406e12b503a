//! What holds for every token and every text.

mod common;

use aztoken::jwt::{KeySet, Token, base64url};
use common::{any_algorithm, expected, good, validate_with_key};
use proptest::prelude::*;
use serde_json::{Map, Value};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object(inner).prop_map(Value::Object),
        ]
    })
}

fn object(member: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(("\\PC{0,8}", member), 0..8).prop_map(Map::from_iter)
}

fn join(header: &str, claims: &str, signature: &[u8]) -> String {
    [header.as_bytes(), claims.as_bytes(), signature].map(base64url::encode).join(".")
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(
        header in object(json()),
        claims in object(json()),
        signature in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let (header_json, claims_json) =
            (Value::Object(header.clone()).to_string(), Value::Object(claims.clone()).to_string());
        let text = join(&header_json, &claims_json, &signature);
        let token = Token::decode(&text).expect("readable");
        prop_assert_eq!(token.header_json(), header_json);
        prop_assert_eq!(token.claims_json(), claims_json);
        prop_assert_eq!(token.header().into_iter().collect::<Vec<_>>(), header.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(token.claims().into_iter().collect::<Vec<_>>(), claims.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(base64url::decode(token.signature()), Ok(signature));
        prop_assert_eq!(format!("{}.{}", token.signing_input(), token.signature()), text);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        // Found by chance, a token would have to be of three parts at least.
        if Token::from_bytes(&bytes).is_ok() {
            prop_assert!(String::from_utf8_lossy(&bytes).matches('.').count() >= 2);
        }
        prop_assert!(!validate_with_key(&String::from_utf8_lossy(&bytes), &any_algorithm()).valid);
    }

    #[test]
    fn any_parts_are_answered(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..7)) {
        let text = parts.iter().map(|part| base64url::encode(part)).collect::<Vec<_>>().join(".");
        if let Err(error) = Token::decode(&text) {
            prop_assert_eq!(error.parameter, Some("token"));
        }
        prop_assert!(!validate_with_key(&text, &any_algorithm()).valid);
    }

    #[test]
    fn any_key_set_is_answered(keys in prop::collection::vec(json(), 0..4)) {
        let text = serde_json::json!({ "keys": keys }).to_string();
        prop_assert_eq!(KeySet::parse(text.as_bytes()).is_ok(), keys.iter().all(Value::is_object));
    }

    #[test]
    fn no_two_changes_make_another_token_good(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        let token = good();
        let mut bytes = token.clone().into_bytes();
        for (place, byte) in places {
            let index = place.index(bytes.len());
            bytes[index] = byte;
        }
        let changed = String::from_utf8_lossy(&bytes);
        prop_assert_eq!(validate_with_key(&changed, &expected()).valid, changed == token);
    }
}

#[test]
fn every_byte_counts() {
    let token = good();
    assert!(validate_with_key(&token, &expected()).valid);
    for index in 0..token.len() {
        for change in [b'A', b'B', b'.'] {
            let mut bytes = token.clone().into_bytes();
            if bytes[index] == change {
                continue;
            }
            bytes[index] = change;
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(!validate_with_key(&changed, &expected()).valid, "{change} at {index}");
        }
        let mut shorter = token.clone();
        shorter.remove(index);
        assert!(!validate_with_key(&shorter, &expected()).valid, "without {index}");
    }
}
