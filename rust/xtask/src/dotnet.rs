//! The C# projects. Starting dotnet takes seconds, so a project whose inputs didn't change isn't built again.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repo::Repo;
use crate::{Result, files, process};

/// `dotnet` without servers that stay behind when the build is done.
pub fn dotnet() -> Command {
    let mut command = Command::new("dotnet");
    command
        .env("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        .env("DOTNET_NOLOGO", "1")
        .env("DOTNET_CLI_USE_MSBUILD_SERVER", "0")
        .env("MSBUILDDISABLENODEREUSE", "1")
        .env("UseSharedCompilation", "false");
    command
}

pub fn assembly(repo: &Repo) -> PathBuf {
    repo.path("bin/AzTokenRs.dll")
}

/// AzTokenRs.dll in bin/.
pub fn build_module(repo: &Repo) -> Result<()> {
    module(repo).build(&mut module_command(repo))
}

/// The same from scratch and with warnings as errors: a warning of an earlier build must not hide.
pub fn build_module_strictly(repo: &Repo) -> Result<()> {
    module(repo).build_anew(module_command(repo).args(["--no-incremental", "-warnaserror"]))
}

fn module(repo: &Repo) -> Project<'_> {
    Project { repo, name: "module", folders: &["powershell"], output: assembly(repo) }
}

fn module_command(repo: &Repo) -> Command {
    let mut command = dotnet();
    command.arg("build").arg(repo.path("powershell/AzTokenRs.csproj")).args(["-c", "Release"]);
    command
}

/// The console host over PowerShell's engine package; gives its assembly.
pub fn build_pshost(repo: &Repo) -> Result<PathBuf> {
    build_tool(repo, "pshost", "tools/pshost/pshost.csproj", "tools/pshost", "pshost/release/pshost.dll")
}

/// The program that measures the module in PowerShell's engine.
pub fn build_bench(repo: &Repo) -> Result<PathBuf> {
    build_tool(repo, "bench", "tools/bench/bench.csproj", "tools/bench", "bench/release/bench.dll")
}

/// The manifest of a compiled module that does nothing.
pub fn build_empty_module(repo: &Repo) -> Result<PathBuf> {
    let folder = "tools/bench/empty-module";
    let project = "tools/bench/empty-module/EmptyModule.csproj";
    build_tool(repo, "empty-module", project, folder, "EmptyModule/release/EmptyModule.psd1")
}

fn build_tool(repo: &Repo, name: &str, project: &str, folder: &str, output: &str) -> Result<PathBuf> {
    // Where Directory.Build.props puts what is built.
    let output = repo.target().join("dotnet/bin").join(output);
    let mut command = dotnet();
    command.arg("build").arg(repo.path(project)).args(["-c", "Release"]);
    Project { repo, name, folders: &[folder], output: output.clone() }.build(&mut command)?;
    Ok(output)
}

struct Project<'a> {
    repo: &'a Repo,
    name: &'a str,
    folders: &'a [&'a str],
    output: PathBuf,
}

impl Project<'_> {
    fn build(&self, command: &mut Command) -> Result<()> {
        let is_current =
            files::read(&self.stamp_file()).is_ok_and(|old| self.stamp().is_ok_and(|new| old == new));
        if is_current && self.output.is_file() { Ok(()) } else { self.build_anew(command) }
    }

    fn build_anew(&self, command: &mut Command) -> Result<()> {
        // Before the build: an edit while it runs has to be built by the next one.
        let current = self.stamp()?;
        if process::find("dotnet").is_none() {
            return Err(
                "the .NET SDK's `dotnet` is not on PATH; `cargo xtask doctor` says how to get it".into()
            );
        }
        println!("Building the C# project of {} (restores packages the first time) ...", self.name);
        process::run(command)?;
        if !self.output.is_file() {
            return Err(format!("the build of {} left no {}", self.name, self.repo.show(&self.output)));
        }
        files::write_if_changed(&self.stamp_file(), &current)
    }

    fn stamp_file(&self) -> PathBuf {
        self.repo.target().join(format!("{}.dotnet-stamp", self.name))
    }

    /// The inputs by content, with what stands above the projects and decides how they are built.
    fn stamp(&self) -> Result<String> {
        let mut inputs = Vec::new();
        for folder in self.folders {
            inputs.extend(files::sources(&self.repo.path(folder))?);
        }
        let above =
            ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];
        let above = above.into_iter().chain(["NuGet.Config", "nuget.config", ".editorconfig"]);
        inputs.extend(above.map(|file| self.repo.path(file)).filter(|file| Path::is_file(file)));
        Ok(format!("{:016x}\n", files::fingerprint(&inputs)?))
    }
}
