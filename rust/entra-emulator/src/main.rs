//! The emulator as a program. When ready, prints one line of JSON with its addresses.

mod arguments;

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use arguments::{Arguments, USAGE};
use entra_emulator::{Emulator, Running, seed};
use serde_json::json;
use tokio::sync::oneshot;

fn main() -> ExitCode {
    let arguments = match arguments::parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return write(USAGE).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        Err(text) => return fail(&format!("{text}\n\n{USAGE}"), 2),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no runtime could be started: {error}\n"), 1),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error}\n"), 1),
    }
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let parent = arguments.exit_on_stdin_close.then(stdin_closed);
    let mut signals = Signals::new()?;
    let emulator = Emulator::start(arguments.options).await?;
    write(&ready_line(&emulator))?;
    tokio::select! {
        () = signals.received() => {}
        () = parent_gone(parent) => {}
    }
    emulator.stop().await;
    Ok(())
}

fn ready_line(emulator: &Running) -> String {
    let url = emulator.url();
    let mut line = json!({
        "url": url,
        "device_login": format!("{url}/devicelogin"),
        "graph": format!("{url}/v1.0"),
        "control": format!("{url}/_control"),
        "tenant_id": seed::CONTOSO_TENANT_ID,
        "pid": std::process::id(),
    });
    if let (Some(https), Some(ca)) = (emulator.https_url(), emulator.ca_file()) {
        line["https"] = https.into();
        line["ca"] = ca.to_string_lossy().into();
    }
    format!("{line}\n")
}

/// A thread of its own reads standard input: such a read can't be cancelled, and a runtime waits for its own.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        while io::stdin().read(&mut buffer).is_ok_and(|read| read > 0) {}
        let _ = closed.send(());
    });
    receiver
}

async fn parent_gone(parent: Option<oneshot::Receiver<()>>) {
    match parent {
        // Either the message or the loss of the thread: standard input is gone.
        Some(receiver) => drop(receiver.await),
        None => std::future::pending().await,
    }
}

/// The signals that end the program. Made before the ready line: whoever reads it may send one at once.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl+C. Made before the ready line: whoever reads it may send one at once.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn received(&mut self) {
        self.0.recv().await;
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn fail(text: &str, code: u8) -> ExitCode {
    // Nothing is left to do when even this can't be written.
    let _ = write!(io::stderr(), "entra-emulator: {text}");
    ExitCode::from(code)
}
