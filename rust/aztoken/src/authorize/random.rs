//! Unguessable text from the operating system's random source.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::jwt::base64url;
use crate::secret::Secret;

/// Characters of a state or a nonce: 256 bits; RFC 6749 section 10.10 asks for 128.
pub(super) const UNGUESSABLE: usize = 43;

/// Text of this length in base64url, with six random bits per character.
pub(super) fn random_text(length: usize) -> Result<Secret> {
    let mut bytes = Zeroizing::new(vec![0; length * 6 / 8 + 1]);
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::internal("The operating system gives no random numbers."))?;
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
