//! Clients in Python, as the system packages them, against the emulator over HTTPS: MSAL and Azure CLI.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::{Counts, Tally, counts_after};
use crate::emulator::{self, Emulator};
use crate::process;
use crate::repo::Repo;

/// The line that the tests end with.
const COUNTS: &str = "python-counts ";
const FAILED: &str = "python-failed ";

pub fn tests(repo: &Repo, tally: &mut Tally) {
    let pythons: Vec<PathBuf> =
        ["python3", "/usr/bin/python3"].into_iter().filter_map(process::find).collect();
    let Some(python) = pythons.first() else {
        return tally.skip("Python", "python3 is not on PATH");
    };
    msal(repo, &pythons, tally);
    azure_cli(repo, python, tally);
}

fn msal(repo: &Repo, pythons: &[PathBuf], tally: &mut Tally) {
    // A python3 of one's own on PATH doesn't see the system's packages.
    let has_msal =
        |python: &&PathBuf| process::capture(Command::new(python).args(["-c", "import msal"])).is_ok();
    let Some(python) = pythons.iter().find(has_msal) else {
        return tally.skip("Python (msal)", "python3 has no module msal (Debian's python3-msal)");
    };
    let emulator = match Emulator::start_https(&emulator::program(repo)) {
        Ok(emulator) => emulator,
        Err(why) => return tally.fail("Python (msal)", &why),
    };
    let mut command = Command::new(python);
    command
        .env("AZTOKEN_EMULATOR_CA", &emulator.ca)
        .env("AZTOKEN_EMULATOR_HTTPS", &emulator.https)
        .env("AZTOKEN_EMULATOR_CONTROL", &emulator.control);
    run(repo, "msal", &mut command, tally);
}

/// In namespaces, where Microsoft's names are this machine.
fn azure_cli(repo: &Repo, python: &Path, tally: &mut Tally) {
    if process::find("az").is_none() {
        return tally.skip("Python (az)", "Azure CLI's az is not on PATH");
    }
    let namespaces = ["--map-root-user", "--net", "--mount"];
    let probe = Command::new("unshare").args(namespaces).args(["ip", "link", "set", "lo", "up"]).output();
    if !probe.is_ok_and(|probe| probe.status.success()) {
        return tally.skip("Python (az)", "this machine has no namespaces for users, or no unshare and ip");
    }
    let mut command = Command::new("unshare");
    command.args(namespaces).arg(python).env("AZTOKEN_EMULATOR", emulator::program(repo));
    run(repo, "az", &mut command, tally);
}

fn run(repo: &Repo, client: &str, command: &mut Command, tally: &mut Tally) {
    let name = format!("Python ({client})");
    command.arg(repo.path("tests/python")).arg(format!("test_{client}")).env("PYTHONDONTWRITEBYTECODE", "1");
    let (mut counts, mut failures) = (None, Vec::new());
    let status = process::tee(command, |line| {
        counts = counts.or_else(|| parse(line));
        failures.extend(line.strip_prefix(FAILED).map(str::to_owned));
    });
    match (status.and_then(|status| process::check(command, status)), counts) {
        (Ok(()), Some(counts)) => tally.add(&name, counts, &failures),
        (Ok(()), None) => tally.fail(&name, "they ended without their counts"),
        (Err(why), _) => tally.fail(&name, &why),
    }
}

fn parse(line: &str) -> Option<Counts> {
    counts_after(COUNTS, line)
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
