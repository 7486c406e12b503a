//! Which versions an offline build takes.

use std::path::Path;

use super::wanted::Wanted;
use crate::{Result, files, process};

/// Makes the lock where there is none, and says which versions it took when it is new.
pub fn show(folder: &Path, wanted: &[Wanted], is_new: bool) -> Result<()> {
    let file = folder.join("Cargo.lock");
    if !is_new && file.is_file() {
        return Ok(());
    }
    process::run(process::cargo(folder).args(["--quiet", "generate-lockfile"])).map_err(|error| {
        format!("{error}: Debian's crates don't have what Cargo.toml asks for (cargo's words are above)")
    })?;
    let taken = versions(&files::read(&file)?, wanted);
    println!("Crates from Debian: {}", taken.join(", "));
    Ok(())
}

/// `name version` of each wanted crate in a lock.
fn versions(lock: &str, wanted: &[Wanted]) -> Vec<String> {
    let mut taken = Vec::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.split('"').nth(1));
        if let (Some(name), Some(version)) = (value("name = "), value("version = "))
            && wanted.iter().any(|wanted| wanted.matches(name, version))
        {
            taken.push(format!("{name} {version}"));
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_a_lock() {
        let lock = "version = 4\n\n[[package]]\nname = \"rand\"\nversion = \"0.8.5\"\n\n[[package]]\nname = \"rand\"\n\
                    version = \"0.10.3\"\ndependencies = [\n \"rand_core\",\n]\n\n[[package]]\nname = \"other\"\nversion = \"1.0.0\"\n";
        let wanted = [Wanted { name: "rand".into(), series: "0.10".into() }];
        assert_eq!(versions(lock, &wanted), ["rand 0.10.3"]);
    }
}
