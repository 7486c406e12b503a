//! The Pester tests, written as a user would, in a real pwsh.

use std::path::Path;
use std::process::Command;

use super::tally::{Counts, Tally, counts_after};
use crate::emulator::{self, Emulator};
use crate::process;
use crate::repo::Repo;

/// The line that the script below ends with.
const MARK: &str = "pester-counts ";
const SCRIPT: &str = "
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = $env:AZTOKEN_PESTER
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$run = Invoke-Pester -Configuration $configuration
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
$run.Failed | ForEach-Object { \"pester-failed $($_.ExpandedPath)\" }
\"pester-counts $($run.PassedCount) $failed $($run.SkippedCount + $run.NotRunCount)\"
";

pub fn tests(repo: &Repo, is_built: bool, tally: &mut Tally) {
    let folder = repo.path("tests/pester");
    if !is_built {
        return tally.skip("Pester tests", "the module was not built");
    }
    let Some(pwsh) = process::find("pwsh") else {
        return tally.skip("Pester tests", "pwsh is not on PATH");
    };
    let look = "Import-Module Pester -MinimumVersion 5.0 -ErrorAction Stop";
    if process::capture(&mut pwsh_command(&pwsh, look)).is_err() {
        return tally.skip("Pester tests", "pwsh has no module Pester of version 5 or later");
    }
    match Emulator::start(&emulator::program(repo)) {
        Ok(emulator) => run(repo, &pwsh, &folder, &emulator, tally),
        Err(why) => tally.fail("Pester tests", &why),
    }
}

fn run(repo: &Repo, pwsh: &Path, folder: &Path, emulator: &Emulator, tally: &mut Tally) {
    let mut command = pwsh_command(pwsh, SCRIPT);
    command
        .env("AZTOKEN_PESTER", folder)
        .env("AZTOKEN_MODULE", repo.manifest())
        .env("AZTOKEN_EMULATOR", emulator::program(repo))
        .env("AZTOKEN_EMULATOR_URL", &emulator.url);
    let (mut counts, mut failures) = (None, Vec::new());
    let status = process::tee(&mut command, |line| {
        counts = counts.or_else(|| parse(line));
        failures.extend(line.strip_prefix("pester-failed ").map(str::to_owned));
    });
    match (status.and_then(|status| process::check(&command, status)), counts) {
        (Ok(()), Some(counts)) => tally.add("Pester", counts, &failures),
        (Ok(()), None) => tally.fail("Pester tests", "they ended without their counts"),
        (Err(why), _) => tally.fail("Pester tests", &why),
    }
}

fn pwsh_command(pwsh: &Path, script: &str) -> Command {
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-Command", script]);
    command
}

fn parse(line: &str) -> Option<Counts> {
    counts_after(MARK, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        assert_eq!(parse("pester-counts 3 1 0"), Some((3, 1, 0)));
        assert_eq!(parse("pester-counts 3"), None);
        assert_eq!(parse("Tests Passed: 3"), None);
        assert!(SCRIPT.contains(MARK));
    }
}
