//! What tells one kept token from another.

use std::collections::BTreeSet;

use once_cell::sync::OnceCell;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use crate::request::ResolvedRequest;

/// The key of an app's token, or of a token that an app got on behalf of a user. Two requests with the same key may share
/// a token; whatever makes a token another one is part of the key, the client's credential included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    authority: String,
    client_id: String,
    scopes: BTreeSet<String>,
    claims: Option<String>,
    extra_parameters: Vec<(String, String)>,
    credential: Fingerprint,
    user_assertion: Option<Fingerprint>,
}

impl CacheKey {
    /// The key for a request that is proved by `credential`, on behalf of the user of `user_assertion` if there is one.
    pub(crate) fn new(
        resolved: &ResolvedRequest,
        credential: Fingerprint,
        user_assertion: Option<Fingerprint>,
    ) -> Self {
        // Hosts, tenants, client IDs and scopes have no case.
        Self {
            authority: resolved.authority.cache_name(),
            client_id: resolved.client_id.to_ascii_lowercase(),
            scopes: resolved.scopes.iter().map(|scope| scope.to_ascii_lowercase()).collect(),
            claims: resolved.claims.clone(),
            extra_parameters: resolved
                .extra_parameters
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            credential,
            user_assertion,
        }
    }
}

/// A keyed hash that stands for a secret: equal for equal secrets within one process, and useless anywhere else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a secret's parts, each told apart from its neighbours by its length.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        static KEY: OnceCell<hmac::Key> = OnceCell::new();
        let key = KEY.get_or_init(|| {
            let mut bytes = [0; 32];
            // Without random numbers the hash is still one-way; a system without them can't make a TLS connection either.
            let _ignored = SystemRandom::new().fill(&mut bytes);
            hmac::Key::new(hmac::HMAC_SHA256, &bytes)
        });
        let mut context = hmac::Context::with_key(key);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(context.sign().as_ref());
        Self(fingerprint)
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scopes: &[&str], secret: &str, assertion: Option<&str>) -> CacheKey {
        let assertion = assertion.map(|assertion| Fingerprint::of(&[assertion.as_bytes()]));
        CacheKey::new(
            &ResolvedRequest::for_tests(scopes),
            Fingerprint::of(&[b"secret", secret.as_bytes()]),
            assertion,
        )
    }

    #[test]
    fn order_and_case_of_scopes_do_not_matter() {
        assert_eq!(key(&["a/B", "a/c"], "s", None), key(&["A/C", "a/b"], "s", None));
    }

    #[test]
    fn whatever_makes_another_token_makes_another_key() {
        let one = key(&["a/.default"], "s", None);
        for other in [
            key(&["b/.default"], "s", None),
            key(&["a/.default"], "S", None),
            key(&["a/.default"], "s", Some("user")),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(key(&["a/.default"], "s", Some("x")), key(&["a/.default"], "s", Some("y")));
        let mut resolved = ResolvedRequest::for_tests(&["a/.default"]);
        resolved.claims = Some("{}".into());
        assert_ne!(one, CacheKey::new(&resolved, Fingerprint::of(&[b"secret", b"s"]), None));
        resolved.claims = None;
        assert_eq!(one, CacheKey::new(&resolved, Fingerprint::of(&[b"secret", b"s"]), None));
        resolved.client_id = "other".into();
        assert_ne!(one, CacheKey::new(&resolved, Fingerprint::of(&[b"secret", b"s"]), None));
    }

    #[test]
    fn parts_are_told_apart_and_nothing_is_shown() {
        assert_ne!(Fingerprint::of(&[b"ab", b"c"]), Fingerprint::of(&[b"a", b"bc"]));
        assert_eq!(format!("{:?}", Fingerprint::of(&[b"hunter2"])), "***");
    }
}
