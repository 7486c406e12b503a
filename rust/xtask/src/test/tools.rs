//! Tools that the tests need and a machine may lack.

use std::process::Command;

use crate::process;

/// Debian's package of each program.
const PACKAGES: &[(&str, &str)] = &[("cc", "gcc"), ("c++", "g++")];

/// Installs by apt where that is possible. What can't be had is reported by the stage that needs it.
pub fn install_missing() {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(program, _)| process::find(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    let can_install = cfg!(target_os = "linux") && process::find("apt-get").is_some() && is_root();
    if missing.is_empty() || !can_install {
        return;
    }
    println!("Installing {} ...", missing.join(" "));
    let mut update = Command::new("apt-get");
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "--no-install-recommends"])
        .args(missing)
        .env("DEBIAN_FRONTEND", "noninteractive");
    let done = process::capture(update.arg("update")).and_then(|_| process::capture(&mut install));
    if let Err(error) = done {
        println!("{error}");
    }
}

fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
