//! The APIs that access tokens are for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OptionalClaim, is_false, is_true, yes};

/// The scope list of an API that has every scope of the form `Noun.Verb`, as Microsoft Graph has hundreds.
const ANY: &str = "*";

/// What Conditional Access asks of users of an API.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Policy {
    /// Nothing.
    #[default]
    None,
    /// A second factor (AADSTS50076).
    Mfa,
    /// Blocks everyone (AADSTS53003).
    Blocked,
}

/// An API that access tokens are for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    /// Application ID, a GUID. An app with the same ID is this API as a client.
    pub(crate) app_id: String,
    /// Display name. Default: the application ID.
    #[serde(default)]
    pub(crate) name: String,
    /// Identifier URIs, without a slash at the end. Default: `api://` and the application ID.
    #[serde(default)]
    pub(crate) uris: Vec<String>,
    /// Version of the access tokens that it accepts.
    #[serde(default = "version_2")]
    #[schemars(range(min = 1, max = 2))]
    pub(crate) token_version: u8,
    /// Delegated scopes that it exposes; `*` stands for every scope of the form `Noun.Verb`.
    #[serde(default = "user_impersonation")]
    pub(crate) scopes: Vec<String>,
    /// What `.default` grants. Default: the first scope.
    #[serde(default)]
    pub(crate) default_scopes: Vec<String>,
    /// App roles that it exposes. An app has those that its `permissions` name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) roles: Vec<String>,
    /// Whether an administrator has consented to its use for everyone (otherwise AADSTS65001).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(crate) consented: bool,
    /// Client IDs of apps that need no consent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pre_authorized_clients: Vec<String>,
    /// Whether apps and users must be assigned (otherwise AADSTS501051, AADSTS50105).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) assignment_required: bool,
    /// User principal names of the users who are assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) assigned_users: Vec<String>,
    /// What Conditional Access asks of its users.
    #[serde(default)]
    pub(crate) policy: Policy,
    /// Optional claims of its access tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) optional_claims: Vec<OptionalClaim>,
}

fn version_2() -> u8 {
    2
}

fn user_impersonation() -> Vec<String> {
    vec!["user_impersonation".to_owned()]
}

impl Api {
    /// Whether it goes by this name: its ID or a URI, in any case.
    pub(crate) fn is_called(&self, identifier: &str) -> bool {
        self.app_id.eq_ignore_ascii_case(identifier)
            || self.uris.iter().any(|uri| uri.eq_ignore_ascii_case(identifier))
    }

    /// Whether it exposes a scope.
    pub(crate) fn offers(&self, scope: &str) -> bool {
        let is_noun_verb =
            || scope.split_once('.').is_some_and(|(noun, verb)| !noun.is_empty() && !verb.is_empty());
        self.scopes.iter().any(|known| known.eq_ignore_ascii_case(scope) || known == ANY && is_noun_verb())
    }
}
