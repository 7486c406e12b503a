//! The emulator as a program. When ready, prints one line of JSON with its addresses.

mod arguments;
mod parent;

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use arguments::{Arguments, Command, USAGE};
use entra_emulator::{Emulator, Running, START_CONFIGURATION, configuration_schema};
use serde_json::json;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)) {
        Ok(Command::Run(arguments)) => serve(*arguments),
        Ok(Command::Help) => finish(write(USAGE)),
        Ok(Command::Schema) => finish(write(&configuration_schema())),
        Ok(Command::Init(file)) => finish(init(&file)),
        Err(text) => fail(&format!("{text}\n\n{USAGE}"), 2),
    }
}

fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error}\n"), 1),
    }
}

/// Writes a configuration to begin with. A file that is there stays.
fn init(file: &Path) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("'{}': {error}", file.display()));
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file).map_err(named)?;
    opened.write_all(START_CONFIGURATION.as_bytes()).map_err(named)?;
    write(&format!("Wrote {0}. Start with: entra-emulator --config {0}\n", file.display()))
}

fn serve(arguments: Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no runtime could be started: {error}\n"), 1),
    };
    finish(runtime.block_on(run(arguments)))
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let input = arguments.exit_on_stdin_close.then(parent::stdin_closed);
    let process = arguments.parent_pid.map(parent::process_ended);
    // Ctrl+C in a console goes to every program there; one that has a parent leaves the end to it.
    let has_parent = input.is_some() || process.is_some();
    let mut signals = Signals::new(has_parent)?;
    let emulator = Emulator::start(arguments.options).await?;
    write(&ready_line(&emulator))?;
    tokio::select! {
        () = signals.received() => {}
        () = parent::gone(input) => {}
        () = parent::gone(process) => {}
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
        "resource_manager": url,
        "control": format!("{url}/_control"),
        "tenant_id": emulator.tenant_id(),
        "pid": std::process::id(),
    });
    if let (Some(https), Some(ca)) = (emulator.https_url(), emulator.ca_file()) {
        line["https"] = https.into();
        line["ca"] = ca.to_string_lossy().into();
    }
    format!("{line}\n")
}

/// The signals that end the program. Made before the ready line: whoever reads it may send one at once.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    ignore_interrupt: bool,
}

#[cfg(unix)]
impl Signals {
    fn new(ignore_interrupt: bool) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, ignore_interrupt })
    }

    async fn received(&mut self) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => if !self.ignore_interrupt { return },
                _ = self.terminate.recv() => return,
            }
        }
    }
}

/// Ctrl+C. Made before the ready line: whoever reads it may send one at once.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC, bool);

#[cfg(windows)]
impl Signals {
    fn new(ignore_interrupt: bool) -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(|signal| Self(signal, ignore_interrupt))
    }

    async fn received(&mut self) {
        loop {
            self.0.recv().await;
            if !self.1 {
                return;
            }
        }
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
