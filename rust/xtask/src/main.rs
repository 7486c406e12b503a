//! `cargo xtask`: builds, tests and demonstrates `AzTokenRs` on a machine that has a Rust toolchain and the .NET SDK.

mod bench;
mod build;
mod crates;
mod demo;
mod doctor;
mod dotnet;
mod emulator;
mod files;
mod http;
mod json;
mod native;
mod process;
mod repo;
mod stage;
mod test;

use std::process::ExitCode;

use crates::Crates;
use native::Profile;
use repo::Repo;

/// An error is a sentence for the person at the keyboard.
type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
cargo xtask <command>

  build [--release]   build the native library and the PowerShell module into bin/
  demo [--manual]     a token by device code from the local Entra ID emulator
                      (--manual: you open the page and sign in yourself)
  test                every check and every test
  stage               a publishable module folder under target/stage/
  bench               times, memory and sizes beside those of an empty module
  fuzz                a million hostile tokens for the JWT parser (AZTOKEN_FUZZ_CASES, AZTOKEN_FUZZ_SEED)
  modules             the modules of the core and the emulator in layers
  header              write rust/aztoken-ffi/include/aztoken.h anew
  doctor              what is missing on this machine and how to get it
  clean               remove target/, bin/ and en-US/
  help                this text

Environment:
  AZTOKEN_CRATES=crates-io|debian   where crates come from. Otherwise crates.io, or Debian's packages
                                    where it can't be reached; `clean` forgets what was found
  AZTOKEN_DEBIAN_MIRROR=URI         the Debian mirror, where the machine's apt sources name none
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let (command, flags) = match arguments.split_first() {
        Some((command, flags)) => (command.as_str(), flags),
        None => ("help", &[][..]),
    };
    let repo = Repo::find()?;
    match command {
        "build" => {
            let profile = if flag(command, flags, "--release")? { Profile::Release } else { Profile::Dev };
            build::build(&repo, &Crates::ready(&repo)?, profile)?;
        }
        "demo" => return demo::demo(&repo, flag(command, flags, "--manual")?),
        "test" => {
            none(command, flags)?;
            return test::test(&repo);
        }
        "stage" => {
            none(command, flags)?;
            stage::stage(&repo)?;
        }
        "modules" => {
            none(command, flags)?;
            return Ok(test::modules(&repo));
        }
        "header" => {
            none(command, flags)?;
            build::header(&Crates::ready(&repo)?)?;
        }
        "bench" => {
            none(command, flags)?;
            bench::bench(&repo)?;
        }
        "fuzz" => {
            none(command, flags)?;
            build::fuzz(&Crates::ready(&repo)?)?;
        }
        "doctor" => {
            none(command, flags)?;
            return Ok(doctor::doctor(&repo));
        }
        "clean" => {
            none(command, flags)?;
            build::clean(&repo)?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => {
            return Err(format!("there is no command `{other}`; `cargo xtask help` lists them"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the only flag that the command knows was given.
fn flag(command: &str, flags: &[String], known: &str) -> Result<bool> {
    match flags {
        [] => Ok(false),
        [only] if only == known => Ok(true),
        _ => Err(format!("`{command}` takes {known} or nothing, not `{}`", flags.join(" "))),
    }
}

fn none(command: &str, flags: &[String]) -> Result<()> {
    if flags.is_empty() {
        return Ok(());
    }
    Err(format!("`{command}` takes nothing more, not `{}`", flags.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_known_or_refused() {
        let manual = vec!["--manual".to_owned()];
        assert_eq!(flag("demo", &[], "--manual"), Ok(false));
        assert_eq!(flag("demo", &manual, "--manual"), Ok(true));
        assert!(flag("build", &manual, "--release").unwrap_err().contains("--manual"));
        assert!(none("test", &manual).is_err());
    }
}
