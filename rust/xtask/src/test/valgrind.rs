//! The C tests of the ABI once more, under valgrind: no access to memory that isn't theirs, and nothing lost after
//! `aztoken_shutdown`. What the module does to the library is what `many.c` does; .NET itself can't run under valgrind,
//! whose processor it is too much for (it makes code as it goes, and uses its memory as no allocator does).

use std::path::Path;
use std::process::Command;

use super::abi;
use super::tally::Tally;
use crate::emulator::{self, Emulator};
use crate::repo::Repo;
use crate::{Result, process};

/// Any error, and any block that nothing points to any more. Blocks that are still pointed to are what the library
/// keeps for the next operation.
const OPTIONS: &[&str] = &[
    "--quiet",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect",
    "--errors-for-leak-kinds=definite,indirect",
    "--error-exitcode=99",
];

pub fn tests(repo: &Repo, is_built: bool, tally: &mut Tally) {
    const NAME: &str = "C tests under valgrind";
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return tally.skip(NAME, "they run on Linux x64 only");
    }
    if process::find("valgrind").is_none() {
        return tally.skip(NAME, "valgrind is not on PATH");
    }
    if !is_built {
        return tally.skip(NAME, "the native library was not built");
    }
    match abi::programs(repo) {
        Err(why) => tally.fail(NAME, &why),
        Ok(programs) => {
            for source in programs {
                let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let Some(arguments) = arguments(&name) else { continue };
                tally.check(&format!("{name} under valgrind"), run(repo, &source, arguments));
            }
        }
    }
}

/// What a program is given after the emulator's URL, or `None` for one that makes no sense there.
fn arguments(program: &str) -> Option<&'static [&'static str]> {
    match program {
        // It looks through the memory of its own process, which is valgrind's.
        // The child of fork gives up the threads of its parent, and with them their memory.
        "memory" | "fork" => None,
        // Everything takes some twenty times as long.
        "many" | "waiting" => Some(&["200"]),
        _ => Some(&[]),
    }
}

fn run(repo: &Repo, source: &Path, arguments: &[&str]) -> Result<()> {
    println!("{} under valgrind ...", repo.show(source));
    let program = abi::build(repo, source)?;
    let emulator = Emulator::start(&emulator::program(repo))?;
    process::run(
        Command::new("valgrind")
            .args(OPTIONS)
            .arg(&program)
            .arg(&emulator.url)
            .args(arguments)
            .current_dir(&repo.root),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_search_of_memory_is_left_out() {
        assert_eq!(arguments("memory"), None);
        assert!(arguments("abi").is_some() && arguments("a_new_one").is_some());
    }

    #[test]
    fn lost_memory_is_an_error() {
        assert!(
            OPTIONS.iter().any(|option| option.starts_with("--error-exitcode=") && !option.ends_with("=0"))
        );
        assert!(OPTIONS.contains(&"--errors-for-leak-kinds=definite,indirect"));
    }
}
