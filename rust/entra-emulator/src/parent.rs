//! The parent process: the program can end when it does.

use std::io::{self, Read as _};
use std::time::Duration;

use tokio::sync::oneshot;

/// How often a process is looked at. Standard input tells at once.
const INTERVAL: Duration = Duration::from_millis(500);

/// Told when standard input is closed, as it is when the parent ends. A thread of its own reads it: such a read can't
/// be cancelled, and a runtime waits for its own threads.
pub(crate) fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        while io::stdin().read(&mut buffer).is_ok_and(|read| read > 0) {}
        let _ = closed.send(());
    });
    receiver
}

/// Told when a process has ended.
pub(crate) fn process_ended(pid: u32) -> oneshot::Receiver<()> {
    let (ended, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let first = identity(pid);
        while first.is_some() && identity(pid) == first {
            std::thread::sleep(INTERVAL);
        }
        let _ = ended.send(());
    });
    receiver
}

/// Waits for what tells of the parent's end, if anything does.
pub(crate) async fn gone(parent: Option<oneshot::Receiver<()>>) {
    match parent {
        // Either the message or the loss of the thread: the parent is gone.
        Some(receiver) => drop(receiver.await),
        None => std::future::pending().await,
    }
}

/// What tells a running process from a later one with the same ID; none when there is no such process.
#[cfg(target_os = "linux")]
fn identity(pid: u32) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; state and start time are the 1st and 20th field behind it (proc(5)).
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let (state, start) = (fields.first()?, fields.get(19)?);
    (!matches!(*state, "Z" | "X")).then(|| (*start).to_owned())
}

/// What tells that a process runs; none when there is no such process.
#[cfg(not(target_os = "linux"))]
fn identity(pid: u32) -> Option<String> {
    use std::process::{Command, Stdio};
    let mut command = if cfg!(windows) {
        let mut command = Command::new("tasklist");
        command.args(["/NH", "/FO", "CSV", "/FI", &format!("PID eq {pid}")]);
        command
    } else {
        let mut command = Command::new("ps");
        command.args(["-o", "lstart=", "-p", &pid.to_string()]);
        command
    };
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let found = if cfg!(windows) { text.contains(&format!("\"{pid}\"")) } else { !text.is_empty() };
    found.then(|| if cfg!(windows) { pid.to_string() } else { text })
}
