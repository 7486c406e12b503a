//! Tools that the tests need and a machine may lack.

use std::process::Command;

use crate::process;

/// Debian's packages of each program. valgrind reads the C library's symbols from a package of its own.
const PACKAGES: &[(&str, &[&str])] = &[
    ("cc", &["gcc"]),
    ("c++", &["g++"]),
    ("valgrind", &["valgrind", "libc6-dbg"]),
    ("tinyproxy", &["tinyproxy-bin"]),
];

/// Installs by apt where that is possible. What can't be had is reported by the stage that needs it.
pub fn install_missing() {
    let missing: Vec<_> = PACKAGES.iter().filter(|(program, _)| process::find(program).is_none()).collect();
    let can_install = cfg!(target_os = "linux") && process::find("apt-get").is_some() && is_root();
    if missing.is_empty() || !can_install {
        return;
    }
    let updated = process::capture(Command::new("apt-get").arg("update"));
    // Each for itself: one that this release of the system lacks keeps none of the others away.
    for (program, packages) in missing {
        println!("Installing {program} ...");
        let mut install = Command::new("apt-get");
        install
            .args(["install", "-y", "--no-install-recommends"])
            .args(*packages)
            .env("DEBIAN_FRONTEND", "noninteractive");
        if let Err(error) = updated.clone().and_then(|_| process::capture(&mut install)) {
            println!("{error}");
        }
    }
}

fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
