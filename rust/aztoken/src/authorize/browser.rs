//! Opening the user's own browser, and knowing beforehand where there is none.

use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::io::Io;
use crate::params::variable;

/// How a page is opened.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// By the first of the caller's commands that starts: programs with their arguments.
    Commands(Vec<Vec<String>>),
    /// By the system's default browser.
    System,
}

/// What decides whether the system can show a page.
#[derive(Debug, Clone, Copy)]
enum Desktop {
    /// Linux and its like, where a display is named by a variable.
    Display,
    /// Windows and macOS, which always have one.
    Always,
}

impl Desktop {
    const HERE: Self = if cfg!(any(windows, target_os = "macos")) { Self::Always } else { Self::Display };
}

/// Opens a page. `BROWSER` of the caller's session wins; the process's own environment says nothing about it.
pub(crate) async fn open(io: &Io, page: &Url) -> Result<()> {
    match way(io.environment(), Desktop::HERE, page)? {
        Way::Commands(commands) => {
            io.debug(format!("Opening a browser by {}", variable::BROWSER));
            run_first(&commands)
        }
        Way::System => {
            io.debug("Opening the system's browser".to_owned());
            let page = page.to_string();
            let mut options = webbrowser::BrowserOptions::new();
            options.with_suppress_output(true);
            let open =
                move || webbrowser::open_browser_with_options(webbrowser::Browser::Default, &page, &options);
            match tokio::task::spawn_blocking(open).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(unavailable(&format!("none could be started ({error})"))),
                Err(_) => Err(unavailable("none could be started")),
            }
        }
    }
}

fn way(environment: &Environment, desktop: Desktop, page: &Url) -> Result<Way> {
    if let Some(commands) = environment.get(variable::BROWSER) {
        return Ok(Way::Commands(parse(commands, page.as_str())));
    }
    let has_display = match desktop {
        Desktop::Always => environment.first(&variable::SSH).is_none(),
        // Linux under Windows opens Windows' own browser.
        Desktop::Display => {
            let displays = [variable::DISPLAY, variable::WAYLAND_DISPLAY, variable::WSL];
            environment.first(&displays).is_some()
        }
    };
    if !has_display {
        let over_ssh = environment.first(&variable::SSH).is_some();
        return Err(unavailable(if over_ssh { "this is an SSH session" } else { "there is no display" }));
    }
    if environment.get(variable::SUDO_USER).is_some() {
        return Err(unavailable("this session runs under sudo, and browsers don't run as root"));
    }
    Ok(Way::System)
}

fn unavailable(why: &str) -> Error {
    let message = format!(
        "No browser can be opened here: {why}. Use -DeviceCode, or -NoBrowser to open the page yourself, or name a browser in {}.",
        variable::BROWSER
    );
    Error::new(ErrorKind::Unavailable, "browser_unavailable", message)
}

/// Commands with `:` between them, as Unix has them, or one path with spaces and all. `%s` is the page's place; without
/// one it comes last.
fn parse(commands: &str, page: &str) -> Vec<Vec<String>> {
    let whole = Path::new(commands);
    if whole.is_absolute() && whole.is_file() {
        return vec![vec![commands.to_owned(), page.to_owned()]];
    }
    let separator = if cfg!(windows) { ';' } else { ':' };
    let commands = commands.split(separator).map(|command| {
        let mut words: Vec<String> =
            command.split_whitespace().map(|word| word.replace("%s", page)).collect();
        if !command.contains("%s") && !words.is_empty() {
            words.push(page.to_owned());
        }
        words
    });
    commands.filter(|words| !words.is_empty()).collect()
}

/// Starts the first command that can be started. No shell is between, so nothing in an address is more than text.
fn run_first(commands: &[Vec<String>]) -> Result<()> {
    let mut problem = format!("{} names no command", variable::BROWSER);
    for command in commands {
        let [program, arguments @ ..] = command.as_slice() else { continue };
        let started = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(child) => {
                reap(child);
                return Ok(());
            }
            Err(error) => problem = format!("{program} of {} can't be started ({error})", variable::BROWSER),
        }
    }
    Err(unavailable(&problem))
}

/// Browsers that were started and are not known to have ended.
static STARTED: std::sync::Mutex<Vec<std::process::Child>> = std::sync::Mutex::new(Vec::new());

/// A process that has ended stays in the system's table until somebody asks for its end. A browser may run for days, so
/// nobody waits: those that have ended are asked for at the next sign-in.
fn reap(child: std::process::Child) {
    let mut started = STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    started.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    started.push(child);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://login.example/authorize?a=1&b=%20";

    fn choose<const N: usize>(variables: [(&str, &str); N], desktop: Desktop) -> Result<Way> {
        way(&Environment::from(variables), desktop, &Url::parse(PAGE).expect("a URL"))
    }

    #[test]
    fn the_callers_browser_wins_everywhere() {
        let named = choose([("BROWSER", "firefox --new-window %s:w3m"), ("SSH_TTY", "x")], Desktop::Display);
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let expected = vec![words(&["firefox", "--new-window", PAGE]), words(&["w3m", PAGE])];
        assert_eq!(named.expect("named"), Way::Commands(expected));
    }

    #[test]
    fn a_path_with_spaces_is_one_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("my browser");
        std::fs::write(&program, "").expect("written");
        let program = program.to_str().expect("UTF-8");
        assert_eq!(parse(program, PAGE), [[program, PAGE]]);
    }

    #[test]
    fn where_there_is_no_display_it_is_said() {
        for (desktop, variables, words) in [
            (Desktop::Display, [("SSH_CONNECTION", "x"), ("X", "x")], Some("SSH session")),
            (Desktop::Display, [("X", "x"), ("Y", "y")], Some("no display")),
            (Desktop::Display, [("SSH_CONNECTION", "x"), ("DISPLAY", "localhost:10")], None),
            (Desktop::Display, [("WAYLAND_DISPLAY", "wayland-0"), ("X", "x")], None),
            (Desktop::Display, [("WSL_DISTRO_NAME", "Debian"), ("X", "x")], None),
            (Desktop::Display, [("DISPLAY", ":0"), ("SUDO_USER", "me")], Some("sudo")),
            (Desktop::Always, [("SSH_TTY", "x"), ("DISPLAY", ":0")], Some("SSH session")),
            (Desktop::Always, [("X", "x"), ("Y", "y")], None),
        ] {
            match (choose(variables, desktop), words) {
                (Ok(way), None) => assert_eq!(way, Way::System, "{variables:?}"),
                (Err(error), Some(words)) => {
                    assert_eq!(
                        (error.error.as_str(), error.kind),
                        ("browser_unavailable", ErrorKind::Unavailable)
                    );
                    assert!(
                        error.message.contains(words) && error.message.contains("-DeviceCode"),
                        "{error}"
                    );
                }
                (outcome, _) => panic!("{variables:?}: {outcome:?}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_started_is_said() {
        for commands in [":", "/nowhere/browser", "/nowhere/one:/nowhere/other"] {
            let error = run_first(&parse(commands, PAGE)).expect_err(commands);
            assert_eq!(error.error, "browser_unavailable");
            assert!(error.message.contains("BROWSER"), "{error}");
        }
    }
}
