//! The result of a validation: each check with its outcome and its reason.

use serde::Serialize;

use super::decode::Kind;
use crate::event::{Event, Outcome, result_event};

/// The checks, in the order in which they are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// A signed token of three parts with readable header and claims, and without unsupported extensions.
    Format,
    /// An accepted signature algorithm.
    Algorithm,
    /// A key of the issuer that fits the algorithm.
    Key,
    /// Signed with that key and unchanged since.
    Signature,
    /// Issued by the expected authority and tenant.
    Issuer,
    /// Issued for one of the expected resources.
    Audience,
    /// Already valid.
    NotBefore,
    /// Not expired.
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
    /// A token is valid only if these passed. The others may be skipped when there is nothing to compare with.
    const REQUIRED: [Self; 5] = [Self::Format, Self::Algorithm, Self::Key, Self::Signature, Self::Expires];
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Which one.
    pub name: CheckName,
    /// Its outcome; `None` if it was skipped.
    pub passed: Option<bool>,
    /// The reason, as a sentence.
    pub detail: String,
}

/// What the caller fixed beforehand. A valid token may still come from any tenant, or be meant for any resource, where
/// nothing was fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Pinned {
    /// The issuer was compared with that of one tenant.
    pub tenant: bool,
    /// The audience was compared.
    pub audience: bool,
}

/// The outcome of a check without its name.
#[derive(Debug)]
pub(super) enum Finding {
    Passed(String),
    Failed(String),
    Skipped(String),
}

/// All checks of a token.
#[derive(Debug, Clone, Serialize)]
pub struct ValidationReport {
    /// No check failed, and every required check passed.
    pub valid: bool,
    /// What the caller fixed beforehand.
    pub pinned: Pinned,
    /// Every check, always in the same order.
    pub checks: Vec<Check>,
    /// The kind of token, if it can be read.
    pub kind: Option<Kind>,
    /// ID of the key that the token names.
    pub kid: Option<String>,
    /// Algorithm that the token names.
    pub algorithm: Option<String>,
    /// Issuer that the token names.
    pub issuer: Option<String>,
}

impl Outcome for ValidationReport {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

impl ValidationReport {
    /// The check with this name.
    pub fn check(&self, name: CheckName) -> &Check {
        // There is one for each name, in the order of the names.
        &self.checks[name as usize]
    }

    /// Completes the findings; checks without one were skipped, for the reason `skipped`.
    pub(super) fn of(mut found: Vec<(CheckName, Finding)>, pinned: Pinned, skipped: &str) -> Self {
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
        Self { valid, pinned, checks, kind: None, kid: None, algorithm: None, issuer: None }
    }
}
