//! What came of a verification: each check with its reason.

use serde::Serialize;

use super::decode::Kind;
use crate::event::{Event, Outcome, result_event};

/// The checks, in the order that they are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// A signed token of three parts, with readable header and claims and nothing critical that is unknown.
    Format,
    /// An accepted signature algorithm.
    Algorithm,
    /// A key of the issuer, fit for the algorithm.
    Key,
    /// Signed with that key, and unchanged since.
    Signature,
    /// From the expected authority and tenant.
    Issuer,
    /// For one of the expected resources.
    Audience,
    /// Valid already.
    NotBefore,
    /// Still valid.
    Expires,
    /// Not issued in the future.
    IssuedAt,
}

impl CheckName {
    const ALL: [Self; 9] = [
        Self::Format,
        Self::Algorithm,
        Self::Key,
        Self::Signature,
        Self::Issuer,
        Self::Audience,
        Self::NotBefore,
        Self::Expires,
        Self::IssuedAt,
    ];
    /// Without these, a token isn't valid. The others may be not performed: there is nothing to compare with.
    const REQUIRED: [Self; 5] = [Self::Format, Self::Algorithm, Self::Key, Self::Signature, Self::Expires];
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Which one.
    pub name: CheckName,
    /// Its outcome; `None` where it was not performed.
    pub passed: Option<bool>,
    /// Why, in plain words.
    pub detail: String,
}

/// The outcome of a check before it has its name.
#[derive(Debug)]
pub(super) enum Finding {
    Passed(String),
    Failed(String),
    /// Not performed.
    Skipped(String),
}

/// All checks of a token.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// Every required check passed, and none failed.
    pub valid: bool,
    /// The checks, always all of them, in the same order.
    pub checks: Vec<Check>,
    /// What sort of token it is, if it can be read.
    pub kind: Option<Kind>,
    /// ID of the key that the token names.
    pub kid: Option<String>,
    /// Algorithm that the token names.
    pub algorithm: Option<String>,
    /// Issuer that the token names.
    pub issuer: Option<String>,
}

impl Outcome for Verification {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

impl Verification {
    /// The check of a name.
    pub fn check(&self, name: CheckName) -> &Check {
        // There is one for each name, in the order of the names.
        &self.checks[name as usize]
    }

    /// All findings; what has none was not performed because of `skipped`.
    pub(super) fn of(mut found: Vec<(CheckName, Finding)>, skipped: &str) -> Self {
        let checks: Vec<Check> = CheckName::ALL
            .into_iter()
            .map(|name| {
                let finding = match found.iter().position(|(of, _)| *of == name) {
                    Some(index) => found.swap_remove(index).1,
                    None => Finding::Skipped(format!("Not checked: {skipped}")),
                };
                let (passed, detail) = match finding {
                    Finding::Passed(detail) => (Some(true), detail),
                    Finding::Failed(detail) => (Some(false), detail),
                    Finding::Skipped(detail) => (None, detail),
                };
                Check { name, passed, detail }
            })
            .collect();
        let valid = checks.iter().all(|check| match check.passed {
            Some(passed) => passed,
            None => !CheckName::REQUIRED.contains(&check.name),
        });
        Self { valid, checks, kind: None, kid: None, algorithm: None, issuer: None }
    }
}
