//! Clients for Node and the browser, unmodified, against the emulator over HTTPS, by Node's own test runner.

use std::path::Path;
use std::process::Command;

use super::tally::{Counts, Tally};
use crate::emulator::{self, Emulator};
use crate::repo::Repo;
use crate::{Result, files, process};

const NAME: &str = "Node";
/// The first with all that the tests and the library need.
const NODE: u32 = 20;

pub fn tests(repo: &Repo, tally: &mut Tally) {
    let (Some(node), Some(npm)) = (process::find("node"), process::find("npm")) else {
        return tally.skip(NAME, "node or npm is not on PATH");
    };
    let version = process::capture(Command::new(&node).arg("--version")).unwrap_or_default();
    if major(&version).is_none_or(|major| major < NODE) {
        return tally.skip(NAME, &format!("node is older than {NODE}: {}", version.trim()));
    }
    let folder = repo.target().join("node");
    let files = match copy(repo, &folder) {
        Ok(files) => files,
        Err(why) => return tally.fail(NAME, &why),
    };
    if let Err(why) = install(&npm, &folder) {
        if is_our_fault(&why) {
            return tally.fail(NAME, &why);
        }
        println!("{why}");
        return tally.skip(NAME, "npm could not get the packages");
    }
    let mut command = Command::new(node);
    command.args(["--test", "--test-reporter=tap", "--test-timeout=60000"]).args(files).current_dir(folder);
    match Emulator::start_https(&emulator::program(repo)) {
        Ok(emulator) => run(&mut command, &emulator, tally),
        Err(why) => tally.fail(NAME, &why),
    }
}

/// Copies the tests under target/, where their packages are installed beside them; names the files with tests.
fn copy(repo: &Repo, folder: &Path) -> Result<Vec<String>> {
    let mut tests = Vec::new();
    for file in files::sources(&repo.path("tests/node"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files::copy_if_changed(&file, &folder.join(&name))?;
        if name.ends_with(".test.mjs") {
            tests.push(name);
        }
    }
    Ok(tests)
}

/// What the lock names, by its hashes, from the registry or the cache that npm is set up for.
fn install(npm: &Path, folder: &Path) -> Result<()> {
    let lock = files::read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("installed");
    if files::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the packages of tests/node ...");
    process::capture(
        Command::new(npm)
            .args(["ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1"])
            .current_dir(folder),
    )?;
    files::write_if_changed(&stamp, &lock)
}

/// npm's words for a lock that doesn't fit package.json, and for a package that isn't the one in the lock. Anything else is
/// a registry that can't be reached or lacks the package.
fn is_our_fault(why: &str) -> bool {
    ["EUSAGE", "EINTEGRITY"].iter().any(|code| why.contains(code))
}

fn run(command: &mut Command, emulator: &Emulator, tally: &mut Tally) {
    command
        .env("NODE_EXTRA_CA_CERTS", &emulator.ca)
        .env("AZTOKEN_EMULATOR_HTTPS", &emulator.https)
        .env("AZTOKEN_EMULATOR_CONTROL", &emulator.control);
    let mut summary = Summary::default();
    let status = process::tee(command, |line| summary.read(line));
    match status.and_then(|status| process::check(command, status)) {
        Err(why) if summary.counts.1 == 0 => tally.fail(NAME, &why),
        _ => tally.add(NAME, summary.counts, &summary.failures),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The lines of the TAP reporter that count.
#[derive(Default)]
struct Summary {
    counts: Counts,
    failures: Vec<String>,
}

impl Summary {
    fn read(&mut self, line: &str) {
        let failed = line.trim_start().strip_prefix("not ok ").and_then(|rest| rest.split_once(" - "));
        if let Some((_, name)) = failed {
            self.failures.push(name.to_owned());
        }
        let mut words = line.strip_prefix("# ").unwrap_or_default().split(' ');
        let (Some(what), Some(Ok(count)), None) =
            (words.next(), words.next().map(str::parse::<u32>), words.next())
        else {
            return;
        };
        match what {
            "pass" => self.counts.0 = count,
            "fail" | "cancelled" => self.counts.1 += count,
            "skipped" | "todo" => self.counts.2 += count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read() {
        let mut summary = Summary::default();
        for line in [
            "# Subtest: a",
            "ok 1 - a",
            "not ok 2 - b - c",
            "# tests 6",
            "# pass 2",
            "# fail 1",
            "# cancelled 1",
            "# skipped 2",
            "# todo 0",
        ] {
            summary.read(line);
        }
        assert_eq!(summary.counts, (2, 2, 2));
        assert_eq!(summary.failures, ["b - c"]);
    }

    #[test]
    fn a_broken_lock_is_a_failure_and_no_registry_is_none() {
        assert!(is_our_fault("npm error code EUSAGE") && is_our_fault("npm error code EINTEGRITY"));
        assert!(!is_our_fault("npm error code ENOTFOUND"));
    }

    #[test]
    fn versions_of_node_are_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major(""), None);
    }
}
