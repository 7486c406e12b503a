//! TLS by a setting of certificate authorities: read once, and again when a file has changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};

use super::certificates::Certificates;
use super::system_roots;
use super::verifier::Verifier;
use crate::environment::Environment;
use crate::error::{Error, Reason, Result};
use crate::params::variable;

/// The certificate authorities that a caller trusts beside the system's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct TrustSetting {
    /// The variable that names a file, and its path.
    file: Option<(&'static str, String)>,
    /// Directories, as `PATH` has them.
    directories: Option<String>,
}

/// When a file was last written, and its size; `None` where it is missing.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// What TLS needs, for one setting and the state of its files.
#[derive(Debug)]
pub(super) struct Trust {
    /// Tells it from that of another setting, or of a file before it was changed.
    pub(super) id: u64,
    pub(super) config: ClientConfig,
    /// What is wrong with the files, and was left out.
    pub(super) warnings: Vec<String>,
    stamps: Vec<Stamp>,
}

impl TrustSetting {
    /// The setting of a caller's environment.
    pub(crate) fn of(environment: &Environment) -> Self {
        let named = |name| environment.get(name).map(|path| (name, path.to_owned()));
        Self {
            file: named(variable::CA_BUNDLE).or_else(|| named(variable::SSL_CERT_FILE)),
            directories: environment.get(variable::SSL_CERT_DIR).map(str::to_owned),
        }
    }

    /// Whether the system's store is all there is.
    pub(super) fn names_no_file(&self) -> bool {
        *self == Self::default()
    }

    fn directories(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let paths = self.directories.iter().flat_map(|list| std::env::split_paths(list).collect::<Vec<_>>());
        paths.filter(|path| !path.as_os_str().is_empty())
    }

    fn stamps(&self) -> Vec<Stamp> {
        let file = self.file.iter().map(|(_, path)| PathBuf::from(path));
        let stamp = |path: PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok(), metadata.len()))
        };
        file.chain(self.directories()).map(stamp).collect()
    }

    /// Reads the files, unless they are as they were. Blocks for as long as a disk or a share takes.
    pub(super) fn load(&self, known: Option<Arc<Trust>>) -> Result<Arc<Trust>> {
        let stamps = self.stamps();
        if let Some(known) = known.filter(|known| known.stamps == stamps) {
            return Ok(known);
        }
        let mut warnings = Vec::new();
        let mut bundle = Vec::new();
        if let Some((name, path)) = &self.file {
            bundle = read_file(name, path, &mut warnings)?;
        }
        for path in self.directories() {
            require_absolute(variable::SSL_CERT_DIR, &path)?;
            match Certificates::read_directory(&path) {
                Ok(read) => bundle.extend(read.usable),
                Err(error) => {
                    let path = path.display();
                    let name = variable::SSL_CERT_DIR;
                    warnings.push(format!("{name}: {path} was left out: it can't be read ({error})."));
                }
            }
        }
        let provider = Arc::new(ring::default_provider());
        let system = system_roots::verifier(&provider);
        if system.is_none() {
            warnings.push(
                "This system has no trusted certificates. Install its package of them (ca-certificates), or name a \
                 PEM file in AZTOKEN_CA_BUNDLE."
                    .to_owned(),
            );
        }
        let config = config(provider.clone(), Verifier::new(provider, bundle, system))?;
        Ok(Arc::new(Trust { id: next_id(), config, warnings, stamps }))
    }
}

impl Trust {
    /// For clients of plain HTTP, which reqwest doesn't make without TLS either. Trusts nobody.
    pub(super) fn nobody() -> Result<ClientConfig> {
        let provider = Arc::new(ring::default_provider());
        config(provider.clone(), Verifier::new(provider, Vec::new(), None))
    }
}

fn config(provider: Arc<CryptoProvider>, verifier: Verifier) -> Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::internal(format!("TLS can't be set up: {error}.")))?;
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn next_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

fn require_absolute(name: &'static str, path: &Path) -> Result<()> {
    if path.is_absolute() {
        return Ok(());
    }
    Err(Error::invalid_parameter(name, format!("{}: the path must be absolute.", path.display())))
}

/// The certificates of a bundle. Our own variable must lead to some; `SSL_CERT_FILE` may be left over from another
/// program, which is no reason to trust nobody.
fn read_file(
    name: &'static str,
    path: &str,
    warnings: &mut Vec<String>,
) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>> {
    require_absolute(name, Path::new(path))?;
    let (usable, problem) = match Certificates::read(Path::new(path)) {
        Ok(read) => {
            let problems = read.problems.into_iter();
            warnings.extend(problems.map(|problem| format!("{name}: {path}: {problem}. It was left out.")));
            let none = (Reason::Unreadable, "the file has no usable certificate".to_owned());
            let problem = read.usable.is_empty().then_some(none);
            (read.usable, problem)
        }
        Err(error) => {
            let is_missing = error.kind() == std::io::ErrorKind::NotFound;
            let reason = if is_missing { Reason::NotFound } else { Reason::Unreadable };
            (Vec::new(), Some((reason, format!("the file can't be read ({error})"))))
        }
    };
    match problem {
        None => Ok(usable),
        Some((_, problem)) if name == variable::SSL_CERT_FILE => {
            warnings.push(format!("{name}: {path}: {problem}. Only the system's certificates are trusted."));
            Ok(usable)
        }
        Some((reason, problem)) => Err(Error::of_parameter(name, reason, format!("{path}: {problem}."))),
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
