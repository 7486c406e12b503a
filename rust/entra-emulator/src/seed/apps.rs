//! The app registrations.

use super::{
    AZURE_CLI_CLIENT_ID, AZURE_POWERSHELL_CLIENT_ID, CONTOSO_TENANT_ID, FEDERATED_AUDIENCE,
    FEDERATED_ISSUER_PATH, GRAPH_APP_ID, SAMPLE_API_APP_ID, SAMPLE_API_SECRET, SAMPLE_CONFIDENTIAL_CLIENT_ID,
    SAMPLE_CONFIDENTIAL_CLIENT_SECRET, SAMPLE_DAEMON_CLIENT_ID, SAMPLE_DAEMON_CLIENT_SECRET,
    SAMPLE_DISABLED_CLIENT_ID, SAMPLE_EXPIRED_CLIENT_SECRET, SAMPLE_FEDERATED_SUBJECT,
    SAMPLE_PUBLIC_CLIENT_ID, SAMPLE_RESTRICTED_API_APP_ID, SAMPLE_SPA_CLIENT_ID,
    SAMPLE_UNCONSENTED_CLIENT_ID, SAMPLE_WEB_CLIENT_ID, SAMPLE_WEB_CLIENT_SECRET,
};

/// The certificate of keys/PUBLIC-TEST-CLIENT.*, whose key everyone has.
const PUBLIC_TEST_CERTIFICATE: &[u8] = include_bytes!("../../keys/PUBLIC-TEST-CLIENT.cer");

/// The redirect URI of programs that listen on a port of their own: the port is free.
const LOCALHOST: &str = "http://localhost";
/// The redirect URI of programs that watch a browser of their own.
const NATIVE_CLIENT: &str = "https://login.microsoftonline.com/common/oauth2/nativeclient";

/// A client secret.
#[derive(Debug)]
pub struct Secret {
    /// What the client sends.
    pub value: &'static str,
    /// Whether its time is over.
    pub expired: bool,
}

/// A federated identity credential: whose token is taken as a client assertion.
#[derive(Debug)]
pub struct FederatedCredential {
    /// Path of the issuer below the emulator's URL.
    pub issuer_path: &'static str,
    /// The `sub`, compared with case.
    pub subject: &'static str,
    /// The `aud`.
    pub audience: &'static str,
}

/// An app registration.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own in a registration")]
pub struct App {
    /// Application (client) ID.
    pub client_id: &'static str,
    /// Display name.
    pub name: &'static str,
    /// A public client proves nothing; any other has to.
    pub public: bool,
    /// Client secrets.
    pub secrets: &'static [Secret],
    /// Certificates, DER.
    pub certificates: &'static [&'static [u8]],
    /// Trusted tokens of other issuers.
    pub federated_credentials: &'static [FederatedCredential],
    /// The directory it is registered in; Microsoft's own apps are in every one.
    pub home: Option<&'static str>,
    /// Whether users of other directories may sign in.
    pub multi_tenant: bool,
    /// Member of Microsoft's family of clients, which share refresh tokens (`foci`).
    pub family: bool,
    /// An administrator has disabled it (AADSTS7000112).
    pub disabled: bool,
    /// Whether somebody has consented to it for everyone.
    pub consented: bool,
    /// Whether it may act on behalf of users.
    pub on_behalf_of: bool,
    /// Its app roles: resource and roles.
    pub roles: &'static [(&'static str, &'static [&'static str])],
    /// Redirect URIs of the types web and mobile or desktop.
    pub redirect_uris: &'static [&'static str],
    /// Redirect URIs of type single-page application.
    pub spa_redirect_uris: &'static [&'static str],
    /// Whether /authorize gives ID tokens to it (AADSTS700054).
    pub id_token_issuance: bool,
    /// Whether /authorize gives access tokens to it (AADSTS700051).
    pub access_token_issuance: bool,
}

impl App {
    /// Its roles in a resource.
    pub fn roles_in(&self, resource_app_id: &str) -> &'static [&'static str] {
        self.roles.iter().find(|(resource, _)| *resource == resource_app_id).map_or(&[], |(_, roles)| *roles)
    }
}

const PUBLIC: App = App {
    client_id: "",
    name: "",
    public: true,
    secrets: &[],
    certificates: &[],
    federated_credentials: &[],
    home: Some(CONTOSO_TENANT_ID),
    multi_tenant: false,
    family: false,
    disabled: false,
    consented: true,
    on_behalf_of: true,
    roles: &[],
    redirect_uris: &[LOCALHOST, NATIVE_CLIENT],
    spa_redirect_uris: &[],
    id_token_issuance: false,
    access_token_issuance: false,
};

const MICROSOFT: App =
    App { home: None, multi_tenant: true, family: true, redirect_uris: &[LOCALHOST], ..PUBLIC };

const CONFIDENTIAL: App = App { public: false, redirect_uris: &[], ..PUBLIC };

/// All apps.
pub const APPS: &[App] = &[
    App { client_id: AZURE_POWERSHELL_CLIENT_ID, name: "Microsoft Azure PowerShell", ..MICROSOFT },
    App { client_id: AZURE_CLI_CLIENT_ID, name: "Microsoft Azure CLI", ..MICROSOFT },
    App {
        client_id: SAMPLE_PUBLIC_CLIENT_ID,
        name: "Sample Public App",
        redirect_uris: &[LOCALHOST, NATIVE_CLIENT, "http://127.0.0.1/callback"],
        ..PUBLIC
    },
    App {
        client_id: SAMPLE_CONFIDENTIAL_CLIENT_ID,
        name: "Sample Confidential App",
        secrets: &[
            Secret { value: SAMPLE_CONFIDENTIAL_CLIENT_SECRET, expired: false },
            Secret { value: SAMPLE_EXPIRED_CLIENT_SECRET, expired: true },
        ],
        certificates: &[PUBLIC_TEST_CERTIFICATE],
        federated_credentials: &[FederatedCredential {
            issuer_path: FEDERATED_ISSUER_PATH,
            subject: SAMPLE_FEDERATED_SUBJECT,
            audience: FEDERATED_AUDIENCE,
        }],
        multi_tenant: true,
        redirect_uris: &[LOCALHOST],
        roles: &[
            (GRAPH_APP_ID, &["Application.Read.All", "User.Read.All"]),
            (SAMPLE_API_APP_ID, &["Tasks.Read"]),
        ],
        ..CONFIDENTIAL
    },
    App {
        client_id: SAMPLE_WEB_CLIENT_ID,
        name: "Sample Web App",
        secrets: &[Secret { value: SAMPLE_WEB_CLIENT_SECRET, expired: false }],
        redirect_uris: &[LOCALHOST, "http://localhost/myapp/", "https://app.contoso.example/signin"],
        id_token_issuance: true,
        access_token_issuance: true,
        ..CONFIDENTIAL
    },
    App {
        client_id: SAMPLE_DAEMON_CLIENT_ID,
        name: "Sample Daemon App",
        secrets: &[Secret { value: SAMPLE_DAEMON_CLIENT_SECRET, expired: false }],
        on_behalf_of: false,
        roles: &[(SAMPLE_RESTRICTED_API_APP_ID, &["Tasks.Read"])],
        ..CONFIDENTIAL
    },
    App {
        client_id: SAMPLE_DISABLED_CLIENT_ID,
        name: "Sample Disabled App",
        secrets: &[Secret { value: SAMPLE_DAEMON_CLIENT_SECRET, expired: false }],
        disabled: true,
        ..CONFIDENTIAL
    },
    App {
        client_id: SAMPLE_UNCONSENTED_CLIENT_ID,
        name: "Sample Unconsented App",
        consented: false,
        ..PUBLIC
    },
    App {
        client_id: SAMPLE_SPA_CLIENT_ID,
        name: "Sample Single-Page App",
        redirect_uris: &[NATIVE_CLIENT],
        spa_redirect_uris: &["http://localhost/", "https://spa.contoso.example/"],
        ..PUBLIC
    },
    App {
        client_id: SAMPLE_API_APP_ID,
        name: "Sample API",
        secrets: &[Secret { value: SAMPLE_API_SECRET, expired: false }],
        certificates: &[PUBLIC_TEST_CERTIFICATE],
        ..CONFIDENTIAL
    },
];
