//! The RSA key of an X.509 certificate (RFC 5280 section 4.1), for key sets that contain only certificates.
//!
//! The certificate is trusted because the key set is, so only the key is read from it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::jwk::RsaKey;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`, the version of the certificate.
const VERSION: u8 = 0xa0;
/// 1.2.840.113549.1.1.1, `rsaEncryption` (RFC 3279 section 2.3.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The key of a certificate in base64 of DER (RFC 7517 section 4.7). The error text can follow "The key ".
pub(super) fn rsa_key(certificate: &str) -> Result<RsaKey, String> {
    let der =
        STANDARD.decode(certificate).map_err(|_| "has a certificate (x5c) that isn't base64.".to_owned())?;
    let (n, e) =
        read(&der).ok_or_else(|| "has a certificate (x5c) without a readable RSA key.".to_owned())?;
    RsaKey::new(n, e)
}

fn read(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (certificate, _) = take(der, SEQUENCE)?;
    let (mut rest, _) = take(certificate, SEQUENCE)?;
    if let Some((_, after)) = take(rest, VERSION) {
        rest = after;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        rest = take(rest, tag)?.1;
    }
    let (key_info, _) = take(rest, SEQUENCE)?;
    let (algorithm, rest) = take(key_info, SEQUENCE)?;
    if take(algorithm, OBJECT_IDENTIFIER)?.0 != RSA_ENCRYPTION {
        return None;
    }
    // A bit string begins with the count of its unused bits.
    let (&[0, ref key @ ..], _) = take(rest, BIT_STRING)? else { return None };
    let (numbers, _) = take(key, SEQUENCE)?;
    let (n, rest) = take(numbers, INTEGER)?;
    let (e, _) = take(rest, INTEGER)?;
    Some((positive(n), positive(e)))
}

/// An INTEGER is signed: a leading zero byte keeps a large number positive.
fn positive(number: &[u8]) -> &[u8] {
    number.strip_prefix(&[0]).unwrap_or(number)
}

/// One element with this tag: its contents, and the rest.
fn take(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => {
            let (bytes, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*bytes)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_certificate_panics(der in prop::collection::vec(any::<u8>(), 0..80)) {
            // So few bytes can't hold an RSA key.
            prop_assert!(rsa_key(&STANDARD.encode(der)).is_err());
        }
    }
}
