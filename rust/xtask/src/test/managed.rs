//! The C# module and its tests, which host PowerShell's own engine.

use std::path::Path;

use super::tally::{Counts, Tally};
use crate::dotnet::{self, dotnet};
use crate::repo::Repo;
use crate::{Result, emulator, files, process};

const NO_SDK: &str = "the .NET SDK's `dotnet` is not on PATH; `cargo xtask doctor` says how to get it";

/// What the tests with a real browser drive; Playwright brings its driver and no browser.
const CHROMIUM: &str = "chromium";

/// Builds for every framework that the project names, with warnings as errors; whether the module is there.
pub fn module(repo: &Repo, tally: &mut Tally) -> bool {
    if process::find("dotnet").is_none() {
        tally.fail("C# module", NO_SDK);
        return false;
    }
    let built = dotnet::build_module_strictly(repo);
    tally.check("C# module", built) && tally.check("pshost", dotnet::build_pshost(repo).map(drop))
}

pub fn tests(repo: &Repo, is_built: bool, tally: &mut Tally) {
    if !is_built {
        return tally.skip("C# tests", "the module was not built");
    }
    let results = repo.target().join("test-results");
    if let Err(why) = files::remove_folder(&results) {
        return tally.fail("C# tests", &why);
    }
    project(repo, &results, "engine", tally);
    project(repo, &results, "clients", tally);
    if process::find(CHROMIUM).is_some() {
        project(repo, &results, "browser", tally);
    } else {
        tally.skip("C# (browser)", &format!("{CHROMIUM} is not on PATH"));
    }
}

/// One project of tests: the module in PowerShell's engine, Microsoft's clients against the emulator, or the module and a
/// real browser.
fn project(repo: &Repo, results: &Path, name: &str, tally: &mut Tally) {
    let mut command = dotnet();
    command.arg("test").arg(repo.path(&format!("tests/{name}"))).args(["-c", "Release", "--logger"]);
    command.arg(format!("trx;LogFileName={name}.trx")).arg("--results-directory").arg(results);
    // A test that hangs is named and ended, instead of holding up the run for ever.
    command.args(["--blame-hang-timeout", "3min", "--blame-hang-dump-type", "none"]);
    command.env("AZTOKEN_EMULATOR", emulator::program(repo)).env("AZTOKEN_MODULE", repo.manifest());
    let status = process::run(&mut command);
    let report = files::read(&results.join(format!("{name}.trx"))).and_then(|text| Report::read(&text));
    let what = format!("C# ({name})");
    match (status, report) {
        (Ok(()), Ok(report)) => tally.add(&what, report.counts, &report.failures),
        (Err(_), Ok(report)) if report.counts.1 > 0 => tally.add(&what, report.counts, &report.failures),
        (Err(why), _) | (_, Err(why)) => tally.fail(&what, &why),
    }
}

/// What a TRX file says.
#[derive(Debug)]
struct Report {
    counts: Counts,
    failures: Vec<String>,
}

impl Report {
    fn read(text: &str) -> Result<Self> {
        let start = text.find("<Counters ").ok_or("the test results have no counters")?;
        let counters = text[start..].split('>').next().unwrap_or_default();
        let count = |name| attribute(counters, name).and_then(|value| value.parse::<u32>().ok());
        let (Some(total), Some(passed)) = (count("total"), count("passed")) else {
            return Err("the test results have no totals".into());
        };
        let executed = count("executed").unwrap_or(total);
        let failures = text
            .split("<UnitTestResult ")
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap_or_default())
            .filter(|result| attribute(result, "outcome").is_some_and(|outcome| outcome == "Failed"))
            .filter_map(|result| attribute(result, "testName").map(unescape))
            .collect();
        // Whatever was executed and did not pass (failed, error, timeout, aborted) is a failure.
        let counts = (passed, executed.saturating_sub(passed), total.saturating_sub(executed));
        Ok(Self { counts, failures })
    }
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element.find(&format!("{name}=\""))? + name.len() + 2;
    element[start..].split('"').next()
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        let text = "<TestRun><Results><UnitTestResult testName=\"A.b(x: &quot;y&quot;)\" outcome=\"Failed\">\
                    </UnitTestResult><UnitTestResult testName=\"A.c\" outcome=\"Passed\" /></Results><ResultSummary>\
                    <Counters total=\"5\" executed=\"4\" passed=\"2\" failed=\"1\" error=\"1\" /></ResultSummary>";
        let report = Report::read(text).unwrap();
        assert_eq!(report.counts, (2, 2, 1));
        assert_eq!(report.failures, ["A.b(x: \"y\")"]);
        assert!(Report::read("<TestRun/>").is_err());
    }
}
