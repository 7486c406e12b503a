//! The places of the checkout.

use std::env;
use std::path::{Path, PathBuf};

use crate::Result;

pub struct Repo {
    pub root: PathBuf,
}

impl Repo {
    /// Two folders above this crate. Cargo names the crate's folder at run time, also in a checkout that was moved.
    pub fn find() -> Result<Self> {
        let crate_folder = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = crate_folder.ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default();
        if root.join("Cargo.toml").is_file() {
            return Ok(Self { root });
        }
        Err(format!("there is no Cargo.toml in {}; run `cargo xtask` from the checkout", root.display()))
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub fn target(&self) -> PathBuf {
        self.path("target")
    }

    pub fn manifest(&self) -> PathBuf {
        self.path("AzTokenRs.psd1")
    }

    /// How a path is shown: from the checkout's root.
    pub fn show<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
