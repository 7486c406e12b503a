//! The layers of a crate: which of its modules use which, printed from the lowest up, and a failure where some use each other
//! in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::tally::Tally;
use crate::repo::Repo;
use crate::{Result, files};

/// The modules that each module uses.
type Graph = BTreeMap<String, BTreeSet<String>>;

pub fn checks(repo: &Repo, tally: &mut Tally) {
    for name in ["aztoken", "entra-emulator"] {
        let folder = repo.path(&format!("rust/{name}/src"));
        tally.check(
            &format!("no module of {name} in a circle"),
            read(&folder).and_then(|graph| show(name, &graph)),
        );
    }
}

fn show(name: &str, graph: &Graph) -> Result<()> {
    let (layers, circle) = layers(graph);
    println!("Modules of {name}, each with those that it uses:");
    for (number, layer) in layers.iter().enumerate() {
        for module in layer {
            let uses: Vec<&str> = graph[module].iter().map(String::as_str).collect();
            println!("  {:>2}  {module}: {}", number + 1, uses.join(" "));
        }
    }
    if circle.is_empty() { Ok(()) } else { Err(format!("{} use each other", circle.join(", "))) }
}

/// Modules in layers, each of which uses lower ones only, and those that are in no layer because of a circle.
fn layers(graph: &Graph) -> (Vec<Vec<String>>, Vec<String>) {
    let mut layers: Vec<Vec<String>> = Vec::new();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    loop {
        let next: Vec<&String> = graph
            .iter()
            .filter(|(module, uses)| {
                !placed.contains(module.as_str()) && uses.iter().all(|used| placed.contains(used.as_str()))
            })
            .map(|(module, _)| module)
            .collect();
        if next.is_empty() {
            let rest = graph.keys().filter(|module| !placed.contains(module.as_str()));
            return (layers, rest.cloned().collect());
        }
        placed.extend(next.iter().map(|module| module.as_str()));
        layers.push(next.into_iter().cloned().collect());
    }
}

fn read(folder: &Path) -> Result<Graph> {
    let mut sources: Vec<(String, String)> = Vec::new();
    for file in files::sources(folder)? {
        let Ok(inside) = file.strip_prefix(folder) else { continue };
        let Some(first) = inside.iter().next().and_then(|name| name.to_str()) else { continue };
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        let module = first.strip_suffix(".rs").unwrap_or(first);
        let is_test = file
            .file_stem()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.ends_with("_tests") || matches!(name, "tests" | "testing"));
        // The crate's root hands names on, and a program stands above all.
        if is_rust && !is_test && !matches!(module, "lib" | "main") {
            sources.push((module.to_owned(), files::read(&file)?));
        }
    }
    Ok(graph(&sources))
}

fn graph(sources: &[(String, String)]) -> Graph {
    let mut graph: Graph = sources.iter().map(|(module, _)| (module.clone(), BTreeSet::new())).collect();
    for (module, text) in sources {
        let used: BTreeSet<String> = used(text).into_iter().filter(|used| graph.contains_key(used)).collect();
        if let Some(uses) = graph.get_mut(module) {
            uses.extend(used.into_iter().filter(|used| used != module));
        }
    }
    graph
}

/// The first names after `crate::`, in groups too; tests at a file's end don't count.
fn used(text: &str) -> BTreeSet<String> {
    let product = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut used = BTreeSet::new();
    for rest in product.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => used.extend(first_name(rest)),
            Some(group) => {
                let mut depth = 0;
                let members = group.split_inclusive(['{', '}', ',']);
                let mut is_start = true;
                for member in members {
                    if is_start && depth == 0 {
                        used.extend(first_name(member.trim_start()));
                    }
                    is_start = depth == 0 && member.ends_with(',');
                    match member.chars().last() {
                        Some('{') => depth += 1,
                        Some('}') if depth == 0 => break,
                        Some('}') => depth -= 1,
                        _ => is_start = depth == 0,
                    }
                }
            }
        }
    }
    used
}

fn first_name(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    Some(text[..end].to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sources: &[(&str, &str)]) -> Graph {
        let sources: Vec<_> =
            sources.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        graph(&sources)
    }

    #[test]
    fn names_are_found_alone_and_in_groups() {
        let names = |text: &str| used(text).into_iter().collect::<Vec<_>>();
        assert_eq!(
            names("use crate::error::{Error, Result};\nfn f() { crate::text::trimmed() }"),
            ["error", "text"]
        );
        assert_eq!(names("use crate::{a, b::{c, d}, e::f};"), ["a", "b", "e"]);
        assert_eq!(names("use crate::{\n    a::{b,\n c},\n    d,\n};\nuse std::x;"), ["a", "d"]);
        assert_eq!(names("use crate::a;\n#[cfg(test)]\nmod tests {\n    use crate::b;\n}"), ["a"]);
    }

    #[test]
    fn layers_are_from_the_lowest_up() {
        let graph =
            of(&[("a", "use crate::b; use crate::c;"), ("b", "use crate::c;"), ("c", "use crate::c::d;")]);
        let (layers, circle) = layers(&graph);
        assert_eq!(layers, [["c"], ["b"], ["a"]]);
        assert!(circle.is_empty());
    }

    #[test]
    fn a_circle_is_named() {
        let graph = of(&[("a", "use crate::b;"), ("b", "use crate::c;"), ("c", "use crate::b;"), ("d", "")]);
        let (found, circle) = layers(&graph);
        assert_eq!(found, [["d"]]);
        assert_eq!(circle, ["a", "b", "c"]);
        assert!(show("x", &graph).unwrap_err().contains("b, c"));
    }
}
