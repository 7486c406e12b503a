//! What the operating system trusts. No variable of the process is read: the caller's come with the request.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;

/// The operating system's own verifier.
#[cfg(any(windows, target_vendor = "apple"))]
pub(super) fn verifier(provider: &Arc<CryptoProvider>) -> Option<Arc<dyn ServerCertVerifier>> {
    let verifier = rustls_platform_verifier::Verifier::new(provider.clone()).ok()?;
    Some(Arc::new(verifier))
}

/// A verifier by the certificates where distributions keep them.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(super) fn verifier(provider: &Arc<CryptoProvider>) -> Option<Arc<dyn ServerCertVerifier>> {
    let verifier = super::verifier::by_chain(&unix::certificates(), provider)?;
    Some(verifier)
}

#[cfg(not(any(windows, target_vendor = "apple")))]
mod unix {
    use std::path::Path;

    use rustls::pki_types::CertificateDer;

    use crate::http::certificates::Certificates;

    /// The first of these that holds a certificate is read.
    const FILES: [&str; 9] = [
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Gentoo
        "/etc/pki/tls/certs/ca-bundle.crt",   // Fedora, older RHEL
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL 7 and later
        "/etc/ssl/ca-bundle.pem",             // SUSE
        "/etc/ssl/certs/ca-bundle.crt",       // NixOS
        "/etc/pki/tls/cacert.pem",            // OpenELEC
        "/etc/ssl/cert.pem",                  // Alpine, OpenBSD
        "/usr/local/etc/ssl/cert.pem",        // FreeBSD
        "/usr/local/share/certs/ca-root-nss.crt", // FreeBSD
    ];

    /// All of these are read, for certificates that an administrator has put there alone.
    const DIRECTORIES: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    pub(super) fn certificates() -> Vec<CertificateDer<'static>> {
        let files = FILES.iter().filter_map(|path| Certificates::read(Path::new(path)).ok());
        let mut all = files.map(|file| file.usable).find(|usable| !usable.is_empty()).unwrap_or_default();
        let directories = DIRECTORIES.iter().map(Path::new);
        for directory in directories.filter_map(|path| Certificates::read_directory(path).ok()) {
            all.extend(directory.usable);
        }
        all.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
        all.dedup();
        all
    }
}
