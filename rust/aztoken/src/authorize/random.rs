//! Unguessable text from the operating system's random source.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::jwt::base64url;
use crate::secret::Secret;

/// Characters of a state or a nonce: 256 bits; RFC 6749 section 10.10 asks for 128.
const UNGUESSABLE: usize = 43;

/// A new state or nonce.
pub(crate) fn unguessable() -> Result<Secret> {
    random_text(UNGUESSABLE)
}

/// Text of this length in base64url, with six random bits per character.
pub(crate) fn random_text(length: usize) -> Result<Secret> {
    let mut bytes = Zeroizing::new(vec![0; length * 6 / 8 + 1]);
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::internal("The operating system returned no random numbers."))?;
    let mut text = base64url::encode(&bytes);
    text.truncate(length);
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_twice() {
        let (one, other) =
            (random_text(UNGUESSABLE).expect("random"), random_text(UNGUESSABLE).expect("random"));
        assert_eq!(one.expose().len(), UNGUESSABLE);
        assert_ne!(one.expose(), other.expose());
    }
}
