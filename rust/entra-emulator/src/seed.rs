//! IDs, names, secrets and the password of the default configuration (`configuration/default.json`), so that tests can
//! name them.

/// Directory ID of Contoso, the default tenant.
pub const CONTOSO_TENANT_ID: &str = "5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401";
/// First domain of Contoso.
pub const CONTOSO_DOMAIN: &str = "contoso.onmicrosoft.com";
/// A domain of Contoso whose users sign in at a service of their own.
pub const FEDERATED_DOMAIN: &str = "federated.example";
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
/// A confidential client registered in Contoso, open to other tenants. It is an API too, `api://{this}`, that takes
/// v1.0 access tokens.
pub const SAMPLE_CONFIDENTIAL_CLIENT_ID: &str = "8b3f5d72-1e9a-4c06-b4d7-6a2c0f8e5d93";
/// Secret of [`SAMPLE_CONFIDENTIAL_CLIENT_ID`]. Public: it opens nothing but this emulator.
pub const SAMPLE_CONFIDENTIAL_CLIENT_SECRET: &str = "emulator-only-client-secret";
/// Secret of [`SAMPLE_CONFIDENTIAL_CLIENT_ID`] whose time is over.
pub const SAMPLE_EXPIRED_CLIENT_SECRET: &str = "emulator-only-expired-secret";
/// Subject of the tokens that [`SAMPLE_CONFIDENTIAL_CLIENT_ID`] trusts from the emulator's federated issuer.
pub const SAMPLE_FEDERATED_SUBJECT: &str = "system:serviceaccount:sample:Workload";
/// Audience of such tokens.
pub const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";
/// Where the federated issuer is, below the emulator's URL.
pub const FEDERATED_ISSUER_PATH: &str = "/_issuer";
/// A confidential client with nothing but a secret, which may not act on behalf of users.
pub const SAMPLE_DAEMON_CLIENT_ID: &str = "41d90b7e-2a63-4f58-9c17-d5b8e0a6f734";
/// Secret of [`SAMPLE_DAEMON_CLIENT_ID`].
pub const SAMPLE_DAEMON_CLIENT_SECRET: &str = "emulator-only-daemon-secret";
/// A confidential client that an administrator has disabled; its secret is [`SAMPLE_DAEMON_CLIENT_SECRET`].
pub const SAMPLE_DISABLED_CLIENT_ID: &str = "f07c2b95-6d18-4ae3-8b40-1c9e7f5a2d86";
/// A confidential client with pages, to which /authorize gives tokens too (implicit and hybrid). Its redirect URIs are
/// `http://localhost`, `http://localhost/myapp/` and `https://app.contoso.example/signin`.
pub const SAMPLE_WEB_CLIENT_ID: &str = "d5a91c37-604e-4f8b-92b3-7c1e0d6f4a58";
/// Secret of [`SAMPLE_WEB_CLIENT_ID`].
pub const SAMPLE_WEB_CLIENT_SECRET: &str = "emulator-only-web-secret";
/// A public client that nobody has consented to.
pub const SAMPLE_UNCONSENTED_CLIENT_ID: &str = "93a5e1d8-0b7f-4c62-a9d3-5e8f14c6b072";
/// A single-page app with the redirect URIs `http://localhost/` and `https://spa.contoso.example/`.
pub const SAMPLE_SPA_CLIENT_ID: &str = "b62f8e04-c5d9-4713-86a2-0f3b9d7e1c58";
/// An API of Contoso's own that takes v2.0 access tokens (`api://{this}`), and a confidential client with that ID.
pub const SAMPLE_API_APP_ID: &str = "e41d7c96-52f8-4b0a-8e63-91b7d4a0c25f";
/// Secret of [`SAMPLE_API_APP_ID`] as a client.
pub const SAMPLE_API_SECRET: &str = "emulator-only-api-secret";
/// An API that apps and users must be assigned to (`api://{this}`); [`SAMPLE_DAEMON_CLIENT_ID`] is.
pub const SAMPLE_RESTRICTED_API_APP_ID: &str = "5c8e02f7-b13d-4a96-9e74-a0d6c3f8b215";
/// An API that nobody has consented to (`api://{this}`).
pub const SAMPLE_UNCONSENTED_API_APP_ID: &str = "0d4b7a63-e92f-4851-bc08-67f1d5e3a94c";
/// An API that Conditional Access protects by a second factor (`api://{this}`).
pub const SAMPLE_MFA_API_APP_ID: &str = "c7f31d5a-480e-4b29-95d6-e2a8b06f7c13";
/// An API that Conditional Access closes to users (`api://{this}`).
pub const SAMPLE_BLOCKED_API_APP_ID: &str = "a86e40c2-7f95-4d13-b0ea-3b5d9c1f8e67";
/// Microsoft Graph.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The user whom the control API signs in when no one is named.
pub const DEFAULT_USERNAME: &str = "user@contoso.onmicrosoft.com";
/// Password of every seeded user. Public: shown on the sign-in page.
pub const PASSWORD: &str = "Emulator-only-1";
/// Azure Resource Manager.
pub const RESOURCE_MANAGER_APP_ID: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
