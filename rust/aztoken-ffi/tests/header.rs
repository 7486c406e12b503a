//! The committed header is what the source generates, and names the functions that are there.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_committed_header_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    // From the root file, whose modules are followed: asking cargo for the crate would need its dependencies' index.
    let builder = cbindgen::Builder::new().with_config(config).with_src(root.join("src/lib.rs"));
    let mut generated = Vec::new();
    builder.generate().expect("bindings").write(&mut generated);
    let generated = String::from_utf8(generated).expect("UTF-8");
    let path = root.join("include/aztoken.h");
    if std::env::var_os("AZTOKEN_BLESS").is_some() {
        std::fs::write(&path, &generated).expect("the header can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(generated == committed, "include/aztoken.h is stale: run `cargo xtask header`");
}

/// The page, the header and the source know the same functions.
#[test]
fn the_page_lists_every_function() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut exports = Vec::new();
    visit(&root.join("src"), &mut exports);
    let exports: BTreeSet<String> = exports.into_iter().map(|(name, _, _)| name).collect();
    let header = std::fs::read_to_string(root.join("include/aztoken.h")).expect("the header");
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let declared: BTreeSet<String> = header
        .split('(')
        .filter_map(|before| before.rsplit(|c: char| !is_name(c)).next())
        .filter(|name| name.starts_with("aztoken_"))
        .map(str::to_owned)
        .collect();
    assert_eq!(exports, declared);
    // Found upwards: the sources may be reached by a link.
    let page = root.ancestors().map(|folder| folder.join("docs/abi.md")).find(|page| page.is_file());
    let page = std::fs::read_to_string(page.expect("docs/abi.md")).expect("UTF-8");
    let table =
        page.split("## Functions").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a table");
    let listed: BTreeSet<String> =
        table.split('`').filter(|word| word.starts_with("aztoken_")).map(str::to_owned).collect();
    assert_eq!(exports, listed);
}

/// Every exported function that can fail goes through the panic boundary, and says who owns what.
#[test]
fn every_export_is_guarded_and_documented() {
    let mut exports = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut exports);
    let names: Vec<_> = exports.iter().map(|(name, _, _)| name.as_str()).collect();
    for expected in ["aztoken_device_code", "aztoken_operation_next", "aztoken_shutdown", "aztoken_version"] {
        assert!(names.contains(&expected), "{expected} was not found in {names:?}");
    }
    for (name, docs, body) in &exports {
        assert!(docs.contains("Thread: "), "{name} doesn't say which threads may call it");
        if body.contains("-> AztokenStatus") {
            assert!(body.contains("    guard(|| "), "{name} doesn't go through guard");
            assert!(
                docs.contains("Owner: ") || docs.contains("Does nothing"),
                "{name} doesn't say who owns what"
            );
        }
    }
}

/// Name, documentation and text of each exported function.
fn visit(folder: &Path, exports: &mut Vec<(String, String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, exports);
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        let mut parts = source.split("#[unsafe(no_mangle)]");
        let mut before = parts.next().unwrap_or_default();
        for part in parts {
            let body = part.split("\n}").next().unwrap_or_default();
            let name = body.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
            let docs = before.rsplit("\n}").next().unwrap_or_default();
            exports.push((name.to_owned(), docs.to_owned(), body.to_owned()));
            before = part;
        }
    }
}
