//! The native library and the emulator: profile, file names, their place beside the managed assembly.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

use crate::Result;
use crate::repo::Repo;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
    Dist,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }

    /// Cargo keeps the dev profile's folder under its old name.
    pub fn folder(self, repo: &Repo) -> PathBuf {
        let folder = if self == Self::Dev { "debug" } else { self.name() };
        repo.target().join(folder)
    }
}

/// Where PowerShell 7 looks beside the managed assembly, and the library's file there (no `lib` prefix). The emulator's
/// program stands beside the library.
pub struct Platform {
    pub rid: String,
    pub file: &'static str,
    built: &'static str,
    program: &'static str,
}

/// A file that cargo wrote, and where the module has it.
pub struct Artifact {
    pub built: PathBuf,
    pub place: PathBuf,
}

impl Platform {
    pub fn host() -> Result<Self> {
        Self::of(OS, ARCH)
    }

    fn of(os: &str, architecture: &str) -> Result<Self> {
        let (system, file, built, program) = match os {
            "windows" => ("win", "aztoken.dll", "aztoken_ffi.dll", "entra-emulator.exe"),
            "macos" => ("osx", "aztoken.dylib", "libaztoken_ffi.dylib", "entra-emulator"),
            "linux" => ("linux", "aztoken.so", "libaztoken_ffi.so", "entra-emulator"),
            other => return Err(format!("PowerShell has no folder name for the system `{other}`")),
        };
        let processor = match architecture {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => return Err(format!("AzTokenRs is built for x64 and arm64, not for `{other}`")),
        };
        Ok(Self { rid: format!("{system}-{processor}"), file, built, program })
    }

    /// Where the module has the library, in a module folder.
    pub fn place(&self, module: &Path) -> PathBuf {
        module.join("bin").join(&self.rid).join(self.file)
    }

    /// Library and program, as cargo wrote them and where a module folder has them.
    pub fn artifacts(&self, repo: &Repo, profile: Profile, module: &Path) -> [Artifact; 2] {
        let built = profile.folder(repo);
        let place = module.join("bin").join(&self.rid);
        [(self.built, self.file), (self.program, self.program)]
            .map(|(from, to)| Artifact { built: built.join(from), place: place.join(to) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_has_its_place() {
        let place = |os, architecture| {
            let platform = Platform::of(os, architecture).unwrap();
            format!("{}/{} {}", platform.rid, platform.file, platform.program)
        };
        assert_eq!(place("linux", "x86_64"), "linux-x64/aztoken.so entra-emulator");
        assert_eq!(place("linux", "aarch64"), "linux-arm64/aztoken.so entra-emulator");
        assert_eq!(place("windows", "x86_64"), "win-x64/aztoken.dll entra-emulator.exe");
        assert_eq!(place("macos", "aarch64"), "osx-arm64/aztoken.dylib entra-emulator");
        assert!(Platform::of("plan9", "x86_64").is_err());
        assert!(Platform::of("linux", "s390x").is_err());
    }
}
