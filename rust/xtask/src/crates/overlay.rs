//! The overlay workspace: the real Cargo.toml and rust/ by symbolic links, with a cargo configuration and a lock of
//! its own. The checkout's root stays as it is: a lock made of Debian's crates can't be checked against crates.io.

use std::fs;
use std::path::{Path, PathBuf};

use super::debian;
use crate::repo::Repo;
use crate::{Result, files};

pub fn ready(repo: &Repo, registry_is_new: bool) -> Result<PathBuf> {
    let folder = repo.target().join("offline/workspace");
    files::create_folder(&folder)?;
    for name in ["Cargo.toml", "rust"] {
        link(&Path::new("../../..").join(name), &folder.join(name))?;
    }
    let registry = debian::registry(repo);
    let text = format!(
        "[source.crates-io]\nreplace-with = \"debian\"\n\n[source.debian]\ndirectory = '{}'\n\n[net]\noffline = true\n",
        registry.display()
    );
    files::write_if_changed(&folder.join(".cargo/config.toml"), &text)?;
    let lock = folder.join("Cargo.lock");
    if registry_is_new && lock.exists() {
        fs::remove_file(&lock).map_err(|e| files::cannot("remove", &lock, &e))?;
    }
    Ok(folder)
}

#[cfg(unix)]
fn link(to: &Path, place: &Path) -> Result<()> {
    if fs::read_link(place).is_ok_and(|old| old == to) {
        return Ok(());
    }
    if place.symlink_metadata().is_ok() {
        fs::remove_file(place).map_err(|e| files::cannot("remove", place, &e))?;
    }
    std::os::unix::fs::symlink(to, place).map_err(|e| files::cannot("link", place, &e))
}

#[cfg(not(unix))]
fn link(_: &Path, place: &Path) -> Result<()> {
    Err(format!("could not link {}: Debian's crates are for Linux", place.display()))
}
