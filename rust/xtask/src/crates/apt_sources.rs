//! The machine's own apt sources, in both formats that apt reads.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::Result;

/// One source of packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub uri: String,
    suites: Vec<String>,
    components: Vec<String>,
    signed_by: Option<PathBuf>,
}

/// Debian's releases by code name and by role; derivatives and other repositories use names of their own.
const RELEASES: &[&str] = &[
    "bullseye",
    "oldoldstable",
    "bookworm",
    "oldstable",
    "trixie",
    "stable",
    "forky",
    "testing",
    "sid",
    "unstable",
];
const KEYRINGS: &[&str] = &[
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/etc/apt/trusted.gpg.d/debian-archive-keyring.gpg",
];

impl Entry {
    /// The main archive itself, not its security or backports suites, which stand at other addresses.
    pub fn is_debian(&self) -> bool {
        let main = self.components.iter().any(|component| component == "main");
        main && self.suites.iter().any(|suite| RELEASES.contains(&suite.as_str()))
    }

    /// A sources file for one suite of this mirror, checked against Debian's keyring.
    pub fn sources_file(&self, suite: &str) -> Result<String> {
        let keyrings = KEYRINGS.iter().map(PathBuf::from);
        let keyring = self.signed_by.clone().into_iter().chain(keyrings).find(|file| file.is_file()).ok_or(
            "there is no Debian keyring on this machine: install the package debian-archive-keyring",
        )?;
        let (uri, keyring) = (&self.uri, keyring.display());
        Ok(format!("Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\nSigned-By: {keyring}\n"))
    }
}

/// The mirror to take packages from.
pub fn mirror() -> Result<Entry> {
    let entries = machine_entries();
    let of_machine = entries.into_iter().find(Entry::is_debian);
    match (env::var("AZTOKEN_DEBIAN_MIRROR"), of_machine) {
        (Ok(uri), entry) => Ok(Entry { uri, ..entry.unwrap_or_default() }),
        (Err(_), Some(entry)) => Ok(entry),
        (Err(_), None) => {
            Err("crates.io can't be used, and this machine's apt sources name no Debian mirror. Connect \
             to crates.io, give cargo a mirror of it in its configuration ([source] replacement), or set \
             AZTOKEN_DEBIAN_MIRROR to a Debian mirror's URI"
                .into())
        }
    }
}

/// Every source of packages that the machine's files name.
pub fn machine_entries() -> Vec<Entry> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(folder.flatten().map(|entry| entry.path()));
    }
    files.sort();
    files
        .iter()
        .flat_map(|file| fs::read_to_string(file).map(|text| parse(file, &text)).unwrap_or_default())
        .collect()
}

fn parse(file: &Path, text: &str) -> Vec<Entry> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("sources") => paragraphs(text).iter().filter_map(|fields| deb822(fields)).collect(),
        Some("list") => text.lines().filter_map(one_line).collect(),
        _ => Vec::new(),
    }
}

/// Paragraphs of `Name: value` fields; a line that starts with a space goes on with the field before it.
fn paragraphs(text: &str) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.trim().is_empty() {
            all.push(Vec::new());
        } else if let Some(fields) = all.last_mut() {
            add_line(fields, line);
        }
    }
    all.retain(|fields| !fields.is_empty());
    all
}

fn add_line(fields: &mut Vec<(String, String)>, line: &str) {
    if line.starts_with([' ', '\t']) {
        if let Some((_, value)) = fields.last_mut() {
            value.push(' ');
            value.push_str(line.trim());
        }
    } else if let Some((name, value)) = line.split_once(':') {
        fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn deb822(fields: &[(String, String)]) -> Option<Entry> {
    let field =
        |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    let words = |wanted: &str| field(wanted).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let is_off = field("enabled").eq_ignore_ascii_case("no");
    if is_off || !words("types").iter().any(|kind| kind == "deb") {
        return None;
    }
    Some(Entry {
        uri: words("uris").into_iter().next()?,
        suites: words("suites"),
        components: words("components"),
        signed_by: keyring(field("signed-by")),
    })
}

/// `deb [options] uri suite component…`
fn one_line(line: &str) -> Option<Entry> {
    let rest = line.split('#').next()?.trim().strip_prefix("deb")?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => ("", rest),
    };
    let mut words = rest.split_whitespace().map(str::to_owned);
    Some(Entry {
        uri: words.next()?,
        suites: vec![words.next()?],
        components: words.collect(),
        signed_by: options.split_whitespace().find_map(|option| keyring(option.strip_prefix("signed-by=")?)),
    })
}

/// The field may hold a whole key instead of a file's name: then the machine's keyring is taken.
fn keyring(value: &str) -> Option<PathBuf> {
    let first = value.split([' ', ',']).next()?;
    first.starts_with('/').then(|| PathBuf::from(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: &str = "Types: deb\n# a snapshot\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n\
        Components: main\nSigned-By: /keys/debian.gpg\n\nTypes: deb\nURIs: http://mirror.example/security\n\
        Suites: bookworm-security\nComponents: main\n\nTypes: deb-src\nURIs: http://src.example\nSuites: sid\n\
        Components: main\n\nEnabled: no\nTypes: deb\nURIs: http://off.example\nSuites: sid\nComponents: main\n";

    #[test]
    fn deb822_sources_are_read() {
        let entries = parse(Path::new("debian.sources"), SOURCES);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].uri, "http://mirror.example/debian");
        assert_eq!(entries[0].signed_by.as_deref(), Some(Path::new("/keys/debian.gpg")));
        assert!(entries[0].is_debian());
        assert!(!entries[1].is_debian());
    }

    #[test]
    fn a_key_in_the_field_is_no_file() {
        let text = "Types: deb\nURIs: http://m.example\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN KEY-----\n .\n";
        assert_eq!(parse(Path::new("x.sources"), text)[0].signed_by, None);
    }

    #[test]
    fn one_line_sources_are_read() {
        let text = "# deb http://no.example sid main\ndeb-src http://no.example sid main\n\
                    deb [arch=amd64 signed-by=/keys/d.gpg] http://m.example/debian trixie main contrib # why\n\
                    deb http://tools.example/apt tools main\n";
        let entries = parse(Path::new("sources.list"), text);
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].uri.as_str(), entries[0].is_debian()), ("http://m.example/debian", true));
        assert_eq!(entries[0].signed_by.as_deref(), Some(Path::new("/keys/d.gpg")));
        assert!(!entries[1].is_debian());
    }

    #[test]
    fn other_files_are_left_alone() {
        assert!(parse(Path::new("debian.sources.save"), SOURCES).is_empty());
    }
}
