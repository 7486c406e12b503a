//! Text as people and programs have it: with byte order marks, in UTF-16, with white space that was copied along.

use zeroize::Zeroizing;

/// The text without white space and invisible marks around it: byte order mark, zero-width and direction marks.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// A token as it is sent: without white space around it, and without the scheme that a copied header has in front
/// (RFC 6750 section 2.1).
pub(crate) fn token(text: &str) -> &str {
    let text = trimmed(text);
    match text.split_at_checked(6) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer") && rest.starts_with(is_space) => {
            trimmed(rest)
        }
        _ => text,
    }
}

/// Whether a character only separates: white space, or a mark that nobody sees.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
}

/// What a terminal may be shown: no control characters, and not more than a person reads.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(2048).collect()
}

/// The bytes of a file or an answer as UTF-8 without a byte order mark. Windows PowerShell 5.1 writes UTF-16, and UTF-8
/// with a mark. Bytes that are no text stay as they are.
pub(crate) fn utf8(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let unit: fn([u8; 2]) -> u16 = match bytes[..] {
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.drain(..3);
            return bytes;
        }
        // A mark, or ASCII characters of two bytes each.
        [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] => u16::from_be_bytes,
        _ => return bytes,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    // No character takes more than three bytes per unit, so the buffer never moves and leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    let characters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    text.extend(characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).filter(|c| *c != '\u{feff}'));
    Zeroizing::new(std::mem::take(&mut *text).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_along_is_trimmed() {
        for text in ["a b", " a b\r\n", "\u{feff}a b", "\u{200e}\u{202a}a b\u{200b} ", "\ta b\u{a0}\u{2060}"]
        {
            assert_eq!(trimmed(text), "a b", "{text:?}");
        }
        assert_eq!(trimmed("\u{feff} \u{200b}"), "");
    }

    #[test]
    fn a_token_is_sent_without_its_scheme() {
        for text in ["a.b.c", "Bearer a.b.c", " bearer\ta.b.c\r\n", "\u{feff}BEARER  a.b.c ", "a.b.c\n"] {
            assert_eq!(token(text), "a.b.c", "{text:?}");
        }
        for text in ["Bearer", "bearertoken", "Bear é", ""] {
            assert_eq!(token(text), text);
        }
    }

    #[test]
    fn every_encoding_of_windows_gives_the_same() {
        let text = "{\"a\":\"ä€😀\"}\r\n";
        let units = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            units(u16::to_le_bytes),
            units(u16::to_be_bytes),
            [vec![0xff, 0xfe], units(u16::to_le_bytes)].concat(),
            [vec![0xfe, 0xff], units(u16::to_be_bytes)].concat(),
        ] {
            assert_eq!(utf8(Zeroizing::new(bytes)).as_slice(), text.as_bytes());
        }
        for bytes in [&b""[..], b"\xff", b"\0", b"0\x82\x01\x02", b"\xff\xfe", b"a\0b"] {
            let read = utf8(Zeroizing::new(bytes.to_vec()));
            assert!(read.as_slice() == bytes || read.is_empty(), "{bytes:?}");
        }
    }
}
