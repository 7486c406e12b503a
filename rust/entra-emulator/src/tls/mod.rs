//! HTTPS with a certification authority of the emulator's own, and the ways in which it can be wrong on purpose.

mod certificates;
mod faults;

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;

use certificates::{Authority, Leaf};
pub(crate) use faults::{refuse_version, stall};

/// How HTTPS is served.
#[derive(Clone, Debug, Default)]
pub struct Https {
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Names of the certificate besides localhost, 127.0.0.1 and `::1`.
    pub names: Vec<String>,
    /// What is wrong with it.
    pub fault: Option<TlsFault>,
}

/// What can be wrong with HTTPS on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate has expired.
    Expired,
    /// The certificate is for another name.
    WrongName,
    /// The certificate is by another authority than the one that is given out.
    UnknownCa,
    /// The server speaks TLS 1.1 only. Played: the client's first message is answered with the alert that such a
    /// server sends (`protocol_version`), since rustls has no TLS 1.1.
    Tls11,
    /// The handshake is never answered.
    Stall,
}

impl TlsFault {
    /// All faults by name.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("expired", Self::Expired),
        ("wrong-name", Self::WrongName),
        ("unknown-ca", Self::UnknownCa),
        ("tls11", Self::Tls11),
        ("stall", Self::Stall),
    ];
}

impl FromStr for TlsFault {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, fault)| *fault).ok_or(())
    }
}

/// What a connection goes through before HTTP.
#[derive(Clone)]
pub(crate) enum Security {
    /// Nothing.
    Plain,
    /// TLS.
    Tls(TlsAcceptor),
    /// [`TlsFault::Tls11`].
    OldTls,
    /// [`TlsFault::Stall`].
    Stall,
}

/// The file that holds the authority's certificate. One without a state folder goes when this does.
#[derive(Debug)]
pub(crate) enum CaFile {
    Kept(PathBuf),
    Temporary(NamedTempFile),
}

impl CaFile {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

/// Makes the certificates and writes the authority's, PEM, into the folder or into a temporary file.
pub(crate) fn prepare(https: &Https, folder: Option<&Path>) -> io::Result<(Security, CaFile)> {
    check_names(&https.names)?;
    let (authority, file) = if let Some(folder) = folder {
        let (authority, path) = Authority::kept(folder)?;
        (authority, CaFile::Kept(path))
    } else {
        let authority = Authority::new()?;
        let file = authority.write_temporary()?;
        (authority, CaFile::Temporary(file))
    };
    let leaf = match https.fault {
        None => authority.issue(&https.names)?,
        Some(TlsFault::Expired) => authority.issue_expired(&https.names)?,
        Some(TlsFault::WrongName) => authority.issue_for_another_name()?,
        Some(TlsFault::UnknownCa) => Authority::untrusted()?.issue(&https.names)?,
        Some(TlsFault::Tls11) => return Ok((Security::OldTls, file)),
        Some(TlsFault::Stall) => return Ok((Security::Stall, file)),
    };
    Ok((Security::Tls(acceptor(leaf)?), file))
}

fn acceptor(leaf: Leaf) -> io::Result<TlsAcceptor> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.certificate], leaf.key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn check_names(names: &[String]) -> io::Result<()> {
    let is_dns = |name: &String| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    };
    match names.iter().find(|name| !is_dns(name)) {
        None => Ok(()),
        Some(name) => {
            let text =
                format!("'{name}' can't be a name of the certificate; give a DNS name without wildcards");
            Err(io::Error::new(io::ErrorKind::InvalidInput, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_the_authority() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = || {
            let (_, file) = prepare(&Https::default(), Some(folder.path())).expect("prepared");
            std::fs::read_to_string(file.path()).expect("a PEM file")
        };
        let first = read();
        assert!(first.starts_with("-----BEGIN CERTIFICATE-----"), "{first}");
        assert_eq!(read(), first);
    }

    #[test]
    fn a_temporary_file_goes() {
        let (_, file) = prepare(&Https::default(), None).expect("prepared");
        let path = file.path().to_owned();
        assert!(path.exists());
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn names_are_dns_names() {
        for name in ["", "*.localhost", "a b"] {
            let https = Https { names: vec![name.to_owned()], ..Https::default() };
            let error = prepare(&https, None).err().expect("refused");
            assert!(error.to_string().contains("DNS name"), "{error}");
        }
    }
}
