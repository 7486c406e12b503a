//! `demo`: a token by device code from the local Entra ID, in a real PowerShell engine.

use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::crates::Crates;
use crate::emulator::{self, Emulator};
use crate::native::Profile;
use crate::repo::Repo;
use crate::{Result, build, dotnet, http, json, process};

const TENANT: &str = "contoso.onmicrosoft.com";
/// Long enough to see the code, short enough not to wait for it.
const READING_TIME: Duration = Duration::from_secs(3);
/// A first start of the engine on a slow machine stays under this.
const CODE_LIMIT: Duration = Duration::from_secs(120);

pub fn demo(repo: &Repo, manual: bool) -> Result<ExitCode> {
    build::build(repo, &Crates::ready(repo)?, Profile::Dev)?;
    let mut engine = Engine::find(repo)?;
    let emulator = Emulator::start(&emulator::program(repo))?;
    println!("\nThe local Entra ID listens at {}", emulator.url);
    if manual {
        println!(
            "Open {} in a browser, type the code that follows, sign in and approve.\n",
            emulator.device_login
        );
    } else {
        println!("The demo signs in by itself after some seconds (`cargo xtask demo --manual`: you do).\n");
    }
    let over = AtomicBool::new(false);
    let (status, signed_in) = thread::scope(|scope| {
        let sign_in = (!manual).then(|| scope.spawn(|| sign_in(&emulator.control, &over)));
        let status = engine.command(repo, &emulator).status();
        over.store(true, Ordering::Relaxed);
        (status, sign_in.map_or(Ok(()), |thread| thread.join().unwrap_or(Err("the sign-in panicked".into()))))
    });
    let status = status.map_err(|e| format!("PowerShell could not be started: {e}"))?;
    signed_in?;
    if status.success() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("the demo in PowerShell failed ({status})"))
}

/// What runs the cmdlets.
enum Engine {
    Pwsh(std::path::PathBuf),
    /// A machine without pwsh: the same engine by its package.
    Host(std::path::PathBuf),
}

impl Engine {
    fn find(repo: &Repo) -> Result<Self> {
        if let Some(pwsh) = process::find("pwsh") {
            return Ok(Self::Pwsh(pwsh));
        }
        dotnet::build_pshost(repo).map(Self::Host)
    }

    fn command(&mut self, repo: &Repo, emulator: &Emulator) -> Command {
        let values = [emulator.url.as_str(), TENANT, emulator.graph.as_str()];
        let mut command;
        let prefix = match self {
            Self::Pwsh(pwsh) => {
                command = Command::new(pwsh);
                command.args(["-NoProfile", "-File"]).arg(repo.path("tools/demo.ps1"));
                "-"
            }
            Self::Host(host) => {
                command = Command::new("dotnet");
                command.arg(host).arg("demo");
                "--"
            }
        };
        command.arg(format!("{prefix}module")).arg(repo.manifest());
        for (name, value) in ["authority", "tenant", "graph"].into_iter().zip(values) {
            command.arg(format!("{prefix}{name}")).arg(value);
        }
        command.current_dir(&repo.root);
        command
    }
}

/// Waits for the code that the cmdlet asked for, leaves time to read it, and approves it as the sample user.
fn sign_in(control: &str, over: &AtomicBool) -> Result<()> {
    let limit = Instant::now() + CODE_LIMIT;
    let code = loop {
        if over.load(Ordering::Relaxed) {
            return Ok(());
        }
        if let Some(code) = json::string_member(&http::get(&format!("{control}/device"))?, "user_code") {
            break code;
        }
        if Instant::now() > limit {
            return Err("no device code was asked for".into());
        }
        thread::sleep(Duration::from_millis(200));
    };
    thread::sleep(READING_TIME);
    if over.load(Ordering::Relaxed) {
        return Ok(());
    }
    http::post(&format!("{control}/device/approve"), &format!("{{\"user_code\":{}}}", json::quote(&code)))?;
    Ok(())
}
