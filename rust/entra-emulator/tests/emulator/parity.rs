//! docs/emulator-parity.md: every row that claims something has a witness, and every witness exists.

use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/emulator-parity.md");

/// The texts between backquotes.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a witness exists: a test of this folder, or a folder of tests.
fn exists(witness: &str) -> bool {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    match witness.split_once("::") {
        Some((file, test)) => {
            let source = std::fs::read_to_string(crate_folder.join(format!("tests/emulator/{file}.rs")));
            source.is_ok_and(|source| source.contains(&format!("fn {test}(")))
        }
        None => crate_folder.join("../..").join(witness).is_dir(),
    }
}

#[test]
fn every_row_has_a_witness() {
    let mut section = "";
    let mut rows = 0;
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        }
        let is_row = line.starts_with("| ") && !line.starts_with("| what") && !line.starts_with("| ---");
        if !is_row {
            continue;
        }
        rows += 1;
        let last = line.trim_end_matches(" |").rsplit("| ").next().expect("a cell");
        let witnesses: Vec<&str> =
            code(last).filter(|text| text.contains("::") || text.starts_with("tests/")).collect();
        assert!(section == "Absent" || !witnesses.is_empty(), "no witness: {line}");
        for witness in witnesses {
            assert!(exists(witness), "there is no {witness}: {line}");
        }
    }
    assert!(rows > 30, "{rows} rows were read");
}
