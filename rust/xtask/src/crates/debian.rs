//! Debian's packaged crates as a cargo directory source: target/offline/registry.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread, time::Duration};

use super::apt::{self, Apt, Package};
use super::wanted::Wanted;
use crate::repo::Repo;
use crate::{Result, files};

const ATTEMPTS: u32 = 3;
/// Cargo leaves hidden files of a directory source alone, and it moves with the folder.
const STAMP: &str = ".stamp";

pub fn registry(repo: &Repo) -> PathBuf {
    repo.target().join("offline/registry")
}

/// Makes the directory source where it isn't there for these crates; whether it is new.
pub fn ready(repo: &Repo, wanted: &[Wanted]) -> Result<bool> {
    let names: Vec<String> = wanted.iter().map(Wanted::package).collect();
    let first_line = format!("wanted {}", names.join(" "));
    let stamp = registry(repo).join(STAMP);
    if files::read(&stamp).is_ok_and(|stamp| stamp.lines().next() == Some(&first_line)) {
        return Ok(false);
    }
    let apt = Apt::ready(repo)?;
    let cache = cache()?;
    let packages = fetch(&apt, &names, &cache)?;
    let stamp =
        packages.iter().fold(first_line, |text, p| format!("{text}\n{} {}", p.name, p.version)) + "\n";
    unpack(repo, &packages, &cache, &stamp)?;
    Ok(true)
}

/// The user's cache: a second checkout, or a second look after `clean`, downloads only what changed.
fn cache() -> Result<PathBuf> {
    let variable = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let folder = folder.unwrap_or_else(env::temp_dir).join("aztokenrs/debs");
    files::create_folder(&folder)?;
    Ok(folder)
}

/// Lists and downloads; a failed attempt keeps what came whole. A mirror can change between list and download, so
/// each attempt starts with the list.
fn fetch(apt: &Apt, names: &[String], cache: &Path) -> Result<Vec<Package>> {
    let mut attempt = 1;
    loop {
        match fetch_once(apt, names, cache) {
            Err(error) if attempt < ATTEMPTS => {
                println!("Attempt {attempt} of {ATTEMPTS} failed: {error}\nTrying again ...");
                thread::sleep(Duration::from_secs(2 * u64::from(attempt)));
                attempt += 1;
            }
            Err(error) => {
                return Err(format!("Debian's crates could not be had in {ATTEMPTS} attempts: {error}"));
            }
            done => return done,
        }
    }
}

fn fetch_once(apt: &Apt, names: &[String], cache: &Path) -> Result<Vec<Package>> {
    println!("Reading the package lists of Debian {} ...", apt::SUITE);
    apt.update()?;
    let packages = apt.closure(names)?;
    let whole = whole(&packages, cache)?;
    let missing: Vec<&Package> =
        packages.iter().filter(|package| !whole.contains(package.file.as_str())).collect();
    if missing.is_empty() {
        println!("All {} packages of crates are in {}", packages.len(), cache.display());
        return Ok(packages);
    }
    println!("Downloading {} of {} packages of crates ...", missing.len(), packages.len());
    let folder = cache.join(format!(".new-{}", std::process::id()));
    files::remove_folder(&folder)?;
    files::create_folder(&folder)?;
    let result = apt.download(&missing, &folder);
    let moved = keep(&missing, &folder, cache);
    files::remove_folder(&folder)?;
    result?;
    if moved? == missing.len() {
        return Ok(packages);
    }
    Err("some packages did not come whole".into())
}

/// Moves what came whole into the cache.
fn keep(packages: &[&Package], folder: &Path, cache: &Path) -> Result<usize> {
    let listed: Vec<Package> = packages.iter().map(|package| (*package).clone()).collect();
    let whole = whole(&listed, folder)?;
    for file in &whole {
        files::rename(&folder.join(file), &cache.join(file))?;
    }
    Ok(whole.len())
}

/// The files that are there with the SHA-256 of the signed lists.
fn whole<'a>(packages: &'a [Package], folder: &Path) -> Result<HashSet<&'a str>> {
    let there: Vec<&Package> =
        packages.iter().filter(|package| folder.join(&package.file).is_file()).collect();
    if there.is_empty() {
        return Ok(HashSet::new());
    }
    let lines: Vec<String> =
        there.iter().map(|package| format!("{}  {}", package.sha256, package.file)).collect();
    let list = lines.join("\n") + "\n";
    let mut child = Command::new("sha256sum")
        .args(["--check", "-"])
        .env("LC_ALL", "C")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("`sha256sum` could not be run: {e}"))?;
    let input = child.stdin.take();
    let output = thread::scope(|scope| {
        scope.spawn(move || input.map(|mut input| input.write_all(list.as_bytes())));
        child.wait_with_output()
    });
    let output = output.map_err(|e| format!("`sha256sum`: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let good: HashSet<&str> = said.lines().filter_map(|line| line.strip_suffix(": OK")).collect();
    Ok(there.iter().map(|package| package.file.as_str()).filter(|file| good.contains(file)).collect())
}

/// Unpacks into a folder of its own, which takes the registry's place only when it is whole.
fn unpack(repo: &Repo, packages: &[Package], cache: &Path, stamp: &str) -> Result<()> {
    println!("Unpacking {} packages of crates ...", packages.len());
    let offline = repo.target().join("offline");
    let folder = offline.join(format!("unpacking-{}", std::process::id()));
    files::remove_folder(&folder)?;
    files::create_folder(&folder)?;
    let result = unpack_all(packages, cache, &folder).and_then(|()| {
        let fresh = folder.join("usr/share/cargo/registry");
        files::write_if_changed(&fresh.join(STAMP), stamp)?;
        let (place, old) = (registry(repo), folder.join("old"));
        if place.exists() {
            files::rename(&place, &old)?;
        }
        files::rename(&fresh, &place)
    });
    files::remove_folder(&folder)?;
    result
}

fn unpack_all(packages: &[Package], cache: &Path, folder: &Path) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(package) = packages.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut command = Command::new("dpkg-deb");
            command.arg("-x").arg(cache.join(&package.file)).arg(folder);
            crate::process::capture(&mut command).map_err(|error| format!("{}: {error}", package.file))?;
        }
        Ok(())
    };
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err("unpacking panicked".into())))
    })?;
    if fs::read_dir(folder.join("usr/share/cargo/registry")).is_ok_and(|entries| entries.count() > 0) {
        return Ok(());
    }
    Err("the packages hold no crates".into())
}
