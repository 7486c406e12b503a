//! App registrations.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{is_false, is_true, yes};
use crate::x509::rsa_public_key;

/// An app registration.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own in a registration")]
pub(crate) struct AppRegistration {
    /// Application (client) ID, a GUID.
    pub(crate) client_id: String,
    /// Display name. Default: the client ID.
    #[serde(default)]
    pub(crate) name: String,
    /// ID or domain of the tenant that it is registered in. Default: the first tenant. Without effect for Microsoft's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<String>,
    /// Whether it is one of Microsoft's own apps, which are in every tenant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) first_party: bool,
    /// Whether users of other directories may sign in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) multi_tenant: bool,
    /// Redirect URIs. Their type decides whether the app is a public or a confidential client at the token endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) redirect_uris: Vec<RedirectUri>,
    /// Whether it may use the flows without a redirect URI (device code, password) without a credential: the setting
    /// "Allow public client flows".
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) allow_public_client: bool,
    /// Client secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) secrets: Vec<Secret>,
    /// Certificates: PEM, or DER in base64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) certificates: Vec<Certificate>,
    /// Tokens of other issuers that are accepted as client assertions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) federated_credentials: Vec<FederatedCredential>,
    /// Whether it is a member of Microsoft's family of clients, which share refresh tokens (`foci`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) family: bool,
    /// Whether an administrator has disabled it (AADSTS7000112).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) disabled: bool,
    /// Whether an administrator has consented to it for everyone (otherwise AADSTS65001).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(crate) consented: bool,
    /// Whether it may act on behalf of users (otherwise AADSTS7000114).
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(crate) on_behalf_of: bool,
    /// Whether the authorize endpoint gives it ID tokens (otherwise AADSTS700054).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) id_token_issuance: bool,
    /// Whether the authorize endpoint gives it access tokens (otherwise AADSTS700051).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) access_token_issuance: bool,
    /// Its app roles (application permissions) in APIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) permissions: Vec<Permission>,
    /// Optional claims of its ID tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) optional_claims: Vec<OptionalClaim>,
}

/// A redirect URI.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedirectUri {
    /// The URI. The port of `http://localhost` and `http://127.0.0.1` is free.
    pub(crate) uri: String,
    /// The platform that it is registered under.
    #[serde(rename = "type", default)]
    pub(crate) kind: RedirectUriType,
}

/// The platform of a redirect URI.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RedirectUriType {
    /// Web: codes are redeemed with a credential.
    #[default]
    Web,
    /// Single-page application: codes are redeemed by a page of that origin.
    Spa,
    /// Mobile and desktop: codes are redeemed without a credential.
    PublicClient,
}

/// A client secret.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secret {
    /// What the client sends.
    pub(crate) value: String,
    /// Whether it has expired (AADSTS7000222).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) expired: bool,
}

/// A federated identity credential.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    /// The `iss`. Its keys are fetched from its metadata. A path such as `/_issuer` is below the emulator's own URL.
    pub(crate) issuer: String,
    /// The `sub`, compared with case.
    pub(crate) subject: String,
    /// The `aud`.
    #[serde(default = "exchange_audience")]
    pub(crate) audience: String,
}

fn exchange_audience() -> String {
    crate::seed::FEDERATED_AUDIENCE.to_owned()
}

/// App roles of a client in an API.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Permission {
    /// The API, by ID or URI.
    pub(crate) api: String,
    /// Names of the roles.
    pub(crate) roles: Vec<String>,
}

/// A claim that a token has on request.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the claims")]
pub(crate) enum OptionalClaim {
    Acct,
    AuthTime,
    Email,
    FamilyName,
    GivenName,
    Groups,
    Idtyp,
    Ipaddr,
    LoginHint,
    PreferredUsername,
    Sid,
    Upn,
    Wids,
}

/// A certificate, DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate(pub(crate) Vec<u8>);

impl Certificate {
    /// Reads PEM, or DER in base64, of a certificate with an RSA key. White space doesn't matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let base64: String = body.split_whitespace().collect();
        let der = STANDARD.decode(base64).ok()?;
        rsa_public_key(&der)?;
        Some(Self(der))
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("must be an X.509 certificate with an RSA key: PEM, or DER in base64")
        })
    }
}

impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl JsonSchema for Certificate {
    fn schema_name() -> Cow<'static, str> {
        "Certificate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "An X.509 certificate with an RSA key: PEM, or DER in base64." })
    }
}

impl AppRegistration {
    /// Whether it has any credential.
    pub(crate) fn has_credentials(&self) -> bool {
        !self.secrets.is_empty() || !self.certificates.is_empty() || !self.federated_credentials.is_empty()
    }

    /// Its redirect URIs of a type.
    pub(crate) fn redirect_uris_of(&self, kind: RedirectUriType) -> impl Iterator<Item = &str> {
        self.redirect_uris.iter().filter(move |uri| uri.kind == kind).map(|uri| uri.uri.as_str())
    }
}
