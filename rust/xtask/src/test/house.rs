//! Rules of the house that no compiler checks: short files, and no address or path of one machine in the repository.

use std::path::Path;

use super::tally::Tally;
use crate::crates::{Entry, machine_entries};
use crate::repo::Repo;
use crate::{Result, files};

const LINES: usize = 400;
const CODE: &[&str] = &["rs", "cs", "c", "mjs", "ps1", "psm1", "sh"];
const TEXT: &[&str] =
    &["csproj", "json", "md", "props", "psd1", "ps1xml", "targets", "toml", "txt", "xml", "yaml", "yml"];
/// First labels of hosts that serve packages.
const REGISTRY_LABELS: &[&str] = &["deb", "index", "mirror", "mirrors", "registry", "snapshot"];

pub fn checks(repo: &Repo, tally: &mut Tally) {
    match Sources::read(repo) {
        Ok(sources) => {
            tally.check("files of at most 400 lines", none(&sources.long()));
            tally.check(
                "no registry's host and no machine's path in the repository",
                none(&sources.machine(repo)),
            );
        }
        Err(why) => tally.fail("rules of the house", &why),
    }
}

fn none(offenders: &[String]) -> Result<()> {
    if offenders.is_empty() { Ok(()) } else { Err(offenders.join("; ")) }
}

/// Shown path and text of every file that people write.
struct Sources(Vec<(String, String)>);

impl Sources {
    fn read(repo: &Repo) -> Result<Self> {
        let mut all = Vec::new();
        for file in files::sources(&repo.root)? {
            let is_named = extension(&file).is_some_and(|e| CODE.contains(&e) || TEXT.contains(&e));
            if is_named || file.starts_with(repo.path(".ci")) {
                all.push((repo.show(&file).to_string(), files::read(&file)?));
            }
        }
        Ok(Self(all))
    }

    fn long(&self) -> Vec<String> {
        let code =
            self.0.iter().filter(|(name, _)| extension(Path::new(name)).is_some_and(|e| CODE.contains(&e)));
        let counted = code.map(|(name, text)| (name, text.lines().count()));
        counted
            .filter(|(_, lines)| *lines > LINES)
            .map(|(name, lines)| format!("{name} has {lines} lines"))
            .collect()
    }

    fn machine(&self, repo: &Repo) -> Vec<String> {
        let hosts: Vec<String> = machine_entries()
            .iter()
            .filter(|entry| Entry::is_debian(entry))
            .filter_map(|entry| host(&entry.uri).map(str::to_owned))
            .collect();
        let root = repo.root.to_string_lossy();
        let mut found = Vec::new();
        for (name, text) in &self.0 {
            for (number, line) in text.lines().enumerate() {
                if let Some(what) = offence(line, &hosts, &root) {
                    found.push(format!("{name}:{} has {what}", number + 1));
                }
            }
        }
        found
    }
}

fn extension(file: &Path) -> Option<&str> {
    file.extension()?.to_str()
}

/// What a line has that only fits one machine.
fn offence(line: &str, hosts: &[String], root: &str) -> Option<String> {
    if line.match_indices(root).any(|(at, _)| !is_inside_path(&line[..at])) {
        return Some(format!("the path {root}"));
    }
    let is_registry = |host: &&str| {
        let label = host.split('.').next().unwrap_or_default();
        hosts.iter().any(|known| known == host)
            || (REGISTRY_LABELS.contains(&label) && host.contains('.') && !is_reserved(host))
    };
    let mut urls = line.match_indices("://").filter_map(|(at, _)| host(&line[at..]));
    urls.find(is_registry).map(|host| format!("the host {host}"))
}

/// Names that belong to nobody, for documentation and tests (RFC 2606).
fn is_reserved(host: &str) -> bool {
    [".example", ".test", ".invalid"].iter().any(|end| host.ends_with(end))
}

/// Whether what comes before is the beginning of a longer path: `rust/aztoken` has no path `/aztoken`.
fn is_inside_path(before: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_alphanumeric() || "._-/}".contains(c))
}

/// The host of a text that starts at a URL's `://` or before it.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_named() {
        let file = |name: &str, lines| (name.to_owned(), "x\n".repeat(lines));
        let sources = Sources(vec![file("a.rs", LINES), file("b.cs", LINES + 1), file("c.md", LINES + 1)]);
        assert_eq!(sources.long(), ["b.cs has 401 lines"]);
    }

    #[test]
    fn hosts_and_paths_of_a_machine_are_found() {
        let hosts = ["packages.local".to_owned()];
        let of = |line| offence(line, &hosts, "/home/someone/aztokenrs");
        assert_eq!(of("see http://packages.local/x"), Some("the host packages.local".to_owned()));
        assert_eq!(of("a https://good.example b"), None);
        // In two pieces, so that this file passes the check.
        let line = ["https://login.example/ https:", "//registry.contoso.com/x"].concat();
        assert_eq!(of(&line), Some("the host registry.contoso.com".to_owned()));
        assert_eq!(
            of("cd /home/someone/aztokenrs/rust"),
            Some("the path /home/someone/aztokenrs".to_owned())
        );
        assert_eq!(offence("rust/aztoken/src", &hosts, "/aztoken"), None);
        assert_eq!(of("http://mirror.example/debian"), None);
    }
}
