use std::sync::Mutex;

use super::*;

const PAGE: &str = "https://login.example/authorize?a=1&b=%20";

fn page() -> Url {
    Url::parse(PAGE).expect("a URL")
}

fn choose<const N: usize>(variables: [(&str, &str); N], platform: Platform) -> Result<Vec<Program>> {
    launchers(&Environment::from(variables), platform)
}

/// A folder with programs that do what these scripts say.
#[cfg(unix)]
fn programs<const N: usize>(scripts: [(&str, &str); N]) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, script) in scripts {
        let file = folder.path().join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("executable");
    }
    folder
}

#[cfg(unix)]
#[test]
fn the_commands_in_the_variable_win() {
    let folder = programs([("firefox", ""), ("w3m", "")]);
    let path = folder.path().to_str().expect("UTF-8");
    for platform in [Platform::Unix, Platform::MacOs] {
        let variables =
            [("BROWSER", "firefox --new-window %s:missing:w3m"), ("SSH_TTY", "x"), ("PATH", path)];
        assert_eq!(
            choose(variables, platform).expect("named"),
            [
                Program::new(format!("{path}/firefox"), &["--new-window", URL]),
                Program::new(format!("{path}/w3m"), &[URL])
            ]
        );
    }
}

#[test]
fn a_path_with_spaces_and_letters_of_any_language_is_one_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("mon très cher 浏览器");
    std::fs::write(&program, "").expect("written");
    let program = program.to_str().expect("UTF-8");
    assert_eq!(
        choose([("BROWSER", program)], Platform::CURRENT).expect("named"),
        [Program::new(program, &[URL])]
    );
}

#[test]
fn sessions_without_a_desktop_are_refused() {
    use Platform::{MacOs, Unix, Windows};
    for (platform, variables, words) in [
        (Unix, [("SSH_CONNECTION", "x"), ("X", "x")], "SSH session"),
        (Unix, [("X", "x"), ("Y", "y")], "no display"),
        (Unix, [("DISPLAY", ":0"), ("SUDO_USER", "me")], "sudo"),
        (Unix, [("DISPLAY", ":0"), ("PATH", "/nowhere")], "no browser is on PATH"),
        (MacOs, [("SSH_TTY", "x"), ("DISPLAY", ":0")], "SSH session"),
        (Windows, [("SSH_TTY", "x"), ("X", "x")], "SSH session"),
        (Unix, [("BROWSER", ":"), ("X", "x")], "BROWSER names no program"),
        (
            Unix,
            [("BROWSER", "/nowhere/one:/nowhere/other"), ("X", "x")],
            "/nowhere/other in BROWSER was not found",
        ),
        (Unix, [("BROWSER", "./browser"), ("X", "x")], "./browser in BROWSER was not found"),
    ] {
        let error = choose(variables, platform).expect_err(words);
        assert_eq!((error.error.as_str(), error.kind), ("browser_unavailable", ErrorKind::Unavailable));
        assert!(error.message.contains(words) && error.message.contains("`device_code`"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn each_platform_has_its_way_to_the_default_browser() {
    let folder = programs([("xdg-open", ""), ("gio", ""), ("wslview", ""), ("rundll32.exe", "")]);
    let path = folder.path().to_str().expect("UTF-8");
    let linux = [
        Program::new(format!("{path}/xdg-open"), &[URL]),
        Program::new(format!("{path}/gio"), &["open", URL]),
    ];
    for display in [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")] {
        assert_eq!(choose([display, ("PATH", path)], Platform::Unix).expect("a desktop"), linux);
    }
    let forwarded = [("SSH_CONNECTION", "x"), ("DISPLAY", "localhost:10"), ("PATH", path)];
    assert_eq!(choose(forwarded, Platform::Unix).expect("X forwarding"), linux);
    let wsl = choose([("WSL_DISTRO_NAME", "Debian"), ("PATH", path)], Platform::Unix).expect("WSL");
    assert_eq!(wsl[0], Program::new(format!("{path}/wslview"), &[URL]));
    assert_eq!(wsl[1], Program::new(format!("{path}/rundll32.exe"), &["url.dll,FileProtocolHandler", URL]));
    assert_eq!(wsl[2..], linux);
    assert_eq!(choose([], Platform::MacOs).expect("macOS"), [Program::new("/usr/bin/open", &[URL])]);
    let windows = choose([("SystemRoot", "D:\\Windows")], Platform::Windows).expect("Windows");
    assert_eq!(
        windows,
        [Program::new("D:\\Windows\\System32\\rundll32.exe", &["url.dll,FileProtocolHandler", URL])]
    );
}

#[cfg(unix)]
async fn opened(environment: Environment) -> (Result<()>, Vec<String>) {
    let lines = Mutex::new(Vec::new());
    let browser = Browser::find(&environment).await.expect("a browser");
    let outcome = browser.open(&page(), |line| lines.lock().expect("not poisoned").push(line)).await;
    (outcome, lines.into_inner().expect("not poisoned"))
}

#[cfg(unix)]
#[tokio::test]
async fn the_next_program_is_tried_when_one_fails() {
    let folder = programs([("good", "echo \"$1 $DISPLAY $XDG_RUNTIME_DIR\" > \"$0.seen\"")]);
    let path = folder.path().to_str().expect("UTF-8");
    let browser = format!("false --new-window:sh {path}/good");
    let variables = [("BROWSER", browser.as_str()), ("DISPLAY", ":7")];
    let (outcome, lines) = opened(Environment::from(variables)).await;
    outcome.expect("opened");
    // The session has no XDG_RUNTIME_DIR, whatever the process has.
    assert_eq!(std::fs::read_to_string(format!("{path}/good.seen")).expect("run"), format!("{PAGE} :7 \n"));
    assert!(lines[1].contains("false failed (exit status: 1)"), "{lines:?}");
    assert!(!lines.concat().contains("login.example"), "{lines:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_fails_or_cannot_start_is_an_error() {
    let folder = programs([("bad", "exit 7"), ("text", "")]);
    let path = folder.path().to_str().expect("UTF-8");
    std::fs::write(folder.path().join("text"), "\0").expect("written");
    for (browser, words) in [
        ("/bin/false".to_owned(), "/bin/false failed (exit status: 1)"),
        (format!("{path}/text"), "text can't be started"),
        (format!("sh {path}/bad"), "sh failed (exit status: 7)"),
    ] {
        let (outcome, _) = opened(Environment::from([("BROWSER", browser.as_str()), ("X", "x")])).await;
        let error = outcome.expect_err(words);
        assert_eq!(error.error, "browser_unavailable");
        assert!(error.message.contains(words), "{error}");
    }
}

/// A program that has ended and that nobody asked about would be a zombie: in the process table with state Z.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_zombie_is_left() {
    let folder = programs([(
        "browser",
        "echo $$ > \"$0.part\" && mv \"$0.part\" \"$0.pid\"; read line < \"$0.gate\"",
    )]);
    let command = format!("sh {}", folder.path().join("browser").display());
    let gate = folder.path().join("browser.gate");
    assert!(std::process::Command::new("mkfifo").arg(&gate).status().expect("mkfifo").success());
    let environment = Environment::from([("BROWSER", command.as_str())]);
    let page = page();
    let opening = tokio::spawn(async move { Browser::find(&environment).await?.open(&page, |_| {}).await });
    let pid = loop {
        match std::fs::read_to_string(folder.path().join("browser.pid")) {
            Ok(pid) => break pid.trim().to_owned(),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    // The sign-in is over before the browser is.
    opening.abort();
    std::fs::write(&gate, "end\n").expect("the browser reads it");
    let gone = async {
        while Path::new("/proc").join(&pid).exists() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone)
        .await
        .expect("the browser is gone from the table");
}
