//! The configuration: tenants, users, groups, apps, APIs and lifetimes, as a JSON file has them.
//!
//! One form serves the embedded default, `--config`, the control API and its export. The doc comments of the types are
//! the descriptions in `entra-emulator.schema.json`.

mod apis;
mod apps;
mod locate;
mod normalize;
mod people;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use apis::{Api, Policy};
pub(crate) use apps::{AppRegistration, Certificate, OptionalClaim, RedirectUri, RedirectUriType};
pub(crate) use normalize::read_object;
pub(crate) use people::{Group, Mfa, Status, Tenant, User};

/// What every emulator starts with when no file is given.
pub(crate) const DEFAULT: &str = include_str!("default.json");
/// Microsoft's own apps and APIs, which are in every directory.
const MICROSOFT: &str = include_str!("microsoft.json");
/// What `entra-emulator init` writes.
pub(crate) const START: &str = include_str!("start.json");

/// The configuration of an Entra ID emulator.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    /// The JSON schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<String>,
    /// The directories. At least one.
    pub(crate) tenants: Vec<Tenant>,
    /// The users.
    #[serde(default)]
    pub(crate) users: Vec<User>,
    /// The groups.
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    /// The app registrations.
    #[serde(default)]
    pub(crate) apps: Vec<AppRegistration>,
    /// The APIs that access tokens are for.
    #[serde(default)]
    pub(crate) apis: Vec<Api>,
    /// How long codes and tokens live.
    #[serde(default)]
    pub(crate) lifetimes: Lifetimes,
    /// User name of the user whom the control API signs in when none is named. Default: the first user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default_user: Option<String>,
    /// Whether Microsoft's own apps and APIs exist too: Azure PowerShell, Azure CLI, Graph, Resource Manager and others.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(crate) microsoft: bool,
}

/// How long codes and tokens live, in seconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lifetimes {
    /// Access tokens. Default: 60 to 90 minutes at random for users, 3599 s for apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_token: Option<u64>,
    /// ID tokens.
    pub(crate) id_token: u64,
    /// Authorization codes.
    pub(crate) authorization_code: u64,
    /// Device codes.
    pub(crate) device_code: u64,
    /// Time between polls that clients of the device code flow are asked for.
    pub(crate) device_code_interval: u64,
    /// Refresh tokens without use.
    pub(crate) refresh_token_unused: u64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access_token: None,
            id_token: 3600,
            authorization_code: 600,
            device_code: 900,
            device_code_interval: 5,
            refresh_token_unused: 90 * 24 * 3600,
        }
    }
}

impl Configuration {
    /// Reads a configuration. The error says what is wrong, at which field and line.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = serde_json::Deserializer::from_str(text);
        let read: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| describe(&error.path().to_string(), error.inner()))?;
        reader.end().map_err(|error| format!("line {}: {}", error.line(), reason(&error)))?;
        read.normalized().map_err(|problem| {
            let place = problem.field.trim_start_matches('.');
            match locate::line_of(text, place) {
                Some(line) => format!("line {line}, {place}: {}", problem.text),
                None => format!("{place}: {}", problem.text),
            }
        })
    }

    /// The configuration of an emulator without a file.
    pub(crate) fn default_one() -> Self {
        Self::read(DEFAULT).expect("the embedded configuration is valid, as a test proves")
    }

    /// Microsoft's own apps and APIs.
    pub(crate) fn of_microsoft() -> Self {
        Self::read(MICROSOFT).expect("the embedded configuration is valid, as a test proves")
    }

    /// Checks references, fills in what is derived.
    pub(crate) fn normalized(self) -> Result<Self, Problem> {
        normalize::normalize(self)
    }
}

/// What is wrong with a value, and where it is: `users[3].tenant`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) field: String,
    pub(crate) text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.text),
            field => write!(f, "{field}: {}", self.text),
        }
    }
}

fn describe(path: &str, error: &serde_json::Error) -> String {
    let field = if matches!(path, "." | "?") { String::new() } else { format!(", {path}") };
    format!("line {}{field}: {}", error.line(), reason(error))
}

/// The reason of serde without its ` at line 1 column 2`, which stands in front.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The JSON schema of the file, from the types here.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Configuration);
    schema.insert("title".to_owned(), "Configuration of the Entra ID emulator".into());
    // A schema is JSON, which serializes always.
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_configurations_are_valid() {
        for text in [DEFAULT, MICROSOFT, START] {
            Configuration::read(text).expect("valid");
        }
    }

    #[test]
    fn an_export_can_be_loaded_and_changes_nothing() {
        let first = Configuration::default_one();
        let text = serde_json::to_string_pretty(&first).expect("JSON");
        assert_eq!(Configuration::read(&text).expect("valid"), first);
    }

    #[test]
    fn the_schema_in_the_repository_is_the_one_of_the_types() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/entra-emulator.schema.json");
        let committed = std::fs::read_to_string(file).expect("the schema is beside Cargo.toml");
        let equal = committed == schema();
        assert!(
            equal,
            "write it anew: entra-emulator schema > rust/entra-emulator/entra-emulator.schema.json"
        );
    }

    #[test]
    fn errors_name_line_and_field() {
        let wrong = |text: &str| Configuration::read(text).expect_err(text);
        let tenants = "{\n\"tenants\": [{\"domain\": \"a.example\"}],\n";
        for (text, expected) in [
            ("{\n\"tenants\": 5}", "line 2, tenants: invalid type: integer `5`, expected a sequence"),
            ("{\"tenants\": []}", "line 1, tenants: at least one tenant is required"),
            ("{\n\"tenants\": [\n{}]}", "line 3, tenants[0]: missing field `domain`"),
            ("{", "line 1: EOF while parsing an object"),
        ] {
            assert_eq!(wrong(text), expected);
        }
        for (rest, expected) in [
            (
                "\"users\": [\n{\"user_principal_name\": \"a@a.example\",\n\"mfa\": \"x\"}]}",
                "line 5, users[0].mfa: unknown variant",
            ),
            (
                "\"users\": [\n{\"user_principal_name\": \"a@b.example\"}]}",
                "line 4, users[0].user_principal_name: ",
            ),
            (
                "\"apps\": [{\"client_id\": \"x\",\n\"name\": \"X\"}]}",
                "line 3, apps[0].client_id: must be a GUID",
            ),
            (
                "\"apps\": [{\"client_id\": \"11111111-1111-4111-8111-111111111111\", \"permissions\":\n\
                 [{\"api\": \"api://x\", \"roles\": []}]}]}",
                "line 4, apps[0].permissions[0].api: no API has the ID or URI 'api://x'",
            ),
            ("\"colour\": 1}", "line 3, colour: unknown field `colour`"),
            ("\"default_user\": \"a@a.example\"}", "line 3, default_user: no user has this name"),
        ] {
            let text = format!("{tenants}{rest}");
            assert!(wrong(&text).starts_with(expected), "{}", wrong(&text));
        }
    }
}
