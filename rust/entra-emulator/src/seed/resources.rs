//! The APIs that access tokens are for.

use super::{
    GRAPH_APP_ID, SAMPLE_API_APP_ID, SAMPLE_BLOCKED_API_APP_ID, SAMPLE_CONFIDENTIAL_CLIENT_ID,
    SAMPLE_MFA_API_APP_ID, SAMPLE_RESTRICTED_API_APP_ID, SAMPLE_UNCONSENTED_API_APP_ID,
};

/// Which delegated scopes a resource has.
#[derive(Clone, Copy, Debug)]
pub enum Offer {
    /// These.
    Listed(&'static [&'static str]),
    /// Everything of the form `Noun.Verb`: Microsoft Graph has hundreds.
    GraphLike,
}

/// What Conditional Access asks of users of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Nothing.
    Open,
    /// A second factor (AADSTS50076).
    Mfa,
    /// Nobody gets in (AADSTS53003).
    Blocked,
}

/// An API that access tokens are for.
#[derive(Debug)]
pub struct Resource {
    /// Application ID.
    pub app_id: &'static str,
    /// Identifier URIs, without a trailing slash.
    pub uris: &'static [&'static str],
    /// Version of the access tokens it accepts: 1 or 2.
    pub token_version: u8,
    /// What `.default` grants.
    pub default_scopes: &'static [&'static str],
    /// What can be asked for.
    pub offer: Offer,
    /// Whether somebody has consented for everyone.
    pub consented: bool,
    /// Whether apps and users must be assigned to it (AADSTS501051, AADSTS50105).
    pub assignment_required: bool,
    /// What is asked of its users.
    pub policy: Policy,
}

/// Delegated scope that most Azure APIs offer.
const USER_IMPERSONATION: &[&str] = &["user_impersonation"];
const ACCESS_AS_USER: &[&str] = &["access_as_user"];

/// One of Azure's APIs.
const AZURE: Resource = Resource {
    app_id: "",
    uris: &[],
    token_version: 1,
    default_scopes: USER_IMPERSONATION,
    offer: Offer::Listed(USER_IMPERSONATION),
    consented: true,
    assignment_required: false,
    policy: Policy::Open,
};

/// One of Contoso's own APIs.
const CONTOSO: Resource = Resource {
    token_version: 2,
    default_scopes: ACCESS_AS_USER,
    offer: Offer::Listed(&["access_as_user", "Tasks.Read", "Tasks.ReadWrite"]),
    ..AZURE
};

/// All resources.
pub const RESOURCES: &[Resource] = &[
    Resource {
        app_id: GRAPH_APP_ID,
        uris: &["https://graph.microsoft.com"],
        default_scopes: &["Directory.AccessAsUser.All", "User.Read"],
        offer: Offer::GraphLike,
        ..AZURE
    },
    Resource {
        app_id: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        uris: &["https://management.azure.com", "https://management.core.windows.net"],
        ..AZURE
    },
    Resource { app_id: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093", uris: &["https://vault.azure.net"], ..AZURE },
    Resource {
        app_id: "e406a681-f3d4-42a8-90b6-c2b029497af1",
        uris: &["https://storage.azure.com"],
        ..AZURE
    },
    Resource {
        app_id: "022907d3-0f1b-48f7-badc-1ba6abab6d66",
        uris: &["https://database.windows.net"],
        ..AZURE
    },
    Resource { app_id: "499b84ac-1321-427f-aa17-267ca6975798", ..AZURE },
    Resource { app_id: SAMPLE_API_APP_ID, uris: &["api://e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f"], ..CONTOSO },
    Resource {
        app_id: SAMPLE_CONFIDENTIAL_CLIENT_ID,
        uris: &["api://8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93"],
        token_version: 1,
        ..CONTOSO
    },
    Resource {
        app_id: SAMPLE_RESTRICTED_API_APP_ID,
        uris: &["api://5c8e02f7-b13d-4a96-9e74-a0d6c3f8b215"],
        assignment_required: true,
        ..CONTOSO
    },
    Resource {
        app_id: SAMPLE_UNCONSENTED_API_APP_ID,
        uris: &["api://0d4b7a63-e92f-4851-bc08-67f1d5e3a94c"],
        consented: false,
        ..CONTOSO
    },
    Resource {
        app_id: SAMPLE_MFA_API_APP_ID,
        uris: &["api://c7f31d5a-480e-4b29-95d6-e2a8b06f7c13"],
        policy: Policy::Mfa,
        ..CONTOSO
    },
    Resource {
        app_id: SAMPLE_BLOCKED_API_APP_ID,
        uris: &["api://a86e40c2-7f95-4d13-b0ea-3b5d9c1f8e67"],
        policy: Policy::Blocked,
        ..CONTOSO
    },
];
