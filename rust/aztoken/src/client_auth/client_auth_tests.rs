//! Certificates of every form that a file may have, and the assertions that they sign.

use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ExternalCertificate, PemCertificate};
use crate::clock::Clock;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::event::{Event, EventSink, Reply};
use crate::io::NetworkSettings;
use crate::operation::Operation;
use crate::operations::ClientAssertion;
use crate::request::parse;
use crate::run::Context;
use crate::secret::Secret;
use crate::testing::ManualClock;

const PASSWORD: &str = "test-password";

/// A file of `tests/keys`, found upwards: the sources may be reached by a link.
fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path =
        folder.ancestors().map(|folder| folder.join("tests/keys").join(name)).find(|path| path.is_file());
    std::fs::read_to_string(path.expect(name)).expect("UTF-8")
}

fn certificate() -> Vec<u8> {
    CertificateDer::from_pem_slice(file("client.pkcs8.pem").as_bytes()).expect("a certificate").to_vec()
}

fn load(pem: &str, password: Option<&str>) -> Result<()> {
    let certificate = PemCertificate {
        pem: pem.into(),
        password: password.map(Secret::from),
        send_chain: false,
        algorithm: None,
    };
    certificate.load().map(drop)
}

fn refused(pem: &str, password: Option<&str>) -> Error {
    let error = load(pem, password).expect_err(pem);
    assert!(!error.message.contains(PASSWORD) && !error.message.contains("wrong-password"), "{error}");
    error
}

#[test]
fn each_form_of_an_rsa_key_is_read() {
    for name in ["client.pkcs1.pem", "client.pkcs8.pem"] {
        load(&file(name), None).expect(name);
        load(&file(name).replace('\n', "\r\n"), None).expect("lines that end as on Windows");
        load(&format!("Bag Attributes\n{}", file(name)), None).expect("text around it, as OpenSSL writes");
        load(&file(name), Some("not needed")).expect("a password too many");
    }
    load(&file("client.encrypted.pem"), Some(PASSWORD)).expect("encrypted PKCS#8");
    load(&file("client.encrypted.pem").replace('\n', "\r\n"), Some(PASSWORD)).expect("encrypted PKCS#8");
}

/// The forms in which the field's tools and variables hand on the same text.
fn forms(pem: &str) -> Vec<String> {
    let wrapped = |width: usize| {
        let mut text = String::new();
        for (index, part) in pem.split("-----").enumerate() {
            // Labels are between the dashes of a BEGIN or an END, digits behind a BEGIN.
            if index % 4 == 2 {
                let digits: Vec<char> = part.chars().filter(|c| !c.is_whitespace()).collect();
                for line in digits.chunks(width) {
                    text.extend(line);
                    text.push('\n');
                }
            } else {
                text.push_str(part);
            }
            text.push_str("-----");
        }
        text.trim_end_matches('-').to_owned() + "-----"
    };
    vec![
        wrapped(76),
        wrapped(10_000),
        wrapped(3),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\\n"),
        pem.replace('\n', " "),
        pem.replace('\n', ""),
        format!("\u{feff}{}", pem.trim_end()),
        format!("Bag Attributes\n    localKeyID: 01\n{pem}\n\n"),
    ]
}

#[test]
fn line_ends_marks_and_wrapping_don_t_matter() {
    for (name, password) in
        [("client.pkcs1.pem", None), ("client.pkcs8.pem", None), ("client.encrypted.pem", Some(PASSWORD))]
    {
        for form in forms(&file(name)) {
            load(&form, password).unwrap_or_else(|error| panic!("{name}: {error}\n{form}"));
        }
    }
}

#[test]
fn of_several_keys_that_of_a_certificate_is_taken() {
    let good = file("client.pkcs8.pem");
    let mismatched = file("client.mismatched.pem");
    let other = &mismatched[mismatched.find("-----BEGIN PRIVATE").expect("a key")..];
    for pem in [format!("{other}{good}"), format!("{good}{other}")] {
        load(&pem, None).expect("one of the keys fits");
    }
}

#[test]
fn a_password_with_white_space_is_sent_as_it_is_and_named() {
    for password in ["test-password ", "\ttest-password", "test-password\r\n"] {
        let error = refused(&file("client.encrypted.pem"), Some(password));
        assert!(error.message.contains("white space"), "{error}");
    }
    assert!(!refused(&file("client.encrypted.pem"), Some("wrong-password")).message.contains("white space"));
}

#[test]
fn passwords_are_named_when_they_are_missing_or_wrong() {
    for (password, problem) in
        [(None, "is required"), (Some("wrong-password"), "doesn't open"), (Some(""), "doesn't open")]
    {
        let error = refused(&file("client.encrypted.pem"), password);
        assert_eq!(error.parameter, Some("client_certificate_password"));
        assert!(error.message.contains(problem), "{error}");
    }
}

#[test]
fn what_can_not_be_used_is_refused_in_words() {
    let good = file("client.pkcs8.pem");
    let (certificate, key) = good.split_at(good.find("-----BEGIN PRIVATE").expect("a key"));
    for (pem, problem) in [
        (file("client.legacy-encrypted.pem"), "openssl pkcs8 -topk8"),
        (file("client.ec.pem"), "must be RSA"),
        (file("client.sec1-ec.pem"), "RSA keys only"),
        (file("client.mismatched.pem"), "doesn't belong"),
        (file("client.1024.pem"), "2048 to 4096"),
        (certificate.to_owned(), "no private key"),
        (key.to_owned(), "no certificate"),
        (String::new(), "no private key"),
        ("garbage".to_owned(), "no private key"),
        (good.replace("PRIVATE KEY", "PUBLIC KEY"), "only CERTIFICATE, PUBLIC KEY"),
        (STANDARD.encode([0x30, 0x82, 1, 1, 2, 1, 3, 0x30]), "is a PFX file as base64 text"),
        (STANDARD.encode(self::certificate()), "is a certificate as base64 text"),
        (good.replace("-----END PRIVATE KEY-----", ""), "damaged"),
        (good.replace("-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\n!"), "damaged"),
        (good.replace("-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA"), "can't be used"),
    ] {
        let error = refused(&pem, None);
        assert_eq!(error.parameter, Some("client_certificate"), "{error}");
        assert!(error.message.contains(problem), "{problem}: {error}");
    }
    for certificates in [vec![], vec!["%".to_owned()]] {
        let external = ExternalCertificate { certificates, send_chain: false, algorithm: None };
        assert_eq!(external.load().err().and_then(|error| error.parameter), Some("client_certificate"));
    }
}

#[test]
fn the_own_certificate_comes_first_wherever_it_stands() {
    let other = file("client.mismatched.pem");
    let (other, _) = other.split_once("-----BEGIN PRIVATE").expect("a key");
    let pem = format!("{other}{}", file("client.pkcs8.pem"));
    let chain = PemCertificate { pem: pem.into(), password: None, send_chain: true, algorithm: None };
    let certificates = chain.load().expect("good").certificates;
    assert_eq!(certificates.len(), 2);
    assert_eq!(certificates[0], certificate());
}

/// Answers questions from a function, and keeps what was asked.
struct Caller {
    answer: fn(&Value) -> Option<String>,
    asked: Mutex<Vec<Value>>,
}

impl EventSink for Caller {
    fn emit(&self, _event: &Event<'_>) {}

    fn ask(&self, question: &Event<'_>) -> Reply {
        let question = serde_json::to_value(question).expect("serializable");
        let answer = (self.answer)(&question).map(Secret::from);
        self.asked.lock().expect("not poisoned").push(question);
        Box::pin(std::future::ready(answer))
    }
}

/// Runs the operation, and gives its result and what was asked of the caller.
async fn sign(auth: Value, answer: fn(&Value) -> Option<String>) -> (Result<Value>, Vec<Value>) {
    sign_for(json!({ "tenant": "contoso.com", "client_id": "app" }), auth, answer).await
}

async fn sign_for(
    options: Value,
    auth: Value,
    answer: fn(&Value) -> Option<String>,
) -> (Result<Value>, Vec<Value>) {
    let caller = Arc::new(Caller { answer, asked: Mutex::default() });
    let context = Context { clock: Arc::new(ManualClock::default()), ..Context::default() };
    let request = json!({
        "options": options,
        "parameters": { "client_auth": auth },
    });
    let (options, assertion) = parse::<ClientAssertion>(request.to_string().as_bytes()).expect("valid");
    let io = context.io(NetworkSettings::default(), None, caller.clone());
    let outcome = match assertion.prepare(options, &Environment::default()) {
        Ok(plan) => ClientAssertion::execute(plan, &io).await,
        Err(error) => Err(error),
    };
    let outcome = outcome.map(|assertion| serde_json::to_value(assertion).expect("serializable"));
    let asked = caller.asked.lock().expect("not poisoned").clone();
    (outcome, asked)
}

fn pem(extra: &Value) -> Value {
    let mut auth = json!({ "kind": "certificate", "pem": file("client.pkcs8.pem") });
    let members = auth.as_object_mut().expect("an object");
    members.extend(extra.as_object().expect("an object").clone());
    auth
}

fn unanswered(_: &Value) -> Option<String> {
    None
}

/// Header, claims, signing input and signature of a JWT.
fn split(jwt: &str) -> (Value, Value, String, Vec<u8>) {
    let (input, signature) = jwt.rsplit_once('.').expect("three parts");
    let (header, claims) = input.split_once('.').expect("three parts");
    let json =
        |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON");
    (json(header), json(claims), input.to_owned(), URL_SAFE_NO_PAD.decode(signature).expect("base64url"))
}

fn verifies(algorithm: &'static dyn VerificationAlgorithm, input: &str, signature: &[u8]) -> bool {
    let key = super::pem::read(&file("client.pkcs8.pem").into(), None).expect("good").key;
    UnparsedPublicKey::new(algorithm, key.public().as_ref()).verify(input.as_bytes(), signature).is_ok()
}

#[tokio::test]
async fn an_assertion_is_what_microsoft_describes() {
    let (outcome, asked) = sign(pem(&json!({})), unanswered).await;
    let result = outcome.expect("signed");
    assert!(asked.is_empty());
    assert_eq!(result["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let (header, claims, input, signature) = split(result["client_assertion"].as_str().expect("text"));
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(certificate()));
    assert_eq!(header, json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint }));
    assert!(verifies(&RSA_PSS_2048_8192_SHA256, &input, &signature));

    let now = ManualClock::default().unix_now();
    assert_eq!(claims["aud"], "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("app"), &json!("app")));
    assert_eq!((&claims["nbf"], &claims["iat"]), (&json!(now), &json!(now)));
    assert_eq!(claims["exp"], now + 600);
    assert_eq!(result["expires_on"], claims["exp"]);
    uuid::Uuid::parse_str(claims["jti"].as_str().expect("text")).expect("a GUID");
    assert_eq!(claims.as_object().map(serde_json::Map::len), Some(7));
}

#[tokio::test]
async fn rs256_goes_with_a_sha1_thumbprint_and_x5c_with_the_chain() {
    let options = json!({ "algorithm": "RS256", "send_chain": true });
    let result = sign(pem(&options), unanswered).await.0.expect("signed");
    let (header, _, input, signature) = split(result["client_assertion"].as_str().expect("text"));
    let thumbprint = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate());
    assert_eq!(
        header,
        json!({
            "alg": "RS256",
            "typ": "JWT",
            "x5t": URL_SAFE_NO_PAD.encode(thumbprint),
            "x5c": [STANDARD.encode(certificate())],
        })
    );
    assert!(verifies(&RSA_PKCS1_2048_8192_SHA256, &input, &signature));
    assert!(!verifies(&RSA_PSS_2048_8192_SHA256, &input, &signature));
}

#[tokio::test]
async fn each_assertion_has_an_id_of_its_own() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let result = sign(pem(&json!({})), unanswered).await.0.expect("signed");
        ids.push(split(result["client_assertion"].as_str().expect("text")).1["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

fn external() -> Value {
    json!({ "kind": "external_certificate", "certificates": [STANDARD.encode(certificate())] })
}

#[tokio::test]
async fn a_key_elsewhere_signs_what_it_is_asked_to() {
    let (outcome, asked) = sign(external(), |question| {
        let key = super::pem::read(&file("client.pkcs8.pem").into(), None).expect("good").key;
        let mut signature = vec![0; 256];
        let input = question["data"].as_str().expect("text").as_bytes();
        let random = ring::rand::SystemRandom::new();
        key.sign(&ring::signature::RSA_PSS_SHA256, &random, input, &mut signature).expect("signed");
        Some(json!({ "answer": URL_SAFE_NO_PAD.encode(signature) }).to_string())
    })
    .await;
    let result = outcome.expect("signed");
    let (_, _, input, signature) = split(result["client_assertion"].as_str().expect("text"));
    assert!(verifies(&RSA_PSS_2048_8192_SHA256, &input, &signature));
    assert_eq!(asked, [json!({ "event": "sign", "algorithm": "PS256", "data": input })]);
}

/// Keys of old providers and some smart cards can't sign with PS256.
#[tokio::test]
async fn a_key_elsewhere_without_ps256_signs_with_rs256() {
    let only_rs256 = |question: &Value| {
        let able = question["algorithm"] == "RS256";
        Some(json!({ "answer": if able { "A".repeat(342) } else { String::new() } }).to_string())
    };
    let (outcome, asked) = sign(external(), only_rs256).await;
    let (header, ..) = split(outcome.expect("signed")["client_assertion"].as_str().expect("text"));
    assert_eq!((&header["alg"], header.get("x5t").is_some()), (&json!("RS256"), true));
    let algorithms: Vec<_> = asked.iter().map(|question| question["algorithm"].clone()).collect();
    assert_eq!(algorithms, ["PS256", "RS256"]);
    // A requested algorithm is no default.
    let mut fixed = external();
    fixed["algorithm"] = json!("PS256");
    let (outcome, asked) = sign(fixed, only_rs256).await;
    let error = outcome.expect_err("unable");
    assert_eq!((error.parameter, asked.len()), (Some("client_certificate"), 1));
    assert!(error.message.contains("can't sign with PS256"), "{error}");
}

#[tokio::test]
async fn ad_fs_gets_rs256_unless_something_else_is_requested() {
    let options = || json!({ "authority": "https://adfs.contoso.com/adfs", "client_id": "app" });
    for (extra, algorithm) in [(json!({}), "RS256"), (json!({ "algorithm": "PS256" }), "PS256")] {
        let result = sign_for(options(), pem(&extra), unanswered).await.0.expect("signed");
        let (header, claims, ..) = split(result["client_assertion"].as_str().expect("text"));
        assert_eq!(header["alg"], algorithm);
        assert_eq!(claims["aud"], "https://adfs.contoso.com/adfs/oauth2/token");
    }
}

#[tokio::test]
async fn a_caller_that_can_not_sign_is_an_error() {
    let no = |_: &Value| Some(json!({ "error": "The card was taken out." }).to_string());
    let error = sign(external(), no).await.0.expect_err("refused");
    assert_eq!(
        (error.error.as_str(), error.message.as_str()),
        ("callback_failed", "The card was taken out.")
    );
    let short = |_: &Value| Some(json!({ "answer": "AAAA" }).to_string());
    let error = sign(external(), short).await.0.expect_err("too short");
    assert_eq!(error.parameter, Some("client_certificate"));
    let error = sign(external(), unanswered).await.0.expect_err("no answer");
    assert_eq!(error.error, "internal_error");
}

#[tokio::test]
async fn only_a_certificate_signs() {
    for auth in [
        json!({ "kind": "secret", "secret": "hunter2" }),
        json!({ "kind": "assertion", "assertion": "a.b.c" }),
        json!({ "kind": "assertion_request" }),
    ] {
        let error = sign(auth, unanswered).await.0.expect_err("no certificate");
        assert_eq!(error.parameter, Some("client_auth"));
    }
}
