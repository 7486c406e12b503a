//! Where crates come from: crates.io, or Debian's packaged crates where it can't be reached.

mod apt;
mod apt_sources;
mod debian;
mod lock;
mod overlay;
mod probe;
mod wanted;

pub use apt_sources::{Entry, machine_entries};

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::repo::Repo;
use crate::{Result, files, process};

const VARIABLE: &str = "AZTOKEN_CRATES";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    CratesIo,
    Debian,
}

impl Source {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "crates-io" => Some(Self::CratesIo),
            "debian" => Some(Self::Debian),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        if self == Self::CratesIo { "crates-io" } else { "debian" }
    }
}

/// The workspace with its crates at hand.
pub struct Crates {
    folder: PathBuf,
    target: PathBuf,
}

impl Crates {
    pub fn ready(repo: &Repo) -> Result<Self> {
        let folder = match choose(repo)? {
            Source::CratesIo => repo.root.clone(),
            Source::Debian => {
                let wanted = wanted::read(repo)?;
                let is_new = debian::ready(repo, &wanted)?;
                let folder = overlay::ready(repo, is_new)?;
                lock::show(&folder, &wanted, is_new)?;
                folder
            }
        };
        Ok(Self { folder, target: repo.target() })
    }

    /// `cargo` on the workspace, with one target folder for both sources.
    pub fn cargo(&self) -> Command {
        let mut command = process::cargo(&self.folder);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

/// The environment decides, then what was found before, then a look at crates.io.
fn choose(repo: &Repo) -> Result<Source> {
    if let Ok(forced) = env::var(VARIABLE) {
        return Source::parse(&forced)
            .ok_or_else(|| format!("{VARIABLE} is `{forced}`; it may be crates-io or debian"));
    }
    // Debian's crates are unpacked by apt and dpkg and linked by symbolic links.
    if !cfg!(target_os = "linux") {
        return Ok(Source::CratesIo);
    }
    let remembered = repo.target().join("crates-source");
    if let Some(found) = files::read(&remembered).ok().as_deref().and_then(Source::parse) {
        return Ok(found);
    }
    println!("Looking whether crates.io can be reached ...");
    let found = if probe::crates_io_answers(repo)? {
        Source::CratesIo
    } else {
        println!("It can't: taking Debian's packaged crates ({VARIABLE}=crates-io to try again).");
        Source::Debian
    };
    files::write_if_changed(&remembered, found.name())?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_reads_back() {
        for source in [Source::CratesIo, Source::Debian] {
            assert_eq!(Source::parse(source.name()), Some(source));
        }
        assert_eq!(Source::parse("github"), None);
    }
}
