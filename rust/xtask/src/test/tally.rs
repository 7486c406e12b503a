//! What passed, failed and was skipped.

use std::fmt::Write;

use crate::Result;

#[derive(Debug, Default)]
pub struct Tally {
    passed: u32,
    failed: u32,
    skipped: u32,
    failures: Vec<String>,
    skips: Vec<String>,
}

pub type Counts = (u32, u32, u32);

impl Tally {
    pub fn pass(&mut self) {
        self.passed += 1;
    }

    pub fn fail(&mut self, name: &str, why: &str) {
        println!("FAILED {name}: {why}");
        self.failed += 1;
        self.failures.push(format!("{name}: {}", why.lines().next().unwrap_or_default()));
    }

    pub fn skip(&mut self, name: &str, why: &str) {
        self.skipped += 1;
        self.skips.push(format!("{name}: {why}"));
    }

    /// One check; whether it passed.
    pub fn check(&mut self, name: &str, result: Result<()>) -> bool {
        match result {
            Ok(()) => {
                self.pass();
                true
            }
            Err(why) => {
                self.fail(name, &why);
                false
            }
        }
    }

    /// The counts and failures of another program's tests. No test at all is a failure: then they were not found.
    pub fn add(&mut self, suite: &str, counts: Counts, failures: &[String]) {
        let (passed, failed, skipped) = counts;
        self.passed += passed;
        self.failed += failed;
        self.skipped += skipped;
        self.failures.extend(failures.iter().map(|name| format!("{suite}: {name}")));
        if passed + failed == 0 {
            self.fail(suite, "no test was run");
        }
        if skipped > 0 {
            self.skips.push(format!("{suite}: {skipped} that its own tests skip or ignore"));
        }
    }

    pub fn counts(&self) -> Counts {
        (self.passed, self.failed, self.skipped)
    }

    pub fn since(&self, before: Counts) -> String {
        line((self.passed - before.0, self.failed - before.1, self.skipped - before.2))
    }

    pub fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// Reasons and names first; the last line stands alone, to be read by programs.
    pub fn report(&self) -> String {
        let mut text = String::new();
        for skip in &self.skips {
            let _ = writeln!(text, "skipped: {skip}");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "failed: {failure}");
        }
        text + &line(self.counts()) + "\n"
    }
}

fn line((passed, failed, skipped): Counts) -> String {
    format!("{passed} passed, {failed} failed, {skipped} skipped")
}

/// The counts of a line that a program of tests ends with: the mark, then passed, failed and skipped.
pub fn counts_after(mark: &str, line: &str) -> Option<Counts> {
    let mut numbers = line.strip_prefix(mark)?.split(' ').map(str::parse);
    match (numbers.next()?, numbers.next()?, numbers.next()?) {
        (Ok(passed), Ok(failed), Ok(skipped)) => Some((passed, failed, skipped)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_ends_with_the_sums() {
        let mut tally = Tally::default();
        tally.add("Rust", (3, 1, 2), &["a::b".to_owned()]);
        tally.skip("Pester", "no pwsh");
        assert!(tally.check("build", Ok(())));
        let report = tally.report();
        assert!(report.ends_with("\n4 passed, 1 failed, 3 skipped\n"), "{report}");
        assert!(report.contains("failed: Rust: a::b\n"));
        assert!(report.contains("skipped: Pester: no pwsh\n"));
        assert!(!tally.is_good());
        assert_eq!(tally.since((3, 1, 2)), "1 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn no_test_is_a_failure() {
        let mut tally = Tally::default();
        tally.add("Rust", (0, 0, 4), &[]);
        assert!(!tally.is_good());
        assert!(!Tally::default().is_good());
    }
}
