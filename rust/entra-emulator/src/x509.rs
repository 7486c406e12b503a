//! What is needed of a certificate: its RSA key (RFC 5280 section 4.1), and its thumbprint in hexadecimal.

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
/// The version of a certificate, `[0] EXPLICIT`.
const VERSION: u8 = 0xa0;
/// 1.2.840.113549.1.1.1
const RSA_ENCRYPTION: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Bytes in hexadecimal, as thumbprints are shown.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The RSA public key (PKCS#1, DER) of a certificate in DER; none if it isn't one, or has another kind of key.
pub(crate) fn rsa_public_key(certificate: &[u8]) -> Option<&[u8]> {
    let (tag, body, rest) = element(certificate)?;
    if tag != SEQUENCE || !rest.is_empty() {
        return None;
    }
    let (_, mut fields, _) = element(body).filter(|(tag, ..)| *tag == SEQUENCE)?;
    if fields.first() == Some(&VERSION) {
        fields = element(fields)?.2;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        fields = element(fields)?.2;
    }
    let (_, key_info, _) = element(fields).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, algorithm, rest) = element(key_info)?;
    let (tag, oid, _) = element(algorithm)?;
    if tag != OBJECT_IDENTIFIER || oid != RSA_ENCRYPTION {
        return None;
    }
    let (_, bits, _) = element(rest).filter(|(tag, ..)| *tag == BIT_STRING)?;
    // The first byte counts unused bits at the end: none.
    bits.split_first().filter(|(unused, _)| **unused == 0).map(|(_, key)| key)
}

/// Tag, contents, and what follows (X.690 section 8.1).
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}

#[cfg(test)]
mod tests {
    use super::{hex, rsa_public_key};

    #[test]
    fn hexadecimal_has_two_digits_a_byte() {
        assert_eq!(hex(&[0x00, 0x0f, 0xa9]), "000FA9");
    }

    #[test]
    fn the_key_is_found_and_anything_else_is_not() {
        let certificate: &[u8] = include_bytes!("../keys/PUBLIC-TEST-CLIENT.cer");
        let key = rsa_public_key(certificate).expect("an RSA key");
        // A modulus of 256 bytes and an exponent of three, with their headers.
        assert_eq!((key[0], key.len()), (0x30, 270));
        for end in 0..certificate.len() {
            assert_eq!(rsa_public_key(&certificate[..end]), None, "{end}");
        }
        let ecdsa = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        assert_eq!(rsa_public_key(ecdsa.cert.der()), None);
    }
}
