//! `doctor`: what is missing on this machine and how to get it.

use std::process::{Command, ExitCode};

use crate::crates::{Entry, machine_entries};
use crate::repo::Repo;
use crate::{dotnet, files, process};

enum Finding {
    Good(String),
    /// Something that a command needs.
    Missing(&'static str),
    /// Something that only widens what is tested.
    Optional(&'static str),
}

/// Fails when something needed is missing.
pub fn doctor(repo: &Repo) -> ExitCode {
    let mut missing = 0;
    for (name, finding) in findings(repo) {
        match finding {
            Finding::Good(what) => println!("ok       {name}: {what}"),
            Finding::Optional(how) => println!("optional {name}: {how}"),
            Finding::Missing(how) => {
                missing += 1;
                println!("MISSING  {name}: {how}");
            }
        }
    }
    if missing == 0 {
        println!("Nothing that `build`, `demo` and `test` need is missing.");
        return ExitCode::SUCCESS;
    }
    println!("{missing} missing.");
    ExitCode::FAILURE
}

fn findings(repo: &Repo) -> Vec<(&'static str, Finding)> {
    let c_help = if cfg!(target_os = "macos") { "xcode-select --install" } else { "apt-get install gcc g++" };
    let mut all = vec![
        ("Rust", rust(repo)),
        (
            "rustfmt",
            says(process::cargo(&repo.root).args(["fmt", "--version"]), "rustup component add rustfmt"),
        ),
        (
            "clippy",
            says(process::cargo(&repo.root).args(["clippy", "--version"]), "rustup component add clippy"),
        ),
        (".NET SDK", sdk()),
    ];
    if !cfg!(windows) {
        all.push(("C compiler", says(Command::new("cc").arg("--version"), c_help)));
        all.push(("C++ compiler", says(Command::new("c++").arg("--version"), c_help)));
    }
    if cfg!(target_os = "linux") {
        all.push(("Debian's crates", debian()));
        all.push((
            "valgrind",
            optional("valgrind", "apt-get install valgrind libc6-dbg, for the C tests under it"),
        ));
        all.push((
            "tinyproxy",
            optional("tinyproxy", "apt-get install tinyproxy-bin, for the tests of proxies"),
        ));
        all.push((
            "chromium",
            optional("chromium", "apt-get install chromium, for the tests with a real browser"),
        ));
    }
    let node = "install Node.js 20 or later with npm, for the tests of clients for it";
    all.push(("Node.js", optional("node", node)));
    all.push(("npm", optional("npm", node)));
    all.push(("Azure CLI", optional("az", "install Azure CLI, for its tests against the emulator")));
    all.push(("pwsh", pwsh()));
    all.push(("Pester", pester()));
    all
}

fn optional(program: &str, how: &'static str) -> Finding {
    process::find(program).map_or(Finding::Optional(how), |path| Finding::Good(path.display().to_string()))
}

fn rust(repo: &Repo) -> Finding {
    let needed = files::read(&repo.path("Cargo.toml")).unwrap_or_default();
    let needed = needed.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap_or_default();
    let needed = numbers(needed.trim_matches('"'));
    match process::capture(Command::new("rustc").arg("--version")) {
        Ok(version) if numbers(version.split(' ').nth(1).unwrap_or_default()) >= needed => {
            Finding::Good(first_line(&version))
        }
        _ => Finding::Missing("too old or not on PATH: `rustup update stable`, or install it with rustup"),
    }
}

fn sdk() -> Finding {
    match process::capture(dotnet::dotnet().arg("--version")) {
        Ok(version) if numbers(&version) >= vec![10] => Finding::Good(first_line(&version)),
        _ => Finding::Missing("install the .NET SDK 10 or later so that `dotnet` is on PATH"),
    }
}

fn debian() -> Finding {
    let tools =
        ["apt-get", "apt-cache", "dpkg-deb", "sha256sum"].iter().all(|tool| process::find(tool).is_some());
    match machine_entries().into_iter().find(Entry::is_debian) {
        Some(entry) if tools => Finding::Good(format!("from {} where crates.io can't be reached", entry.uri)),
        _ => Finding::Optional("no apt with a Debian mirror here, so crates come from crates.io only"),
    }
}

fn pwsh() -> Finding {
    match process::capture(Command::new("pwsh").args(["-NoProfile", "-Version"])) {
        Ok(version) => Finding::Good(first_line(&version)),
        Err(_) => Finding::Optional("install PowerShell 7 for the Pester tests; the demo runs without it"),
    }
}

fn pester() -> Finding {
    let script = "(Get-Module -ListAvailable Pester | Sort-Object Version -Descending)[0].Version.ToString()";
    match process::capture(Command::new("pwsh").args(["-NoProfile", "-Command", script])) {
        Ok(version) if numbers(&version) >= vec![5] => Finding::Good(first_line(&version)),
        _ => Finding::Optional("in pwsh: Install-Module Pester -MinimumVersion 5.0 -Scope CurrentUser"),
    }
}

fn says(command: &mut Command, how: &'static str) -> Finding {
    process::capture(command).map_or(Finding::Missing(how), |text| Finding::Good(first_line(&text)))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

/// `1.88.0` as numbers, which compare as versions do.
fn numbers(version: &str) -> Vec<u32> {
    version.trim().split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("1.100.0") >= numbers("1.88"));
        assert!(numbers("1.87.0") < numbers("1.88"));
        assert!(numbers("9.0.301") < vec![10]);
        assert!(numbers("") < vec![5]);
    }
}
