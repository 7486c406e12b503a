//! `test`: every check and every test, in stages. A stage that fails doesn't stop the others.

mod abi;
mod house;
mod managed;
mod modules;
mod node;
mod pester;
mod python;
mod rust;
mod tally;
mod tools;
mod valgrind;

use std::process::ExitCode;
use std::time::Instant;

use tally::Tally;

use crate::crates::Crates;
use crate::native::Profile;
use crate::repo::Repo;
use crate::{Result, build};

pub fn test(repo: &Repo) -> Result<ExitCode> {
    tools::install_missing();
    let crates = Crates::ready(repo)?;
    let mut tally = Tally::default();
    let all = Instant::now();

    stage("format and clippy", &mut tally, |tally| {
        rust::lints(repo, &crates, tally);
    });
    stage("tests of xtask", &mut tally, |tally| {
        rust::tests("xtask", &mut rust::xtask(repo, "test"), tally);
    });
    stage("Rust tests", &mut tally, |tally| {
        let mut command = crates.cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]);
        rust::tests("Rust", &mut command, tally);
        rust::proxy_tests(&crates, tally);
    });
    let mut is_native_built = false;
    stage("build of the native library", &mut tally, |tally| {
        is_native_built = tally.check("native library", build::native(repo, &crates, Profile::Dev));
    });
    stage("C tests of the ABI", &mut tally, |tally| {
        abi::tests(repo, is_native_built, tally);
    });
    stage("C tests under valgrind", &mut tally, |tally| {
        valgrind::tests(repo, is_native_built, tally);
    });
    let mut is_module_built = false;
    stage("C# build and tests", &mut tally, |tally| {
        is_module_built = managed::module(repo, tally);
        managed::tests(repo, is_native_built && is_module_built, tally);
    });
    stage("Node tests", &mut tally, |tally| {
        node::tests(repo, tally);
    });
    stage("Python tests", &mut tally, |tally| {
        python::tests(repo, tally);
    });
    stage("Pester tests", &mut tally, |tally| {
        pester::tests(repo, is_native_built && is_module_built, tally);
    });
    stage("rules of the house", &mut tally, |tally| {
        house::checks(repo, tally);
        modules::checks(repo, tally);
    });

    println!("\nAll of it took {:.1} min.", all.elapsed().as_secs_f64() / 60.0);
    print!("{}", tally.report());
    Ok(if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The layers alone, while the code changes.
pub fn modules(repo: &Repo) -> ExitCode {
    let mut tally = Tally::default();
    modules::checks(repo, &mut tally);
    if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn stage(title: &str, tally: &mut Tally, work: impl FnOnce(&mut Tally)) {
    println!("\n== {title} ...");
    let start = Instant::now();
    let before = tally.counts();
    work(tally);
    let minutes = start.elapsed().as_secs_f64() / 60.0;
    println!("== {title}: {} in {minutes:.1} min", tally.since(before));
}
