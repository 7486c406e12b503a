//! Clients in Python, as the system packages them, against the emulator over HTTPS: MSAL and Azure CLI.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::{Counts, Tally};
use crate::emulator::{self, Emulator};
use crate::process;
use crate::repo::Repo;

/// The line that the tests end with.
const COUNTS: &str = "python-counts ";
const FAILED: &str = "python-failed ";

pub fn tests(repo: &Repo, tally: &mut Tally) {
    let python = ["python3", "/usr/bin/python3"].into_iter().filter_map(process::find);
    let python: Vec<PathBuf> = python.collect();
    let Some(first) = python.first() else {
        return tally.skip("Python", "python3 is not on PATH");
    };
    // A python3 of its own on PATH doesn't see the system's packages.
    match python.iter().find(|python| has_msal(python)) {
        Some(python) => suite(repo, python, "test_msal", tally),
        None => tally.skip("Python (msal)", "python3 has no module msal (Debian's python3-msal)"),
    }
    if process::find("az").is_some() {
        suite(repo, first, "test_az", tally);
    } else {
        tally.skip("Python (az)", "Azure CLI's az is not on PATH");
    }
}

fn has_msal(python: &Path) -> bool {
    process::capture(Command::new(python).args(["-c", "import msal"])).is_ok()
}

fn suite(repo: &Repo, python: &Path, module: &str, tally: &mut Tally) {
    let name = format!("Python ({})", module.trim_start_matches("test_"));
    let emulator = match Emulator::start_https(&emulator::program(repo)) {
        Ok(emulator) => emulator,
        Err(why) => return tally.fail(&name, &why),
    };
    let mut command = Command::new(python);
    command
        .arg(repo.path("tests/python"))
        .arg(module)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AZTOKEN_EMULATOR_CA", &emulator.ca)
        .env("AZTOKEN_EMULATOR_HTTPS", &emulator.https)
        .env("AZTOKEN_EMULATOR_CONTROL", &emulator.control);
    let (mut counts, mut failures) = (None, Vec::new());
    let status = process::tee(&mut command, |line| {
        counts = counts.or_else(|| parse(line));
        failures.extend(line.strip_prefix(FAILED).map(str::to_owned));
    });
    match (status.and_then(|status| process::check(&command, status)), counts) {
        (Ok(()), Some(counts)) => tally.add(&name, counts, &failures),
        (Ok(()), None) => tally.fail(&name, "they ended without their counts"),
        (Err(why), _) => tally.fail(&name, &why),
    }
}

fn parse(line: &str) -> Option<Counts> {
    let mut numbers = line.strip_prefix(COUNTS)?.split(' ').map(str::parse);
    match (numbers.next()?, numbers.next()?, numbers.next()?) {
        (Ok(passed), Ok(failed), Ok(skipped)) => Some((passed, failed, skipped)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        assert_eq!(parse("python-counts 3 1 0"), Some((3, 1, 0)));
        assert_eq!(parse("python-counts 3"), None);
        assert_eq!(parse("Ran 3 tests"), None);
    }
}
