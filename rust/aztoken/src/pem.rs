//! PEM as people have it (RFC 7468 and what is near it): any length of line, all in one line, text around it, line ends
//! written as `\n`, invisible marks.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::text::{is_space, utf8};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END";
const DASHES: &str = "-----";
/// No label is longer.
const MAX_LABEL: usize = 64;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What stands between a BEGIN and its END.
pub(crate) struct Section {
    /// Such as `CERTIFICATE`.
    pub(crate) label: String,
    /// The line of its BEGIN, from 1.
    pub(crate) line: usize,
    /// Encrypted as old OpenSSL does (RFC 1421 `Proc-Type: 4,ENCRYPTED`).
    pub(crate) is_legacy_encrypted: bool,
    /// The decoded bytes; they may be a key.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// A section that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damaged {
    /// The line of its BEGIN, from 1.
    pub(crate) line: usize,
    /// What is wrong, as the end of a sentence that starts with the section.
    pub(crate) problem: &'static str,
}

impl Section {
    /// The certificate in it. OpenSSL's TRUSTED CERTIFICATE has further data behind it, which is cut off.
    pub(crate) fn certificate(&self) -> Option<&[u8]> {
        match self.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" => Some(&self.der),
            "TRUSTED CERTIFICATE" => first_element(&self.der),
            _ => None,
        }
    }
}

/// The sections of a text, in their order.
pub(crate) fn sections(text: &str) -> Vec<Result<Section, Damaged>> {
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(begin) = text[position..].find(BEGIN).map(|offset| position + offset) {
        let line = text[..begin].matches('\n').count() + 1;
        let rest = &text[begin + BEGIN.len()..];
        let next = rest.find(BEGIN).unwrap_or(rest.len());
        let (section, length) = match section(&rest[..next], line) {
            Ok((section, length)) => (Ok(section), length),
            Err(problem) => (Err(Damaged { line, problem }), next),
        };
        found.push(section);
        position = begin + BEGIN.len() + length;
    }
    found
}

/// The certificates of a file in PEM (with or without a byte order mark, in UTF-8 or UTF-16) or DER, and the sections that
/// hold none though they should.
pub(crate) fn certificates(file: Vec<u8>) -> (Vec<Vec<u8>>, Vec<Damaged>) {
    let bytes = utf8(Zeroizing::new(file));
    let text = String::from_utf8_lossy(&bytes);
    if !text.contains(BEGIN) {
        let der = first_element(&bytes).filter(|der| der.len() == bytes.len());
        return (der.into_iter().map(<[u8]>::to_vec).collect(), Vec::new());
    }
    let (mut certificates, mut damaged) = (Vec::new(), Vec::new());
    for section in sections(&text) {
        match section {
            Ok(section) => certificates.extend(section.certificate().map(<[u8]>::to_vec)),
            Err(fault) => damaged.push(fault),
        }
    }
    (certificates, damaged)
}

/// The bytes of base64 text with or without line ends and padding.
pub(crate) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        // A line end as it stands in JSON, in a variable or in a pipeline's secret.
        if c == '\\' && rest.starts_with(['n', 'r', 't', '\n', '\r']) {
            rest = &rest[1..];
        } else if !is_space(c) {
            digits.push(c);
        }
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len()));
    BASE64.decode_vec(digits.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

/// The section behind a BEGIN, and how far it reaches.
fn section(text: &str, line: usize) -> Result<(Section, usize), &'static str> {
    let label_end = text.find(DASHES).filter(|end| *end <= MAX_LABEL).ok_or("has no end of its BEGIN")?;
    let body_start = label_end + DASHES.len();
    let end = text.find(END).ok_or("has no END")?;
    let body = text.get(body_start..end).ok_or("has no END")?;
    let is_legacy_encrypted = body.contains("Proc-Type:") && body.contains("ENCRYPTED");
    let der = if is_legacy_encrypted {
        Zeroizing::default()
    } else if body.contains(':') {
        // Headers of RFC 1421.
        let lines = body.lines().filter(|line| !line.contains(':'));
        base64(&Zeroizing::new(lines.collect::<String>())).ok_or("isn't base64")?
    } else {
        base64(body).ok_or("isn't base64")?
    };
    let section = Section { label: text[..label_end].trim().to_owned(), line, is_legacy_encrypted, der };
    Ok((section, end + END.len()))
}

/// The first element of DER, with its tag and length (X.690 section 8.1).
fn first_element(der: &[u8]) -> Option<&[u8]> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (header, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let bytes = rest.get(..usize::from(first & 0x7f)).filter(|bytes| (1..=4).contains(&bytes.len()))?;
        (2 + bytes.len(), bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    };
    (tag == 0x30).then(|| der.get(..header + length)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    fn pem(label: &str, der: &[u8], line: usize, line_end: &str) -> String {
        let digits = STANDARD.encode(der);
        let lines: Vec<&str> =
            digits.as_bytes().chunks(line).map(|l| std::str::from_utf8(l).expect("ASCII")).collect();
        format!("-----BEGIN {label}-----{line_end}{}{line_end}-----END {label}-----", lines.join(line_end))
    }

    #[test]
    fn any_form_of_line_gives_the_same_bytes() {
        let der: Vec<u8> = (0..200).collect();
        for line in [1, 64, 65, 76, 1000] {
            for line_end in ["\n", "\r\n", "\r", "\n\n", " ", "", "\\n", "\\r\\n", " \n\t", "\u{200b}\n"] {
                let text = pem("CERTIFICATE", &der, line, line_end);
                for text in
                    [format!("\u{feff}{text}"), format!("Bag Attributes: x\n{text}{line_end}tail"), text]
                {
                    let sections = sections(&text);
                    let [Ok(section)] = sections.as_slice() else { panic!("{text:?}") };
                    assert_eq!((section.label.as_str(), &**section.der), ("CERTIFICATE", &*der), "{text:?}");
                }
            }
        }
        let unpadded = pem("X", &[1, 2, 3, 4], 64, "\n").replace('=', "");
        assert!(matches!(sections(&unpadded).as_slice(), [Ok(section)] if **section.der == [1, 2, 3, 4]));
    }

    #[test]
    fn a_damaged_section_costs_itself_alone() {
        let good = pem("CERTIFICATE", b"\x30\x01\x00", 64, "\n");
        for (bad, problem) in [
            ("-----BEGIN CERTIFICATE-----\nAAAA\n".to_owned(), "has no END"),
            (good.replace("MAEA", "M%EA"), "isn't base64"),
            ("-----BEGIN CERTIFICATE\nAAAA\n".to_owned(), "has no end of its BEGIN"),
        ] {
            let (certificates, damaged) =
                certificates(format!("# bundle\n{good}\n{bad}\n{good}\n").into_bytes());
            assert_eq!(certificates.len(), 2, "{bad}");
            assert_eq!(damaged, [Damaged { line: 5, problem }], "{bad}");
        }
    }

    #[test]
    fn certificates_come_from_every_sort_of_file() {
        let der = b"\x30\x82\x00\x03\x02\x01\x05";
        let text = pem("CERTIFICATE", der, 64, "\r\n")
            + &pem("TRUSTED CERTIFICATE", &[&der[..], b"aux"].concat(), 64, "\n");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for file in [text.as_bytes().to_vec(), [b"\xff\xfe".to_vec(), utf16].concat()] {
            assert_eq!(certificates(file), (vec![der.to_vec(), der.to_vec()], vec![]));
        }
        assert_eq!(certificates(der.to_vec()).0, [der.to_vec()]);
        for file in [&b""[..], b"\x30", b"\x30\x84\xff\xff\xff\xff", b"no certificate", b"\xff\xfe\x00"] {
            assert_eq!(certificates(file.to_vec()), (vec![], vec![]), "{file:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "(-----BEGIN |-----END|-----|[A-Z: \\\\n=é]{0,8}|\n){0,12}") {
            drop(sections(&text));
            drop(certificates(text.into_bytes()));
        }
    }
}
