//! apt with folders of its own: nothing of the machine's package state is read or changed, and no root is needed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread, time::Duration};

use super::apt_sources;
use crate::repo::Repo;
use crate::{Result, files, process};

/// The first suite that has every crate.
pub const SUITE: &str = "forky";

/// A package as the signed lists have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// The file's name as apt writes it.
    pub file: String,
    pub sha256: String,
}

pub struct Apt {
    folder: PathBuf,
}

impl Apt {
    pub fn ready(repo: &Repo) -> Result<Self> {
        for program in ["apt-get", "apt-cache", "dpkg-deb", "sha256sum"] {
            if process::find(program).is_none() {
                return Err(format!(
                    "crates.io can't be used, and `{program}` is not on this machine, so Debian's packaged crates \
                     can't either. Connect to crates.io, or give cargo a mirror of it in its configuration \
                     ([source] replacement), then run `cargo xtask clean` and try again"
                ));
            }
        }
        let folder = repo.target().join("offline/apt");
        files::create_folder(&folder.join("lists/partial"))?;
        files::create_folder(&folder.join("cache/archives/partial"))?;
        files::write_if_changed(&folder.join("status"), "")?;
        let sources = apt_sources::mirror()?.sources_file(SUITE)?;
        files::write_if_changed(&folder.join("debian.sources"), &sources)?;
        Ok(Self { folder })
    }

    pub fn update(&self) -> Result<()> {
        process::capture(self.command("apt-get").args(["-q", "update"])).map(drop)
    }

    /// The crates' packages with everything they depend on, at the versions of the lists.
    pub fn closure(&self, packages: &[String]) -> Result<Vec<Package>> {
        let mut command = self.command("apt-get");
        command.args(["--print-uris", "-y", "--no-install-recommends", "install"]).args(packages);
        let listed = parse_uris(&process::capture(&mut command)?);
        if listed.is_empty() {
            return Err(format!("apt listed no package of Debian's crates in the suite {SUITE}"));
        }
        let mut command = self.command("apt-cache");
        command.args(["--no-all-versions", "show"]).args(listed.iter().map(|(name, _)| name));
        join(listed, &parse_records(&process::capture(&mut command)?))
    }

    /// Downloads into a folder and shows how far it is; apt checks each file against the lists.
    pub fn download(&self, packages: &[&Package], folder: &Path) -> Result<()> {
        let mut command = self.command("apt-get");
        command.args(["-q", "download"]).current_dir(folder);
        command.args(packages.iter().map(|package| format!("{}={}", package.name, package.version)));
        let log = fs::File::create(self.folder.join("download.log"))
            .map_err(|e| files::cannot("write", &self.folder.join("download.log"), &e))?;
        let both = log.try_clone().map_err(|e| format!("could not share the log: {e}"))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(both)
            .spawn()
            .map_err(|e| format!("`apt-get` could not be run: {e}"))?;
        let mut ticks: u32 = 0;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|e| format!("`apt-get`: {e}"))? {
                break status;
            }
            thread::sleep(Duration::from_millis(100));
            ticks += 1;
            if ticks.is_multiple_of(50) {
                let so_far = fs::read_dir(folder).map_or(0, Iterator::count);
                println!("  {so_far} of {}", packages.len());
            }
        };
        if status.success() {
            return Ok(());
        }
        let log = files::read(&self.folder.join("download.log")).unwrap_or_default();
        let errors: Vec<&str> = log.lines().filter(|line| line.starts_with("E:")).take(5).collect();
        Err(format!("`apt-get download` failed ({status}): {}", errors.join("; ")))
    }

    fn command(&self, program: &str) -> Command {
        let folder = self.folder.display();
        let options = [
            format!("Dir::State={folder}"),
            format!("Dir::State::Lists={folder}/lists"),
            format!("Dir::State::status={folder}/status"),
            format!("Dir::Cache={folder}/cache"),
            format!("Dir::Etc::SourceList={folder}/debian.sources"),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            "Dir::Etc::Preferences=/dev/null".to_owned(),
            "Dir::Etc::PreferencesParts=/dev/null".to_owned(),
            // The folders are this user's, and apt's own user may not be able to write there.
            "APT::Sandbox::User=root".to_owned(),
            "APT::Update::Error-Mode=any".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false".to_owned(),
        ];
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        command.args(options.iter().flat_map(|option| ["-o", option]));
        command
    }
}

/// Name and file of each crate in lines of `'URI' file size hash`; the rest of the closure (gcc, libc) is not needed.
fn parse_uris(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| line.starts_with('\''))
        .filter_map(|line| {
            let file = line.split(' ').nth(1)?;
            let name = percent_decode(file.split('_').next()?);
            name.starts_with("librust-").then(|| (name, file.to_owned()))
        })
        .collect()
}

/// Package, version and SHA-256 of each record.
fn parse_records(text: &str) -> Vec<(&str, &str, &str)> {
    text.split("\n\n")
        .filter_map(|record| {
            Some((field(record, "Package: ")?, field(record, "Version: ")?, field(record, "SHA256: ")?))
        })
        .collect()
}

fn field<'a>(record: &'a str, name: &str) -> Option<&'a str> {
    record.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

fn join(listed: Vec<(String, String)>, records: &[(&str, &str, &str)]) -> Result<Vec<Package>> {
    listed
        .into_iter()
        .map(|(name, file)| {
            let record = records.iter().find(|(package, _, _)| *package == name);
            let (_, version, sha256) = record.ok_or_else(|| format!("apt has no record of {name}"))?;
            Ok(Package { name, version: (*version).to_owned(), file, sha256: (*sha256).to_owned() })
        })
        .collect()
}

/// apt writes `+` of a name as `%2b` in some places.
fn percent_decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let code = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push_str(&rest[..at]);
        decoded.push(code.map_or('%', char::from));
        rest = &rest[at + if code.is_some() { 3 } else { 1 }..];
    }
    decoded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_a_closure_are_listed() {
        let text = "Reading package lists...\n'http://m.example/libc6_2_amd64.deb' libc6_2_amd64.deb 1 MD5Sum:00\n\
                    'http://m.example/p%2bq.deb' librust-a%2bb-dev_1%3a0.2+ds-1_amd64.deb 9 SHA256:00\n";
        let file = "librust-a%2bb-dev_1%3a0.2+ds-1_amd64.deb";
        assert_eq!(parse_uris(text), [("librust-a+b-dev".to_owned(), file.to_owned())]);
    }

    #[test]
    fn records_are_joined_by_name() {
        let text = "Package: librust-a-dev\nVersion: 1\nSHA256: aa\n\nPackage: librust-b-dev\nVersion: 2\nSHA256: bb\n";
        let records = parse_records(text);
        let listed = |name: &str| vec![(name.to_owned(), format!("{name}.deb"))];
        let joined = join(listed("librust-b-dev"), &records).unwrap();
        assert_eq!((joined[0].version.as_str(), joined[0].sha256.as_str()), ("2", "bb"));
        assert!(join(listed("librust-c-dev"), &records).unwrap_err().contains("librust-c-dev"));
    }

    #[test]
    fn names_are_decoded() {
        assert_eq!(percent_decode("a%2bb%3Ac"), "a+b:c");
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%zz"), "%zz");
    }
}
