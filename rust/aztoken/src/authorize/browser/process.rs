//! Starts a program and watches how it ends, without a thread that waits for it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::sync::oneshot;

use super::URL;
use crate::environment::Environment;
use crate::params::variable;

/// A program that ends with an error within this time didn't open the page. One that still runs is the browser itself.
const START_TIME: Duration = Duration::from_secs(5);
/// The first interval at which a program's end is looked for. It doubles up to the last one.
const FIRST_INTERVAL: Duration = Duration::from_millis(10);
/// The last interval. A browser may run for days, so a thread that waits for its end is too much.
const LAST_INTERVAL: Duration = Duration::from_secs(10);

/// A program with its arguments, in which `%s` stands for the URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) path: PathBuf,
    pub(super) arguments: Vec<String>,
}

impl Program {
    pub(super) fn new(path: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            path: path.into(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        }
    }

    /// No shell is involved, so nothing in a URL is more than text.
    fn command(&self, url: &str, environment: &Environment) -> Command {
        let mut command = Command::new(&self.path);
        command.args(self.arguments.iter().map(|argument| argument.replace(URL, url)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // The program inherits the process's variables. Those that decide about browsers are the session's.
        for name in variable::DESKTOP {
            match environment.get(name) {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // Without PATH, a session tells nothing about it.
        if let Some(path) = environment.get(variable::PATH) {
            command.env(variable::PATH, path);
        }
        command
    }

    /// Runs the program until it has opened a page, or says why it didn't.
    pub(super) async fn run(&self, url: &str, environment: &Environment) -> Result<(), String> {
        let mut command = self.command(url, environment);
        let name = self.path.display();
        // Starting a program may take long on a busy machine or a slow file system.
        let started = tokio::task::spawn_blocking(move || command.spawn().map(watch)).await;
        let ended = match started {
            Ok(Ok(ended)) => ended,
            Ok(Err(error)) => return Err(format!("{name} can't be started ({error})")),
            Err(_) => return Err(format!("{name} can't be started")),
        };
        match tokio::time::timeout(START_TIME, ended).await {
            Ok(Ok(status)) if !status.success() => Err(format!("{name} failed ({status})")),
            _ => Ok(()),
        }
    }
}

/// Looks for a program's end until it has ended. On Unix, a program that has ended stays in the system's table until its
/// parent asks for its status.
fn watch(mut child: Child) -> oneshot::Receiver<ExitStatus> {
    let (sender, ended) = oneshot::channel();
    tokio::spawn(async move {
        let mut interval = FIRST_INTERVAL;
        loop {
            match child.try_wait() {
                Ok(None) => tokio::time::sleep(interval).await,
                Ok(Some(status)) => {
                    // Nobody may wait for it any more.
                    let _unheard = sender.send(status);
                    return;
                }
                Err(_) => return,
            }
            interval = (interval * 2).min(LAST_INTERVAL);
        }
    });
    ended
}

/// Whether a file is a program.
#[cfg(unix)]
pub(super) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Whether a file is a program.
#[cfg(not(unix))]
pub(super) fn is_executable(file: &Path) -> bool {
    file.is_file()
}
