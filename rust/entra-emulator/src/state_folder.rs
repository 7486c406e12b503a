//! Files that stay from one start to the next.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The contents of a file, made at the first start. `mode` is for Unix.
#[cfg_attr(not(unix), allow(unused_variables, reason = "modes are Unix's"))]
pub(crate) fn keep(
    folder: &Path,
    name: &str,
    mode: u32,
    make: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<Vec<u8>> {
    fs::create_dir_all(folder)?;
    let file = folder.join(name);
    match fs::read(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    // Written beside and then linked into place: a second emulator that starts at the same time sees all of the file
    // or none, and the first one to finish wins.
    let contents = make()?;
    let draft = folder.join(format!("{name}.{}", uuid::Uuid::new_v4()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options.open(&draft)?.write_all(&contents)?;
    let linked = fs::hard_link(&draft, &file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read(&file),
    }
}
