//! The local Entra ID as a child process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::json;
use crate::repo::Repo;
use crate::{Result, native};

/// A running emulator. It ends when this is dropped, and by itself when this process is gone.
pub struct Emulator {
    child: Child,
    pub url: String,
    pub graph: String,
    pub control: String,
    pub device_login: String,
    /// URL by HTTPS and the file of its CA; empty unless started for it.
    pub https: String,
    pub ca: String,
}

/// The program as the dev profile builds it.
pub fn program(repo: &Repo) -> PathBuf {
    let file = format!("entra-emulator{}", std::env::consts::EXE_SUFFIX);
    native::Profile::Dev.folder(repo).join(file)
}

impl Emulator {
    pub fn start(program: &Path) -> Result<Self> {
        Self::start_with(program, &[])
    }

    pub fn start_https(program: &Path) -> Result<Self> {
        Self::start_with(program, &["--https"])
    }

    fn start_with(program: &Path, options: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["--port", "0", "--test-keys", "--exit-on-stdin-close", "--interval", "1"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the emulator {} could not be started: {e}", program.display()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut line);
        }
        let member = |name: &str| {
            json::string_member(&line, name)
                .ok_or_else(|| format!("the emulator's first line has no `{name}`: {}", line.trim()))
        };
        let or_none = |name: &str| json::string_member(&line, name).unwrap_or_default();
        match (member("url"), member("graph"), member("control"), member("device_login")) {
            (Ok(url), Ok(graph), Ok(control), Ok(device_login)) => {
                let (https, ca) = (or_none("https"), or_none("ca"));
                Ok(Self { child, url, graph, control, device_login, https, ca })
            }
            (url, graph, control, device_login) => {
                end(&mut child);
                Err([url, graph, control, device_login].into_iter().find_map(Result::err).unwrap_or_default())
            }
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Closes its input, which it takes as a request to end, and insists after three seconds.
fn end(child: &mut Child) {
    drop(child.stdin.take());
    let limit = Instant::now() + Duration::from_secs(3);
    while Instant::now() < limit {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            _ => return,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}
