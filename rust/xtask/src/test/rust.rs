//! rustfmt, clippy and cargo test.

use std::process::Command;

use super::tally::{Counts, Tally};
use crate::crates::Crates;
use crate::process;
use crate::repo::Repo;

/// `cargo <verb>` on xtask itself.
pub fn xtask(repo: &Repo, verb: &str) -> Command {
    let mut command = process::cargo(&repo.root);
    command.arg(verb).arg("--manifest-path").arg(repo.path("rust/xtask/Cargo.toml"));
    command
}

pub fn lints(repo: &Repo, crates: &Crates, tally: &mut Tally) {
    if process::capture(process::cargo(&repo.root).args(["fmt", "--version"])).is_ok() {
        tally
            .check("format of the workspace", process::run(crates.cargo().args(["fmt", "--all", "--check"])));
        tally.check("format of xtask", process::run(xtask(repo, "fmt").arg("--check")));
    } else {
        tally.skip("format", "rustfmt is missing: rustup component add rustfmt");
    }
    if process::capture(process::cargo(&repo.root).args(["clippy", "--version"])).is_ok() {
        let mut command = crates.cargo();
        command.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        tally.check("clippy of the workspace", process::run(&mut command));
        let mut command = crates.cargo();
        command.args(["clippy", "--package", "aztoken", "--test", "proxy", "--", "-D", "warnings"]);
        tally.check("clippy of the tests with a proxy", process::run(&mut command));
        let mut command = xtask(repo, "clippy");
        tally.check("clippy of xtask", process::run(command.args(["--all-targets", "--", "-D", "warnings"])));
    } else {
        tally.skip("clippy", "clippy is missing: rustup component add clippy");
    }
}

/// The tests with a real proxy program; they are no part of a plain `cargo test`.
pub fn proxy_tests(crates: &Crates, tally: &mut Tally) {
    if process::find("tinyproxy").is_none() {
        return tally.skip("Rust tests with a proxy", "tinyproxy is not on PATH");
    }
    let mut command = crates.cargo();
    command.args(["test", "--package", "aztoken", "--test", "proxy"]);
    tests("Rust with a proxy", &mut command, tally);
}

/// Runs a `cargo test` and counts what it says.
pub fn tests(suite: &str, command: &mut Command, tally: &mut Tally) {
    let mut summary = Summary::default();
    let status = process::tee(command, |line| summary.read(line));
    match status.and_then(|status| process::check(command, status)) {
        Ok(()) => tally.add(suite, summary.counts, &summary.failures),
        // Failed tests are counted already; anything else (no build, a crash) is one failure of its own.
        Err(_) if summary.counts.1 > 0 => tally.add(suite, summary.counts, &summary.failures),
        Err(why) => {
            if summary.counts.0 > 0 {
                tally.add(suite, summary.counts, &summary.failures);
            }
            tally.fail(suite, &why);
        }
    }
}

#[derive(Debug, Default)]
struct Summary {
    counts: Counts,
    failures: Vec<String>,
}

impl Summary {
    fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        }
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        let count = |word: &str| {
            rest.split([';', '.'])
                .find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok())
                .unwrap_or(0)
        };
        self.counts.0 += count("passed");
        self.counts.1 += count("failed");
        self.counts.2 += count("ignored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_summed() {
        let mut summary = Summary::default();
        for line in [
            "test jwt::decode ... ok",
            "test jwt::verify ... FAILED",
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s",
        ] {
            summary.read(line);
        }
        assert_eq!(summary.counts, (15, 1, 2));
        assert_eq!(summary.failures, ["jwt::verify"]);
    }
}
