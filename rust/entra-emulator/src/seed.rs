//! The tenants, users, apps and resources that every emulator starts with. Fixed, so that tests can name them.

/// Directory ID of Contoso, the default tenant.
pub const CONTOSO_TENANT_ID: &str = "5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401";
/// First domain of Contoso.
pub const CONTOSO_DOMAIN: &str = "contoso.onmicrosoft.com";
/// Directory ID of Fabrikam, the second tenant.
pub const FABRIKAM_TENANT_ID: &str = "7d2b9e40-6c1a-4f3d-9b52-fab1a2b3c402";
/// First domain of Fabrikam.
pub const FABRIKAM_DOMAIN: &str = "fabrikam.onmicrosoft.com";
/// Directory ID of all personal accounts (a constant of the real service).
pub const CONSUMERS_TENANT_ID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Azure PowerShell, a public client of Microsoft.
pub const AZURE_POWERSHELL_CLIENT_ID: &str = "1950a258-227b-4e31-a9cf-717495945fc2";
/// Azure CLI, a public client of Microsoft.
pub const AZURE_CLI_CLIENT_ID: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/// A public client registered in Contoso only.
pub const SAMPLE_PUBLIC_CLIENT_ID: &str = "2c6e8f10-94b7-4d35-a1c8-0e5d7b9f3a21";
/// A confidential client registered in Contoso, open to other tenants.
pub const SAMPLE_CONFIDENTIAL_CLIENT_ID: &str = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
/// Secret of [`SAMPLE_CONFIDENTIAL_CLIENT_ID`]. Public: it opens nothing but this emulator.
pub const SAMPLE_CONFIDENTIAL_CLIENT_SECRET: &str = "emulator-only-client-secret";
/// An API of Contoso's own that takes v2.0 access tokens (`api://{this}`).
pub const SAMPLE_API_APP_ID: &str = "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f";
/// Microsoft Graph.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The user whom the control API signs in when no one is named.
pub const DEFAULT_USERNAME: &str = "user@contoso.onmicrosoft.com";
/// Password of every seeded user. Public: shown on the sign-in page.
pub const PASSWORD: &str = "Emulator-only-1";

/// A directory.
#[derive(Debug)]
pub struct Tenant {
    /// Directory ID, a GUID.
    pub id: &'static str,
    /// Display name.
    pub name: &'static str,
    /// First verified domain.
    pub domain: &'static str,
}

/// What keeps a user from signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Can sign in.
    Active,
    /// The account is disabled (AADSTS50057).
    Disabled,
    /// The password has expired (AADSTS50055).
    PasswordExpired,
}

/// A member of a directory, named by role.
#[derive(Debug)]
pub struct User {
    /// Object ID, a GUID.
    pub oid: &'static str,
    /// User principal name.
    pub upn: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Directory ID of the user's home.
    pub tenant_id: &'static str,
    /// Whether the user can sign in.
    pub standing: Standing,
    /// Directory role template IDs, the `wids` claim.
    pub roles: &'static [&'static str],
}

/// An app registration.
#[derive(Debug)]
pub struct App {
    /// Application (client) ID.
    pub client_id: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Client secret of a confidential client; a public client has none.
    pub secret: Option<&'static str>,
    /// The directory it is registered in; Microsoft's own apps are in every one.
    pub home: Option<&'static str>,
    /// Whether users of other directories may sign in.
    pub multi_tenant: bool,
    /// Member of Microsoft's family of clients, which share refresh tokens (`foci`).
    pub family: bool,
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
}

/// All tenants.
pub const TENANTS: &[Tenant] = &[
    Tenant { id: CONTOSO_TENANT_ID, name: "Contoso", domain: CONTOSO_DOMAIN },
    Tenant { id: FABRIKAM_TENANT_ID, name: "Fabrikam", domain: FABRIKAM_DOMAIN },
];

/// Template ID of the Global Administrator role.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// All users.
pub const USERS: &[User] = &[
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b01",
        upn: DEFAULT_USERNAME,
        name: "Sample User",
        given_name: "Sample",
        family_name: "User",
        tenant_id: CONTOSO_TENANT_ID,
        standing: Standing::Active,
        roles: &[],
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b02",
        upn: "admin@contoso.onmicrosoft.com",
        name: "Sample Admin",
        given_name: "Sample",
        family_name: "Admin",
        tenant_id: CONTOSO_TENANT_ID,
        standing: Standing::Active,
        roles: &[GLOBAL_ADMINISTRATOR],
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b03",
        upn: "blocked@contoso.onmicrosoft.com",
        name: "Blocked User",
        given_name: "Blocked",
        family_name: "User",
        tenant_id: CONTOSO_TENANT_ID,
        standing: Standing::Disabled,
        roles: &[],
    },
    User {
        oid: "a1f0c3d2-7b64-4e18-9c25-3d8e6f1a0b04",
        upn: "expired@contoso.onmicrosoft.com",
        name: "Expired User",
        given_name: "Expired",
        family_name: "User",
        tenant_id: CONTOSO_TENANT_ID,
        standing: Standing::PasswordExpired,
        roles: &[],
    },
    User {
        oid: "b7e2d914-05c8-4a3f-8d61-f2a9c4e7b505",
        upn: "user@fabrikam.onmicrosoft.com",
        name: "Fabrikam User",
        given_name: "Fabrikam",
        family_name: "User",
        tenant_id: FABRIKAM_TENANT_ID,
        standing: Standing::Active,
        roles: &[],
    },
];

/// All apps.
pub const APPS: &[App] = &[
    App {
        client_id: AZURE_POWERSHELL_CLIENT_ID,
        name: "Microsoft Azure PowerShell",
        secret: None,
        home: None,
        multi_tenant: true,
        family: true,
    },
    App {
        client_id: AZURE_CLI_CLIENT_ID,
        name: "Microsoft Azure CLI",
        secret: None,
        home: None,
        multi_tenant: true,
        family: true,
    },
    App {
        client_id: SAMPLE_PUBLIC_CLIENT_ID,
        name: "Sample Public App",
        secret: None,
        home: Some(CONTOSO_TENANT_ID),
        multi_tenant: false,
        family: false,
    },
    App {
        client_id: SAMPLE_CONFIDENTIAL_CLIENT_ID,
        name: "Sample Confidential App",
        secret: Some(SAMPLE_CONFIDENTIAL_CLIENT_SECRET),
        home: Some(CONTOSO_TENANT_ID),
        multi_tenant: true,
        family: false,
    },
];

/// Delegated scope that most Azure APIs offer.
const USER_IMPERSONATION: &[&str] = &["user_impersonation"];

/// All resources.
pub const RESOURCES: &[Resource] = &[
    Resource {
        app_id: GRAPH_APP_ID,
        uris: &["https://graph.microsoft.com"],
        token_version: 1,
        default_scopes: &["Directory.AccessAsUser.All", "User.Read"],
    },
    Resource {
        app_id: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        uris: &["https://management.azure.com", "https://management.core.windows.net"],
        token_version: 1,
        default_scopes: USER_IMPERSONATION,
    },
    Resource {
        app_id: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
        uris: &["https://vault.azure.net"],
        token_version: 1,
        default_scopes: USER_IMPERSONATION,
    },
    Resource {
        app_id: "e406a681-f3d4-42a8-90b6-c2b029497af1",
        uris: &["https://storage.azure.com"],
        token_version: 1,
        default_scopes: USER_IMPERSONATION,
    },
    Resource {
        app_id: "022907d3-0f1b-48f7-badc-1ba6abab6d66",
        uris: &["https://database.windows.net"],
        token_version: 1,
        default_scopes: USER_IMPERSONATION,
    },
    Resource {
        app_id: "499b84ac-1321-427f-aa17-267ca6975798",
        uris: &[],
        token_version: 1,
        default_scopes: USER_IMPERSONATION,
    },
    Resource {
        app_id: SAMPLE_API_APP_ID,
        uris: &["api://e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f"],
        token_version: 2,
        default_scopes: &["access_as_user"],
    },
];

/// The user with this principal name, in any case.
pub fn user(upn: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.upn.eq_ignore_ascii_case(upn))
}

/// The app with this client ID, in any case.
pub fn app(client_id: &str) -> Option<&'static App> {
    APPS.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id))
}

/// The tenant with this GUID or domain, in any case.
pub fn tenant(id_or_domain: &str) -> Option<&'static Tenant> {
    TENANTS
        .iter()
        .find(|t| t.id.eq_ignore_ascii_case(id_or_domain) || t.domain.eq_ignore_ascii_case(id_or_domain))
}

/// The resource with this application ID or identifier URI, with or without slashes at its end.
pub fn resource(identifier: &str) -> Option<&'static Resource> {
    let identifier = identifier.trim_end_matches('/');
    RESOURCES.iter().find(|r| {
        r.app_id.eq_ignore_ascii_case(identifier)
            || r.uris.iter().any(|uri| uri.eq_ignore_ascii_case(identifier))
    })
}
