//! Files: walk, hash, copy by atomic rename.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use crate::Result;

/// Folders that builds write to and nobody edits.
const NOT_SOURCE: &[&str] = &[".git", "bin", "obj", "target", "TestResults"];

/// Every source file under a folder, in a fixed order. Links are not followed.
pub fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| cannot("read", &folder, &e))? {
            let entry = entry.map_err(|e| cannot("read", &folder, &e))?;
            let kind = entry.file_type().map_err(|e| cannot("read", &entry.path(), &e))?;
            if kind.is_dir() {
                if !NOT_SOURCE.iter().any(|name| entry.file_name() == *name) {
                    folders.push(entry.path());
                }
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A number that changes when a file is added, removed, renamed or edited.
pub fn fingerprint(files: &[PathBuf]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(file).map_err(|e| cannot("read", file, &e))?;
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(hasher.finish())
}

/// Copies when the content differs; whoever has the old file open keeps it whole.
pub fn copy_if_changed(from: &Path, to: &Path) -> Result<bool> {
    let new = fs::read(from).map_err(|e| cannot("read", from, &e))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(false);
    }
    create_folder(to.parent().unwrap_or(to))?;
    let beside = to.with_extension(format!("new-{}", std::process::id()));
    fs::write(&beside, new).map_err(|e| cannot("write", &beside, &e))?;
    // A program stays one that can be run.
    let permissions = fs::metadata(from).map_err(|e| cannot("read", from, &e))?.permissions();
    fs::set_permissions(&beside, permissions).map_err(|e| cannot("write", &beside, &e))?;
    fs::rename(&beside, to).map_err(|e| {
        let _ = fs::remove_file(&beside);
        format!("{}; is it loaded by a running session?", cannot("replace", to, &e))
    })?;
    Ok(true)
}

/// Writes when the content differs.
pub fn write_if_changed(file: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    create_folder(file.parent().unwrap_or(file))?;
    fs::write(file, text).map_err(|e| cannot("write", file, &e))
}

pub fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|e| cannot("make", folder, &e))
}

/// Removes a folder that may not be there.
pub fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(cannot("remove", folder, &e)),
        _ => Ok(()),
    }
}

pub fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|e| cannot("read", file, &e))
}

pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|e| cannot("rename", from, &e))
}

pub fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> String {
    format!("could not {verb} {}: {error}", path.display())
}

/// A folder for one unit test, gone with it.
#[cfg(test)]
pub mod scratch {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};

    pub struct Scratch(pub PathBuf);

    impl Scratch {
        pub fn new() -> Self {
            static NEXT: AtomicUsize = AtomicUsize::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = std::env::temp_dir().join(format!("xtask-{}-{number}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scratch::Scratch;
    use super::*;

    #[test]
    fn a_copy_is_made_once() {
        let scratch = Scratch::new();
        let (from, to) = (scratch.0.join("a"), scratch.0.join("folder").join("b.so"));
        fs::write(&from, "one").unwrap();
        assert!(copy_if_changed(&from, &to).unwrap());
        assert!(!copy_if_changed(&from, &to).unwrap());
        fs::write(&from, "two").unwrap();
        assert!(copy_if_changed(&from, &to).unwrap());
        assert_eq!(read(&to).unwrap(), "two");
        assert_eq!(fs::read_dir(to.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn sources_leave_out_what_builds_write() {
        let scratch = Scratch::new();
        for file in ["x.cs", "sub/y.cs", "obj/z.cs", "sub/bin/z.dll"] {
            write_if_changed(&scratch.0.join(file), "text").unwrap();
        }
        let found = sources(&scratch.0).unwrap();
        let names: Vec<_> =
            found.iter().map(|f| f.strip_prefix(&scratch.0).unwrap().to_str().unwrap()).collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&"x.cs"));
    }

    #[test]
    fn a_fingerprint_follows_the_content() {
        let scratch = Scratch::new();
        let file = scratch.0.join("x.cs");
        fs::write(&file, "one").unwrap();
        let one = fingerprint(std::slice::from_ref(&file)).unwrap();
        assert_eq!(one, fingerprint(std::slice::from_ref(&file)).unwrap());
        fs::write(&file, "two").unwrap();
        assert_ne!(one, fingerprint(&[file]).unwrap());
        assert_ne!(one, fingerprint(&[]).unwrap());
    }
}
