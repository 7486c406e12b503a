//! The RSA keys that sign tokens, their certificates, and how a token is signed and checked.

use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, DnType, PKCS_RSA_SHA256};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{digest, rsa::PublicKeyComponents};
use rsa::pkcs8::EncodePrivateKey as _;
use serde_json::{Map, Value, json};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::jwt::Jwt;
use crate::state_folder::keep;

/// The key of `--test-keys`. Everyone has it: what it signs proves nothing.
const PUBLIC_TEST_KEY: &[u8] = include_bytes!("../keys/PUBLIC-TEST-KEY.pkcs8.der");
/// A key that is in no JWKS, for tokens with an unknown key.
const UNPUBLISHED_KEY: &[u8] = include_bytes!("../keys/PUBLIC-TEST-UNREGISTERED.pkcs8.pem");
/// Name of the key in the state folder.
const KEY_FILE: &str = "signing-key.pkcs8.der";
const KEY_BITS: usize = 2048;

/// Where the signing key comes from.
pub(crate) enum KeySource<'a> {
    /// The committed public key.
    Test,
    /// A folder that keeps it; made at the first start.
    Folder(&'a Path),
    /// A new one, forgotten at the end.
    New,
}

/// A signing key as it appears in the JWKS.
pub(crate) struct SigningKey {
    pair: RsaKeyPair,
    /// Key ID: the base64url SHA-1 of the certificate, which Entra also gives as `x5t`.
    pub(crate) kid: String,
    certificate: Vec<u8>,
}

impl SigningKey {
    /// Reads or makes the key.
    pub(crate) fn load(source: &KeySource<'_>) -> io::Result<Self> {
        match source {
            KeySource::Test => Self::from_pkcs8(PUBLIC_TEST_KEY),
            KeySource::Folder(folder) => Self::from_pkcs8(&keep(folder, KEY_FILE, 0o600, new_rsa_key)?),
            KeySource::New => Self::from_pkcs8(&new_rsa_key()?),
        }
    }

    /// A key that is in no JWKS.
    pub(crate) fn unpublished() -> Self {
        let key = PrivateKeyDer::from_pem_slice(UNPUBLISHED_KEY).expect("a committed key in PEM");
        Self::from_pkcs8(key.secret_der()).expect("a committed RSA key")
    }

    /// A new key.
    pub(crate) fn generate() -> io::Result<Self> {
        Self::load(&KeySource::New)
    }

    fn from_pkcs8(pkcs8: &[u8]) -> io::Result<Self> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|rejected| {
            invalid(&format!("the signing key isn't an RSA key in PKCS#8: {rejected}"))
        })?;
        let certificate = certificate(pkcs8)?;
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
        Ok(Self { pair, kid: URL_SAFE_NO_PAD.encode(thumbprint), certificate })
    }

    /// The public key, PKCS#1.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.pair.public().as_ref()
    }

    /// The key as an entry of a JWKS. `issuer` limits whose tokens it verifies.
    pub(crate) fn jwk(&self, issuer: &str) -> Value {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": URL_SAFE_NO_PAD.encode(public.n),
            "e": URL_SAFE_NO_PAD.encode(public.e),
            "x5c": [STANDARD.encode(&self.certificate)],
            "issuer": issuer,
        })
    }

    /// Signs claims as a JWT. v1.0 access tokens name the certificate (`x5t`) too.
    pub(crate) fn sign(&self, claims: &Value, with_x5t: bool) -> String {
        self.sign_under(&Value::Object(self.header(with_x5t)), claims)
    }

    /// The header of a JWT that this key signs.
    pub(crate) fn header(&self, with_x5t: bool) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("typ".into(), "JWT".into());
        header.insert("alg".into(), "RS256".into());
        header.insert("kid".into(), self.kid.as_str().into());
        if with_x5t {
            header.insert("x5t".into(), self.kid.as_str().into());
        }
        header
    }

    /// Signs claims under this header, whatever it says.
    pub(crate) fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode_part(header), encode_part(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .expect("an RSA key that loaded can sign a buffer of its own length");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The keys of the emulator: the newest one signs, all of them verify.
pub(crate) struct KeyRing(RwLock<Vec<Arc<SigningKey>>>);

impl KeyRing {
    pub(crate) fn new(key: SigningKey) -> Self {
        Self(RwLock::new(vec![Arc::new(key)]))
    }

    /// All keys, the signing one last.
    pub(crate) fn all(&self) -> Vec<Arc<SigningKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key that signs.
    pub(crate) fn current(&self) -> Arc<SigningKey> {
        let all = self.all();
        Arc::clone(all.last().expect("a ring has a key from its start on"))
    }

    /// Signs with another key from now on. The old ones stay, or go.
    pub(crate) fn roll(&self, key: SigningKey, retire: bool) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if retire {
            keys.clear();
        }
        keys.push(Arc::new(key));
    }

    /// Signs claims as a JWT.
    pub(crate) fn sign(&self, claims: &Value, with_x5t: bool) -> String {
        self.current().sign(claims, with_x5t)
    }

    /// Whether one of the keys signed it.
    pub(crate) fn signed(&self, jwt: &Jwt<'_>) -> bool {
        jwt.header["alg"] == "RS256" && self.all().iter().any(|key| jwt.verify(key.public_key()))
    }

    /// The claims of a JWT that one of the keys signed.
    pub(crate) fn verify(&self, token: &str) -> Result<Value, Rejection> {
        let jwt = Jwt::parse(token).ok_or(Rejection::NotAJwt)?;
        if !self.signed(&jwt) {
            return Err(Rejection::BadSignature);
        }
        Ok(jwt.claims)
    }

    /// The keys as a JWKS. `issuer` limits whose tokens they verify.
    pub(crate) fn jwks(&self, issuer: &str) -> Value {
        let keys: Vec<Value> = self.all().iter().map(|key| key.jwk(issuer)).collect();
        json!({ "keys": keys })
    }
}

/// Why a token isn't one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Not three parts of base64url with JSON inside.
    NotAJwt,
    /// Signed by something else, or changed.
    BadSignature,
}

fn encode_part(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// A certificate that depends on nothing but the key (RSA PKCS#1 v1.5 signatures are deterministic), so the key is
/// all that is kept and the `kid` stays the same over restarts.
fn certificate(pkcs8: &[u8]) -> io::Result<Vec<u8>> {
    let failed =
        |error: rcgen::Error| invalid(&format!("no certificate can be made for the signing key: {error}"));
    let key =
        rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_RSA_SHA256).map_err(failed)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Entra emulator token signing");
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2124, 1, 1);
    Ok(params.self_signed(&key).map_err(failed)?.der().to_vec())
}

/// ring can't make RSA keys.
fn new_rsa_key() -> io::Result<Vec<u8>> {
    let failed =
        |error: &dyn std::fmt::Display| io::Error::other(format!("no RSA key could be made: {error}"));
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, KEY_BITS).map_err(|e| failed(&e))?;
    let der = key.to_pkcs8_der().map_err(|e| failed(&e))?;
    Ok(der.as_bytes().to_vec())
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_keeps_its_key_for_the_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = SigningKey::load(&KeySource::Folder(folder.path())).expect("made");
        let second = SigningKey::load(&KeySource::Folder(folder.path())).expect("read");
        assert_eq!(first.kid, second.kid);
        assert_eq!(fs::read_dir(folder.path()).expect("listing").count(), 1, "no draft is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(KEY_FILE)).expect("key file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_broken_key_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(KEY_FILE), "not a key").expect("written");
        let error = SigningKey::load(&KeySource::Folder(folder.path())).err().expect("refused");
        assert!(error.to_string().contains("PKCS#8"), "{error}");
    }

    #[test]
    fn only_what_its_keys_signed_is_verified() {
        let key = KeyRing::new(SigningKey::load(&KeySource::Test).expect("test key"));
        let token = key.sign(&json!({ "a": 1 }), true);
        assert_eq!(key.verify(&token), Ok(json!({ "a": 1 })));
        let parts: Vec<&str> = token.split('.').collect();
        let other = format!("{}.{}.{}", parts[0], encode_part(&json!({ "a": 2 })), parts[2]);
        assert_eq!(key.verify(&other), Err(Rejection::BadSignature));
        let unsigned = format!("{}.{}.", encode_part(&json!({ "alg": "none" })), parts[1]);
        assert_eq!(key.verify(&unsigned), Err(Rejection::BadSignature));
        assert_eq!(key.verify("opaque"), Err(Rejection::NotAJwt));
        assert_eq!(
            key.verify(&SigningKey::unpublished().sign(&json!({}), false)),
            Err(Rejection::BadSignature)
        );
    }

    #[test]
    fn a_roll_over_keeps_old_keys_until_they_are_retired() {
        let ring = KeyRing::new(SigningKey::load(&KeySource::Test).expect("test key"));
        let old = ring.sign(&json!({ "a": 1 }), false);
        ring.roll(SigningKey::unpublished(), false);
        assert_eq!(ring.verify(&old), Ok(json!({ "a": 1 })));
        assert_eq!(ring.jwks("i")["keys"].as_array().expect("a list").len(), 2);
        ring.roll(SigningKey::unpublished(), true);
        assert_eq!(ring.verify(&old), Err(Rejection::BadSignature));
        assert_eq!(ring.jwks("i")["keys"].as_array().expect("a list").len(), 1);
    }
}
