//! Can crates.io, or what cargo's configuration puts in its place, be reached?

use std::time::Duration;

use crate::repo::Repo;
use crate::{Result, files, process};

const LIMIT: Duration = Duration::from_secs(20);

/// Lets cargo itself fetch one small crate, with its own network settings but little patience.
pub fn crates_io_answers(repo: &Repo) -> Result<bool> {
    let folder = repo.target().join(format!("crates-probe-{}", std::process::id()));
    let manifest = "[workspace]\n[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                    [dependencies]\nonce_cell = \"1\"\n";
    files::write_if_changed(&folder.join("Cargo.toml"), manifest)?;
    files::write_if_changed(&folder.join("src/lib.rs"), "")?;
    let mut command = process::cargo(&folder);
    command.arg("fetch").env("CARGO_HTTP_TIMEOUT", "5").env("CARGO_NET_RETRY", "0");
    let answers = process::succeeds_within(&mut command, LIMIT);
    files::remove_folder(&folder)?;
    Ok(answers)
}
