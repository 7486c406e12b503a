//! `stage`: a module folder that can be published or copied to a module path.

use std::fs;
use std::path::Path;

use crate::crates::Crates;
use crate::native::{Platform, Profile};
use crate::repo::Repo;
use crate::{Result, dotnet, files, process};

/// target/stage/AzTokenRs/<version>, made anew.
pub fn stage(repo: &Repo) -> Result<()> {
    let crates = Crates::ready(repo)?;
    println!(
        "Building the native library and the emulator for publishing (profile dist; takes some minutes the \
         first time) ..."
    );
    // Each for itself: in one build, the library would get the features of crates that only the emulator asks for.
    for package in ["aztoken-ffi", "entra-emulator"] {
        let mut command = crates.cargo();
        command.args(["build", "--package", package, "--profile", Profile::Dist.name()]);
        process::run(&mut command)?;
    }
    dotnet::build_module(repo)?;

    let manifest = files::read(&repo.manifest())?;
    let version = value(&manifest, "ModuleVersion").ok_or("AzTokenRs.psd1 names no ModuleVersion")?;
    let folder = repo.target().join("stage/AzTokenRs").join(version);
    files::remove_folder(&folder)?;
    for file in module_files(repo, &manifest)? {
        files::copy_if_changed(&repo.path(&file), &folder.join(&file))?;
    }
    for file in Platform::host()?.artifacts(repo, Profile::Dist, &folder) {
        files::copy_if_changed(&file.built, &file.place)?;
    }
    println!("Staged {} for {}", repo.show(&folder), platforms(&folder)?.join(", "));
    Ok(())
}

/// What was built into these folders goes along: the module, and its help where Get-Help looks for it.
const BUILT: [&str; 2] = ["bin", "en-US"];

/// What the manifest names, what was built (but symbols and this machine's dev library and emulator), and the papers.
fn module_files(repo: &Repo, manifest: &str) -> Result<Vec<String>> {
    let mut found: Vec<String> =
        ["AzTokenRs.psd1", "LICENSE", "README.md", "CHANGELOG.md"].map(str::to_owned).to_vec();
    found.extend(strings(manifest).into_iter().map(|text| text.replace('\\', "/")));
    let dev = Platform::host()?.artifacts(repo, Profile::Dev, &repo.root).map(|file| file.place);
    for folder in BUILT {
        for file in files::sources(&repo.path(folder))? {
            let is_symbols = file.extension().is_some_and(|extension| extension == "pdb");
            if let (false, Ok(relative)) = (is_symbols || dev.contains(&file), file.strip_prefix(&repo.root))
            {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let is_help = |file: &String| file.starts_with("en-US/") && file.ends_with("-Help.xml");
    if !found.iter().any(is_help) {
        return Err("en-US has no help file; a module without help is not for publishing".into());
    }
    found.retain(|file| repo.path(file).is_file());
    found.sort();
    found.dedup();
    Ok(found)
}

fn platforms(folder: &Path) -> Result<Vec<String>> {
    let bin = folder.join("bin");
    let entries = fs::read_dir(&bin).map_err(|e| files::cannot("read", &bin, &e))?.flatten();
    let names =
        entries.filter(|entry| entry.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned());
    let mut rids: Vec<String> = names
        .filter(|name| ["win-", "linux-", "osx-"].iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    rids.sort();
    Ok(rids)
}

/// The string that a manifest gives a key.
fn value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches(['\'', '"']))
    })
}

/// Every single-quoted string outside of comments.
fn strings(manifest: &str) -> Vec<String> {
    let code = manifest.lines().filter(|line| !line.trim_start().starts_with('#'));
    code.flat_map(|line| line.split('\'').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "@{\n    # RootModule = 'no.dll'\n    RootModule = 'bin\\AzTokenRs.dll'\n\
                            \u{20}   ModuleVersion   = '0.1.0'\n    FormatsToProcess = @('a.ps1xml', 'b.ps1xml')\n}\n";

    #[test]
    fn a_manifest_is_read() {
        assert_eq!(value(MANIFEST, "ModuleVersion"), Some("0.1.0"));
        assert_eq!(value(MANIFEST, "Author"), None);
        assert_eq!(strings(MANIFEST), ["bin\\AzTokenRs.dll", "0.1.0", "a.ps1xml", "b.ps1xml"]);
    }
}
