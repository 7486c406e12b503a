//! Mutated tokens find no panic and are never valid. `AZTOKEN_FUZZ_CASES` and `AZTOKEN_FUZZ_SEED` choose how many and which;
//! the same seed gives the same cases.
#![allow(clippy::print_stdout)] // what a run is for

mod common;

use std::hint::black_box;
use std::time::Instant;

use aztoken::jwt::{KeySet, Token, validate};
use common::{any_algorithm, claims, claims_with, good, header, jwk, key_set, sign};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

/// What turns up in attacks and at the edges of parsers.
const TOKENS: [&[u8]; 24] = [
    b".",
    b"..",
    b"=",
    b"\0",
    b"\xff",
    b"\xc3\x28",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b":",
    b",",
    b"null",
    b"-0",
    b"1e400",
    b"18446744073709551616",
    b"{\"alg\":\"none\"}",
    b"eyJhbGciOiJub25lIn0",
    b"EwB",
    b"e30",
    b"\"exp\":",
];

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    }
}

/// Whole tokens to begin with.
fn seeds() -> Vec<Vec<u8>> {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(62), "]".repeat(62));
    let mut seeds = vec![
        good(),
        sign(&header("PS256"), &claims()),
        sign(&header("none"), &claims()),
        sign(&header("RS256"), &claims_with(&json!({ "aud": ["a", "b"], "ver": "1.0", "appid": "x" }))),
        sign(&header("RS256"), &serde_json::from_str(&deep).expect("JSON")),
    ];
    seeds.extend(
        include_str!("vectors/rfc.txt")
            .lines()
            .filter_map(|line| line.split_once(" token "))
            .map(|(_, token)| token.to_owned()),
    );
    seeds.into_iter().map(String::into_bytes).collect()
}

fn mutate(random: &mut StdRng, bytes: &mut Vec<u8>) {
    for _ in 0..random.random_range(1..6) {
        if bytes.is_empty() {
            bytes.push(random.random());
        }
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..8) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = random.random(),
            2 => {
                bytes.remove(at);
            }
            3 => bytes.truncate(at),
            4 => {
                let to = random.random_range(at..bytes.len());
                bytes.drain(at..to);
            }
            5 => {
                let to = (at + random.random_range(0..64)).min(bytes.len());
                let part = bytes[at..to].to_vec();
                let place = random.random_range(0..=bytes.len());
                bytes.splice(place..place, part);
            }
            _ => {
                let word = TOKENS.choose(random).expect("not empty");
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
}

/// Mutates the encoded token, or the JSON within it.
fn case(random: &mut StdRng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds.choose(random).expect("not empty").clone();
    if random.random_range(0..3) == 0 {
        mutate(random, &mut bytes);
        return bytes;
    }
    let text = String::from_utf8(bytes).expect("ASCII");
    let mut parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    let part = random.random_range(0..2);
    let mut inner = aztoken::jwt::base64url::decode(&parts[part]).expect("base64url");
    mutate(random, &mut inner);
    parts[part] = aztoken::jwt::base64url::encode(&inner);
    parts.join(".").into_bytes()
}

#[test]
fn mutated_tokens_find_no_panic_and_are_never_valid() {
    let cases = setting("AZTOKEN_FUZZ_CASES", 20_000);
    let seed = setting("AZTOKEN_FUZZ_SEED", 1);
    let (seeds, keys, expected) = (seeds(), key_set(&[jwk()]), any_algorithm());
    let mut random = StdRng::seed_from_u64(seed);
    let (mut readable, started) = (0_u64, Instant::now());
    for number in 0..cases {
        let bytes = case(&mut random, &seeds);
        if let Ok(token) = Token::from_bytes(&bytes) {
            readable += 1;
            // What was decoded is what a reader of JSON finds there.
            let claims: serde_json::Value = serde_json::from_str(match token.claims_json() {
                "" => "{}",
                json => json,
            })
            .expect("JSON");
            assert_eq!(claims.as_object(), Some(&token.claims()), "case {number} of seed {seed}");
        }
        if !seeds.contains(&bytes) {
            let outcome = validate(&String::from_utf8_lossy(&bytes), &keys, &expected);
            assert!(!outcome.valid, "case {number} of seed {seed}");
        }
        drop(KeySet::parse(&bytes));
    }
    assert!(
        readable > 0 && readable < cases,
        "{readable} of {cases} were readable: the mutations do nothing"
    );
    #[allow(clippy::cast_precision_loss)] // a rate
    let rate = cases as f64 / started.elapsed().as_secs_f64();
    println!("fuzz_jwt: {cases} cases of seed {seed}, {readable} readable, {rate:.0} cases/s, no panic");
}

/// No limit is asserted: machines differ. The bench compares.
#[test]
fn decoding_is_timed() {
    const ROUNDS: u32 = 20_000;
    let token = good();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        assert!(Token::decode(black_box(&token)).is_ok());
    }
    let nanoseconds = started.elapsed().as_nanos() / u128::from(ROUNDS);
    println!("fuzz_jwt: {nanoseconds} ns to decode a token of {} bytes", token.len());
}
