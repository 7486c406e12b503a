//! The header and the ABI as a C and a C++ compiler see them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tally::Tally;
use crate::emulator::{self, Emulator};
use crate::native::Platform;
use crate::repo::Repo;
use crate::{Result, files, process};

/// The sample app of the emulator's default configuration.
const CLIENT_ID: &str = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
const CLIENT_SECRET: &str = "emulator-only-client-secret";

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
    if is_built {
        examples(repo, tally);
    } else {
        tally.skip("examples of docs/abi.md", "the native library was not built");
    }
    for source in programs {
        let name = repo.show(&source).to_string();
        if is_built {
            tally.check(&name, run(repo, &source));
        } else {
            tally.skip(&name, "the native library was not built");
        }
    }
}

/// The programs that docs/abi.md shows, as they stand there.
fn examples(repo: &Repo, tally: &mut Tally) {
    tally.check("docs/abi.md in C", c_example(repo));
    match process::find("python3") {
        Some(python) => _ = tally.check("docs/abi.md in Python", python_example(repo, &python)),
        None => tally.skip("docs/abi.md in Python", "python3 is not on PATH"),
    }
}

fn c_example(repo: &Repo) -> Result<()> {
    let source = repo.target().join("abi/example.c");
    write_example(repo, "c", &source)?;
    let program = build(repo, &source)?;
    has_soname(&program)?;
    run_example(repo, &mut Command::new(program))
}

fn python_example(repo: &Repo, python: &Path) -> Result<()> {
    let source = repo.target().join("abi/example.py");
    write_example(repo, "python", &source)?;
    run_example(repo, Command::new(python).arg(source).arg(Platform::host()?.place(&repo.root)))
}

/// With an app of the emulator's default configuration.
fn run_example(repo: &Repo, command: &mut Command) -> Result<()> {
    let emulator = Emulator::start(&emulator::program(repo))?;
    command.args([&emulator.url, "contoso.onmicrosoft.com", CLIENT_ID, CLIENT_SECRET]);
    process::run(command.current_dir(&repo.root))
}

fn write_example(repo: &Repo, language: &str, source: &Path) -> Result<()> {
    let page = files::read(&repo.path("docs/abi.md"))?;
    let code = example(&page, language).ok_or(format!("docs/abi.md has no example in {language}"))?;
    files::write_if_changed(source, code)?;
    Ok(())
}

/// The code of the block that is marked as an example.
fn example<'a>(page: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("```{language} example\n"))?;
    rest.split_once("```").map(|(code, _)| code)
}

/// A program that was linked with the library's file asks for it by its name, and not by the path that the linker saw.
fn has_soname(program: &Path) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let dynamic = process::capture(Command::new("readelf").arg("-d").arg(program))?;
    if dynamic.contains("[aztoken.so]") { Ok(()) } else { Err("the library has no SONAME aztoken.so".into()) }
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
