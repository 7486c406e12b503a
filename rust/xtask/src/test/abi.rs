//! The header and the ABI as a C and a C++ compiler see them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::Tally;
use crate::emulator::{self, Emulator};
use crate::native::Platform;
use crate::repo::Repo;
use crate::{Result, files, process};

const STRICT: &[&str] = &["-Wall", "-Wextra", "-Werror"];

pub fn tests(repo: &Repo, is_built: bool, tally: &mut Tally) {
    if cfg!(windows) {
        return tally.skip("C tests of the ABI", "they are built with cc, which Windows lacks");
    }
    header(repo, "cc", "-std=c11", "c", tally);
    header(repo, "c++", "-std=c++17", "cpp", tally);
    let programs = match programs(repo) {
        Ok(programs) if programs.is_empty() => {
            return tally.fail("C tests of the ABI", "tests/abi has no C file");
        }
        Ok(programs) => programs,
        Err(why) => return tally.fail("C tests of the ABI", &why),
    };
    for source in programs {
        let name = repo.show(&source).to_string();
        if is_built {
            tally.check(&name, run(repo, &source));
        } else {
            tally.skip(&name, "the native library was not built");
        }
    }
}

/// The header has to stand alone in both languages.
fn header(repo: &Repo, compiler: &str, standard: &str, extension: &str, tally: &mut Tally) {
    let name = format!("aztoken.h by {compiler}");
    if process::find(compiler).is_none() {
        return tally.skip(&name, "the compiler is missing: `cargo xtask doctor` says how to get it");
    }
    let source = repo.target().join(format!("abi/header.{extension}"));
    let written = files::write_if_changed(&source, "#include \"aztoken.h\"\n");
    let mut command = compile(repo, compiler, standard);
    command.arg("-fsyntax-only").arg(&source);
    tally.check(&name, written.and_then(|()| process::run(&mut command)));
}

/// Each C file of the folder itself is a program; what they share is below it.
pub fn programs(repo: &Repo) -> Result<Vec<PathBuf>> {
    let folder = repo.path("tests/abi");
    let mut found = files::sources(&folder)?;
    found.retain(|file| file.extension().is_some_and(|e| e == "c") && file.parent() == Some(&folder));
    Ok(found)
}

/// Builds one program against the library that the module has, and runs it with an emulator of its own, whose URL is
/// its argument. Its address by HTTPS is for those that look for it.
fn run(repo: &Repo, source: &Path) -> Result<()> {
    println!("{} ...", repo.show(source));
    let program = build(repo, source)?;
    let emulator = Emulator::start_https(&emulator::program(repo))?;
    process::run(
        Command::new(&program)
            .arg(&emulator.url)
            .env("AZTOKEN_EMULATOR_HTTPS", &emulator.https)
            .env("AZTOKEN_EMULATOR_CA", &emulator.ca)
            .current_dir(&repo.root),
    )
}

/// The program of a C file.
pub fn build(repo: &Repo, source: &Path) -> Result<PathBuf> {
    let library = Platform::host()?.place(&repo.root);
    let program = repo.target().join("abi").join(source.file_stem().unwrap_or_default());
    files::create_folder(&repo.target().join("abi"))?;
    let mut command = compile(repo, "cc", "-std=c11");
    command.arg("-g").arg("-pthread").arg("-o").arg(&program).arg(source).arg(&library);
    if let Some(folder) = library.parent() {
        command.arg(format!("-Wl,-rpath,{}", folder.display()));
    }
    process::run(&mut command)?;
    Ok(program)
}

fn compile(repo: &Repo, compiler: &str, standard: &str) -> Command {
    let mut command = Command::new(compiler);
    command.arg(standard).args(STRICT).arg("-I").arg(repo.path("rust/aztoken-ffi/include"));
    command
}
