//! Certificates from files as people have them: PEM in any form, or DER.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use crate::pem::{self, Damaged};
use crate::text::utf8;

/// No bundle is larger than this (16 MiB), but a device file may be.
const MAX_FILE: u64 = 16 << 20;

/// The certificates of a file.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    /// Those that can be trusted.
    pub(super) usable: Vec<CertificateDer<'static>>,
    /// What is wrong with the others, and where each stands.
    pub(super) problems: Vec<String>,
}

impl Certificates {
    /// Reads a file's contents. A bad certificate costs itself, not the others.
    pub(super) fn parse(bytes: Vec<u8>) -> Self {
        let mut found = Self::default();
        if bytes.first() == Some(&0x30) {
            // DER, which has no place to name.
            for der in pem::certificates(bytes).0 {
                found.add(der, "the certificate");
            }
            return found;
        }
        let text = utf8(Zeroizing::new(bytes));
        for section in pem::sections(&String::from_utf8_lossy(&text)) {
            match section {
                Ok(section) => {
                    if let Some(der) = section.certificate() {
                        found.add(der.to_vec(), &format!("the certificate in line {}", section.line));
                    } else if section.label.ends_with("CERTIFICATE") {
                        let line = section.line;
                        found
                            .problems
                            .push(format!("the certificate in line {line} isn't an X.509 certificate"));
                    }
                }
                Err(Damaged { line, problem }) => {
                    found.problems.push(format!("the section in line {line} {problem}"));
                }
            }
        }
        found
    }

    fn add(&mut self, der: Vec<u8>, place: &str) {
        let certificate = CertificateDer::from(der);
        // A store of its own only tells whether it can be trusted.
        match RootCertStore::empty().add(certificate.clone()) {
            Ok(()) => self.usable.push(certificate),
            Err(_) => self.problems.push(format!("{place} isn't an X.509 certificate")),
        }
    }

    /// Reads a file, or as much of it as any bundle has.
    pub(super) fn read(path: &Path) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
        Ok(Self::parse(bytes))
    }

    /// Reads the files of a directory. Where they have names by hash, as `openssl rehash` makes them, only those count:
    /// the others are the same certificates once more.
    pub(super) fn read_directory(path: &Path) -> std::io::Result<Self> {
        let mut paths: Vec<_> =
            std::fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        if paths.iter().any(|path| is_named_by_hash(path)) {
            paths.retain(|path| is_named_by_hash(path));
        }
        paths.sort();
        let mut found = Self::default();
        // A file that can't be read, or holds no certificate, is no concern of the directory's.
        for file in paths.iter().filter(|path| path.is_file()).filter_map(|path| Self::read(path).ok()) {
            found.usable.extend(file.usable);
        }
        Ok(found)
    }
}

/// `5ad8a5d6.0`
fn is_named_by_hash(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split_once('.').is_some_and(|(hash, number)| {
        hash.len() == 8
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn pem() -> String {
        certificate_pem("a.example")
    }

    fn certificate_pem(name: &str) -> String {
        let key = rcgen::KeyPair::generate().expect("a key");
        let parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("a name");
        parameters.self_signed(&key).expect("a certificate").pem()
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
        let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_form_that_people_have_is_read() {
        let pem = pem();
        let plain = Certificates::parse(pem.clone().into_bytes());
        let der = plain.usable[0].to_vec();
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let one_line = format!("-----BEGIN CERTIFICATE-----{base64}-----END CERTIFICATE-----");
        let long_lines = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----");
        let spaced = pem.replace('\n', " \t\r\n");
        let trusted = {
            let with_settings = STANDARD.encode([&der[..], &[0x30, 0x02, 0x05, 0x00]].concat());
            format!("-----BEGIN TRUSTED CERTIFICATE-----\n{with_settings}\n-----END TRUSTED CERTIFICATE-----")
        };
        for (name, bytes) in [
            ("CRLF", pem.replace('\n', "\r\n").into_bytes()),
            ("byte order mark", format!("\u{feff}{pem}").into_bytes()),
            ("UTF-16 LE", utf16(&pem, u16::to_le_bytes, true)),
            ("UTF-16 BE", utf16(&pem, u16::to_be_bytes, true)),
            ("UTF-16 LE without a mark", utf16(&pem, u16::to_le_bytes, false)),
            ("UTF-16 BE without a mark", utf16(&pem, u16::to_be_bytes, false)),
            ("one line", one_line.into_bytes()),
            ("long lines", long_lines.into_bytes()),
            ("blanks", spaced.into_bytes()),
            ("no last line end", pem.trim_end().as_bytes().to_vec()),
            ("a comment with odd bytes", [b"# Z\xfcrich\n", pem.as_bytes()].concat()),
            ("no padding", pem.replace('=', "").into_bytes()),
            ("OpenSSL's trusted", trusted.into_bytes()),
            ("DER", der.clone()),
        ] {
            let read = Certificates::parse(bytes);
            assert_eq!(read.problems, [""; 0], "{name}");
            assert_eq!(read.usable.len(), 1, "{name}");
            assert_eq!(read.usable[0].as_ref(), der, "{name}");
        }
    }

    #[test]
    fn a_bad_certificate_costs_itself_and_its_place_is_named() {
        let (good, other) = (pem(), certificate_pem("b.example"));
        let (first, last) = (good.lines().next().expect("BEGIN"), "-----END CERTIFICATE-----");
        for (bad, problem) in [
            (format!("{first}\n!!!!\n{last}\n"), "the section in line LINE isn't base64"),
            (format!("{first}\n{last}\n"), "the certificate in line LINE isn't an X.509 certificate"),
            (
                format!("{first}\nMAMCAQE=\n{last}\n"),
                "the certificate in line LINE isn't an X.509 certificate",
            ),
            (format!("{first}\nMIIB\n"), "the section in line LINE has no END"),
        ] {
            let read = Certificates::parse(format!("{good}{bad}{other}").into_bytes());
            assert_eq!(read.usable.len(), 2, "{problem}");
            let line = good.lines().count() + 1;
            assert_eq!(read.problems, [problem.replace("LINE", &line.to_string())]);
        }
        let cut = Certificates::parse(format!("{good}{first}\nMIIB\n").into_bytes());
        assert_eq!((cut.usable.len(), cut.problems.len()), (1, 1));
        let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
        let none = Certificates::parse(format!("{key}nothing").into_bytes());
        assert_eq!((none.usable.len(), none.problems.len()), (0, 0));
    }

    #[test]
    fn a_directory_counts_by_hash_where_it_has_hashes() {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("a.pem"), pem()).expect("written");
        std::fs::write(directory.path().join("notes.txt"), "nothing").expect("written");
        std::fs::create_dir(directory.path().join("folder")).expect("made");
        let read = || Certificates::read_directory(directory.path()).expect("read").usable.len();
        assert_eq!(read(), 1);
        std::fs::write(directory.path().join("5ad8a5d6.0"), pem()).expect("written");
        std::fs::write(directory.path().join("5ad8a5d6.1"), pem()).expect("written");
        assert_eq!(read(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
            let mut text = [pem().as_bytes(), &bytes[..], pem().as_bytes()].concat();
            Certificates::parse(bytes);
            text.truncate(cut.index(text.len()));
            Certificates::parse(text);
        }
    }
}
