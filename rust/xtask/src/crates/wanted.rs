//! The crates that the workspace asks for, read from its Cargo.toml.

use crate::repo::Repo;
use crate::{Result, files};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    /// The part of the version that compatible versions share: `1`, `0.13`.
    pub series: String,
}

impl Wanted {
    /// Debian's package of that crate and series, real or provided.
    pub fn package(&self) -> String {
        format!("librust-{}-{}-dev", self.name.replace('_', "-"), self.series)
    }

    pub fn matches(&self, name: &str, version: &str) -> bool {
        let rest = version.strip_prefix(&self.series);
        name == self.name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

pub fn read(repo: &Repo) -> Result<Vec<Wanted>> {
    parse(&files::read(&repo.path("Cargo.toml"))?)
}

/// The lines of `[workspace.dependencies]`: one crate a line, as rustfmt'd manifests of this repository have it.
fn parse(manifest: &str) -> Result<Vec<Wanted>> {
    let mut wanted = Vec::new();
    let lines =
        manifest.lines().map(str::trim).skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| format!("Cargo.toml: `{line}` is not `crate = ...` in one line"))?;
        if member(value, "path").is_some() {
            continue;
        }
        let version = if value.trim().starts_with('{') { member(value, "version") } else { quoted(value) };
        let version = version.ok_or_else(|| format!("Cargo.toml: `{line}` names no version"))?;
        let name = member(value, "package").unwrap_or(key.trim()).to_owned();
        wanted.push(Wanted { name, series: series(version) });
    }
    if wanted.is_empty() {
        return Err("Cargo.toml has no crates in [workspace.dependencies]".into());
    }
    Ok(wanted)
}

/// The string that an inline table gives a key.
fn member<'a>(table: &'a str, key: &str) -> Option<&'a str> {
    let inner = table.trim().strip_prefix('{')?;
    inner.split(',').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        (name.trim() == key).then(|| quoted(value)).flatten()
    })
}

fn quoted(value: &str) -> Option<&str> {
    value.split('"').nth(1)
}

/// Cargo's rule: the first part that is not zero is what must not change.
fn series(version: &str) -> String {
    let version = version.trim_start_matches(['^', '=', '~', '>', ' ']);
    let parts: Vec<&str> = version.split('.').collect();
    let significant = parts.iter().position(|part| *part != "0").unwrap_or(parts.len() - 1);
    parts[..=significant].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dependencies_table_is_read() {
        let manifest = "[workspace]\nmembers = [\"a\"]\n[workspace.dependencies]\naztoken = { path = \"rust/aztoken\" }\n\n\
                        # why\nbase64 = \"0.22\"\nonce_cell = { version = \"1.20\", default-features = false }\n\
                        [profile.dev]\ndebug = \"no\"\n";
        let packages: Vec<String> = parse(manifest).unwrap().iter().map(Wanted::package).collect();
        assert_eq!(packages, ["librust-base64-0.22-dev", "librust-once-cell-1-dev"]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = parse("[workspace.dependencies]\nserde = { git = \"x\" }\n").unwrap_err();
        assert!(error.contains("serde"), "{error}");
        assert!(parse("[workspace]\n").is_err());
    }

    #[test]
    fn a_series_is_what_compatible_versions_share() {
        for (version, expected) in
            [("1", "1"), ("1.2.3", "1"), ("0.13", "0.13"), ("0.0.4", "0.0.4"), ("^0.9.2", "0.9")]
        {
            assert_eq!(series(version), expected);
        }
    }

    #[test]
    fn versions_match_by_whole_parts() {
        let wanted = Wanted { name: "rand".into(), series: "0.1".into() };
        assert!(wanted.matches("rand", "0.1.5"));
        assert!(!wanted.matches("rand", "0.10.3"));
        assert!(!wanted.matches("rand_core", "0.1.5"));
    }
}
