//! `build`, `header`, `fuzz` and `clean`.

use crate::crates::Crates;
use crate::native::{Platform, Profile};
use crate::repo::Repo;
use crate::{Result, dotnet, files, process};

/// The native library and the managed assembly, where `Import-Module ./AzTokenRs.psd1` finds them.
pub fn build(repo: &Repo, crates: &Crates, profile: Profile) -> Result<()> {
    native(repo, crates, profile)?;
    dotnet::build_module(repo)
}

/// The Rust workspace, its library copied to bin/.
pub fn native(repo: &Repo, crates: &Crates, profile: Profile) -> Result<()> {
    println!("Building the native library and the emulator (profile {}) ...", profile.name());
    let mut command = crates.cargo();
    command.args(["build", "--workspace", "--profile", profile.name()]);
    process::run(&mut command)?;
    for file in Platform::host()?.artifacts(repo, profile, &repo.root) {
        if files::copy_if_changed(&file.built, &file.place)? {
            println!("Copied {}", repo.show(&file.place));
        }
    }
    Ok(())
}

/// The test that compares the committed header with the source writes it when told to.
pub fn header(crates: &Crates) -> Result<()> {
    let mut command = crates.cargo();
    command.args(["test", "--package", "aztoken-ffi", "header"]).env("AZTOKEN_BLESS", "1");
    process::run(&mut command)
}

/// The fuzz target of the tests, with more cases. `AZTOKEN_FUZZ_CASES` and `AZTOKEN_FUZZ_SEED` choose others.
pub fn fuzz(crates: &Crates) -> Result<()> {
    let mut command = crates.cargo();
    command.args(["test", "--release", "--package", "aztoken", "--test", "fuzz_jwt", "--", "--nocapture"]);
    if std::env::var_os("AZTOKEN_FUZZ_CASES").is_none() {
        command.env("AZTOKEN_FUZZ_CASES", "1000000");
    }
    process::run(&mut command)
}

/// xtask's own target folder stays: a running program can't be removed on Windows.
pub fn clean(repo: &Repo) -> Result<()> {
    for folder in ["target", "bin", "en-US"] {
        files::remove_folder(&repo.path(folder))?;
    }
    println!("Removed target/, bin/ and en-US/");
    Ok(())
}
