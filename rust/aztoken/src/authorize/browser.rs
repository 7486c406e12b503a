//! Opens the user's browser with the variables of the caller's session, and recognizes sessions without a browser.
//!
//! The process's own environment decides nothing here: in a PowerShell session on Linux or macOS it differs from `$env:`.

mod process;

use std::fmt;
use std::path::Path;

use url::Url;

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::params::variable;

use process::Program;

/// Programs that open a URL in the default browser of a Linux desktop, then common browsers.
const LINUX_OPENERS: [&[&str]; 10] = [
    &["xdg-open"],
    &["gio", "open"],
    &["gnome-open"],
    &["kde-open"],
    &["x-www-browser"],
    &["microsoft-edge"],
    &["firefox"],
    &["google-chrome"],
    &["chromium"],
    &["chromium-browser"],
];
/// Programs of the Windows Subsystem for Linux that open the browser of Windows.
const WSL_OPENERS: [&[&str]; 2] = [&["wslview"], &["rundll32.exe", "url.dll,FileProtocolHandler"]];
/// Stands for the URL in a program's arguments.
const URL: &str = "%s";
/// Where programs are looked for in a session without PATH.
const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The operating systems, as far as opening a browser differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    /// Linux and other Unix systems, where a variable names the display.
    Unix,
    MacOs,
    Windows,
}

impl Platform {
    const CURRENT: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Unix
    };
}

/// The user's browser: the programs that may open it, in the order in which they are tried.
#[derive(Debug)]
pub(crate) struct Browser {
    programs: Vec<Program>,
    environment: Environment,
}

/// The programs, for a debug stream.
impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<String> =
            self.programs.iter().map(|program| program.path.display().to_string()).collect();
        f.write_str(&paths.join(", "))
    }
}

impl Browser {
    /// Finds the browser of a session: the commands in `BROWSER`, or else the default browser. Fails in a session without one.
    pub(crate) async fn find(environment: &Environment) -> Result<Self> {
        let environment = environment.clone();
        // Folders of PATH may be on a slow file system.
        let search = tokio::task::spawn_blocking(move || {
            let programs = launchers(&environment, Platform::CURRENT)?;
            Ok(Self { programs, environment })
        });
        search
            .await
            .map_err(|_| Error::internal("The search for a browser failed because of a defect in aztoken."))?
    }

    /// Opens a page. Ends when a program has opened it, or still runs after a few seconds. The next program is tried if one
    /// can't be started or soon ends with an error.
    pub(crate) async fn open(&self, page: &Url, debug: impl Fn(String)) -> Result<()> {
        let mut problem = format!("{} names no program", variable::BROWSER);
        for program in &self.programs {
            debug(format!("Starting {}", program.path.display()));
            match program.run(page.as_str(), &self.environment).await {
                Ok(()) => return Ok(()),
                Err(failure) => {
                    debug(format!("The browser didn't open: {failure}"));
                    problem = failure;
                }
            }
        }
        Err(unavailable(&problem))
    }
}

/// The programs to try, in order.
fn launchers(environment: &Environment, platform: Platform) -> Result<Vec<Program>> {
    if let Some(commands) = environment.get(variable::BROWSER) {
        return from_variable(commands, environment, platform);
    }
    require_desktop(environment, platform)?;
    Ok(match platform {
        Platform::Windows => {
            vec![Program::new(system32(environment, "rundll32.exe"), &["url.dll,FileProtocolHandler", URL])]
        }
        Platform::MacOs => vec![Program::new("/usr/bin/open", &[URL])],
        Platform::Unix => {
            let openers: Vec<&[&str]> = match environment.get(variable::WSL) {
                Some(_) => WSL_OPENERS.into_iter().chain(LINUX_OPENERS).collect(),
                None => LINUX_OPENERS.to_vec(),
            };
            let found = openers.iter().filter_map(|opener| {
                let [name, arguments @ ..] = *opener else { return None };
                let path = find(name, environment, platform)?;
                Some(Program::new(path, &[arguments, &[URL]].concat()))
            });
            let found: Vec<Program> = found.collect();
            if found.is_empty() {
                return Err(unavailable("no browser is on PATH"));
            }
            found
        }
    })
}

/// Refuses sessions in which nobody would see a browser.
fn require_desktop(environment: &Environment, platform: Platform) -> Result<()> {
    let over_ssh = environment.first(&variable::SSH).is_some();
    let has_desktop = match platform {
        Platform::Windows | Platform::MacOs => !over_ssh,
        // WSL opens the browser of Windows.
        Platform::Unix => {
            let displays = [variable::DISPLAY, variable::WAYLAND_DISPLAY, variable::WSL];
            environment.first(&displays).is_some()
        }
    };
    if !has_desktop {
        return Err(unavailable(if over_ssh {
            "this is an SSH session"
        } else {
            "the session has no display"
        }));
    }
    if environment.get(variable::SUDO_USER).is_some() {
        return Err(unavailable("the session runs under sudo, and browsers don't run as root"));
    }
    Ok(())
}

fn unavailable(reason: &str) -> Error {
    let message = format!(
        "No browser can be opened: {reason}. Sign in with a device code (`device_code`), open the page yourself (`open_browser`), or set {} to a browser.",
        variable::BROWSER
    );
    Error::new(ErrorKind::Unavailable, "browser_unavailable", message)
}

/// The value of `BROWSER`: commands separated by `:` (`;` on Windows), in which `%s` stands for the URL, or the path of one
/// program, which may contain spaces.
fn from_variable(commands: &str, environment: &Environment, platform: Platform) -> Result<Vec<Program>> {
    if Path::new(commands).is_absolute() && Path::new(commands).is_file() {
        return Ok(vec![Program::new(commands, &[URL])]);
    }
    let separator = if platform == Platform::Windows { ';' } else { ':' };
    let mut programs = Vec::new();
    let mut problem = format!("{} names no program", variable::BROWSER);
    for command in commands.split(separator) {
        let mut words = command.split_whitespace();
        let Some(name) = words.next() else { continue };
        let mut arguments: Vec<String> = words.map(str::to_owned).collect();
        if !command.contains(URL) {
            arguments.push(URL.to_owned());
        }
        match find(name, environment, platform) {
            Some(path) => programs.push(Program { path: path.into(), arguments }),
            None => problem = format!("{name} in {} was not found", variable::BROWSER),
        }
    }
    if programs.is_empty() { Err(unavailable(&problem)) } else { Ok(programs) }
}

/// The path of a program, found with the session's PATH. A relative path is refused: the process's folder isn't the session's.
fn find(name: &str, environment: &Environment, platform: Platform) -> Option<String> {
    let path = Path::new(name);
    if path.is_absolute() {
        return path.is_file().then(|| name.to_owned());
    }
    if path.components().count() != 1 {
        return None;
    }
    if platform == Platform::Windows {
        // The system looks it up, and adds .exe.
        return Some(name.to_owned());
    }
    let folders = environment.get(variable::PATH).unwrap_or(DEFAULT_PATH);
    folders
        .split(':')
        .filter(|folder| folder.starts_with('/'))
        .map(|folder| format!("{}/{name}", folder.trim_end_matches('/')))
        .find(|file| process::is_executable(Path::new(file)))
}

/// A program of Windows, by its full path where the session says where Windows is.
fn system32(environment: &Environment, program: &str) -> String {
    match environment.get(variable::SYSTEM_ROOT) {
        Some(root) => format!("{root}\\System32\\{program}"),
        None => program.to_owned(),
    }
}

#[cfg(test)]
#[path = "browser_tests.rs"]
mod tests;
