//! Tenants, users and groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_false;

/// A directory.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tenant {
    /// Directory ID, a GUID. Default: one that follows from the domain.
    #[serde(default)]
    pub(crate) id: String,
    /// Display name. Default: the first part of the domain.
    #[serde(default)]
    pub(crate) name: String,
    /// First verified domain.
    pub(crate) domain: String,
    /// More verified domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) domains: Vec<String>,
    /// Verified domains whose users sign in elsewhere (AD FS).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) federated_domains: Vec<String>,
}

impl Tenant {
    /// Every name of the tenant: ID and domains.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let lists = self.domains.iter().chain(&self.federated_domains);
        [&self.id, &self.domain].into_iter().chain(lists).map(String::as_str)
    }
}

/// What keeps a user from signing in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Nothing.
    #[default]
    Active,
    /// The account is disabled (AADSTS50057).
    Disabled,
    /// The password has expired (AADSTS50055).
    PasswordExpired,
    /// Too many wrong passwords (AADSTS50053).
    Locked,
}

/// Whether a user needs a second factor.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mfa {
    /// No.
    #[default]
    None,
    /// Yes (AADSTS50076). The sign-in page asks for it.
    Required,
    /// Yes, and it must be set up first (AADSTS50079). The sign-in page does that.
    Registration,
}

/// A member of a directory.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "Microsoft's name for it")]
pub(crate) struct User {
    /// Object ID, a GUID. Default: one that follows from the user principal name.
    #[serde(default)]
    pub(crate) id: String,
    /// User principal name, with a domain of the tenant.
    pub(crate) user_principal_name: String,
    /// Display name. Default: the part before the at sign.
    #[serde(default)]
    pub(crate) name: String,
    /// Given name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) given_name: String,
    /// Family name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) family_name: String,
    /// Mail address. Default: the user principal name.
    #[serde(default)]
    pub(crate) mail: String,
    /// ID or domain of the home tenant. Default: the one of the name's domain.
    #[serde(default)]
    pub(crate) tenant: String,
    /// The password. It is shown on the sign-in page.
    #[serde(default = "default_password")]
    pub(crate) password: String,
    /// Whether the account can sign in.
    #[serde(default)]
    pub(crate) status: Status,
    /// Whether the user needs a second factor.
    #[serde(default)]
    pub(crate) mfa: Mfa,
    /// Whether Conditional Access blocks the user (AADSTS53003).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) blocked_by_policy: bool,
    /// Tenants (ID or domain) that the user is a guest of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) guest_of: Vec<String>,
    /// Template IDs of directory roles, the `wids` claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) directory_roles: Vec<String>,
}

/// The password of users who have none of their own. Public: it opens nothing but an emulator.
fn default_password() -> String {
    crate::seed::PASSWORD.to_owned()
}

/// A security group.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// Object ID, a GUID. Default: one that follows from the name.
    #[serde(default)]
    pub(crate) id: String,
    /// Display name.
    pub(crate) name: String,
    /// ID or domain of the tenant. Default: the first tenant.
    #[serde(default)]
    pub(crate) tenant: String,
    /// User principal names of the members.
    #[serde(default)]
    pub(crate) members: Vec<String>,
}
