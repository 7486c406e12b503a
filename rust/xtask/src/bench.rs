//! `bench`: what the module costs, beside what costs the same for everyone, in one run.

use std::fs;

use crate::crates::Crates;
use crate::emulator::Emulator;
use crate::native::{Platform, Profile};
use crate::repo::Repo;
use crate::{Result, build, dotnet, files, process};

/// A daemon that the emulator knows; both are public.
const CLIENT_ID: &str = "41d90b7e-2a63-4f58-9c17-d5b8e0a6f734";
const CLIENT_SECRET: &str = "emulator-only-daemon-secret";

pub fn bench(repo: &Repo) -> Result<()> {
    let crates = Crates::ready(repo)?;
    build::build(repo, &crates, Profile::Release)?;
    let empty_module = dotnet::build_empty_module(repo)?;
    let program = dotnet::build_bench(repo)?;
    let mut rust = crates.cargo();
    rust.args(["bench", "--package", "aztoken", "--bench", "client_to_token"]);
    process::run(rust.arg("--no-run"))?;

    let file = format!("entra-emulator{}", std::env::consts::EXE_SUFFIX);
    let emulator = Emulator::start_https(&Profile::Release.folder(repo).join(file))?;
    println!("\n== the module in PowerShell's engine");
    let mut start = dotnet::dotnet();
    start.arg(&program).arg("start").arg(repo.manifest()).arg(&empty_module);
    start.args([&emulator.https, &emulator.ca, CLIENT_ID, CLIENT_SECRET]);
    process::run(&mut start)?;

    println!("\n== Rust alone, and the library");
    let mut rust = crates.cargo();
    rust.args(["bench", "--quiet", "--package", "aztoken", "--bench", "client_to_token"]);
    rust.env("AZTOKEN_BENCH_AUTHORITY", &emulator.https).env("AZTOKEN_BENCH_CA", &emulator.ca);
    rust.env("AZTOKEN_BENCH_CLIENT_ID", CLIENT_ID).env("AZTOKEN_BENCH_CLIENT_SECRET", CLIENT_SECRET);
    process::run(&mut rust)?;
    for (what, path) in [
        ("native library, profile release", Platform::host()?.place(&repo.root)),
        ("managed assembly", dotnet::assembly(repo)),
    ] {
        let size = fs::metadata(&path).map_err(|e| files::cannot("read", &path, &e))?.len();
        println!("{what:<40}{size:>9} bytes");
    }

    println!("\n== ConvertFrom-AzToken");
    process::run(dotnet::dotnet().arg(&program).arg("convert").arg(repo.manifest()))
}
