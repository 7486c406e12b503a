//! Every name that goes over the wire, once.

/// Form and query parameters (RFC 6749, RFC 7636, RFC 8628; Microsoft's own where no RFC is named).
pub mod field {
    /// RFC 6749 section 2.2.
    pub const CLIENT_ID: &str = "client_id";
    /// RFC 6749 section 4.
    pub const GRANT_TYPE: &str = "grant_type";
    /// RFC 6749 section 3.3.
    pub const SCOPE: &str = "scope";
    /// RFC 6749 section 2.3.1.
    pub const CLIENT_SECRET: &str = "client_secret";
    /// RFC 7521 section 4.2.
    pub const CLIENT_ASSERTION_TYPE: &str = "client_assertion_type";
    /// RFC 7521 section 4.2.
    pub const CLIENT_ASSERTION: &str = "client_assertion";
    /// RFC 7521 section 4.1: the incoming access token of on-behalf-of.
    pub const ASSERTION: &str = "assertion";
    /// What the assertion is for (Microsoft).
    pub const REQUESTED_TOKEN_USE: &str = "requested_token_use";
    /// RFC 6749 section 4.1.2.
    pub const CODE: &str = "code";
    /// RFC 7636 section 4.5.
    pub const CODE_VERIFIER: &str = "code_verifier";
    /// RFC 7636 section 4.3.
    pub const CODE_CHALLENGE: &str = "code_challenge";
    /// RFC 7636 section 4.3.
    pub const CODE_CHALLENGE_METHOD: &str = "code_challenge_method";
    /// RFC 6749 section 3.1.2.
    pub const REDIRECT_URI: &str = "redirect_uri";
    /// RFC 6749 section 3.1.1.
    pub const RESPONSE_TYPE: &str = "response_type";
    /// OAuth 2.0 Multiple Response Type Encoding Practices section 2.1.
    pub const RESPONSE_MODE: &str = "response_mode";
    /// RFC 6749 section 4.1.1.
    pub const STATE: &str = "state";
    /// `OpenID` Connect Core section 3.1.2.1.
    pub const NONCE: &str = "nonce";
    /// `OpenID` Connect Core section 3.1.2.1.
    pub const PROMPT: &str = "prompt";
    /// `OpenID` Connect Core section 3.1.2.1.
    pub const LOGIN_HINT: &str = "login_hint";
    /// Skips the question of whose account it is (Microsoft).
    pub const DOMAIN_HINT: &str = "domain_hint";
    /// `OpenID` Connect Core section 3.2.2.5.
    pub const ID_TOKEN: &str = "id_token";
    /// RFC 6749 section 4.2.2.
    pub const ACCESS_TOKEN: &str = "access_token";
    /// The user's session at the service (`OpenID` Connect Session Management section 2).
    pub const SESSION_STATE: &str = "session_state";
    /// RFC 6749 section 4.3.2.
    pub const USERNAME: &str = "username";
    /// RFC 6749 section 4.3.2.
    pub const PASSWORD: &str = "password";
    /// RFC 6749 section 6.
    pub const REFRESH_TOKEN: &str = "refresh_token";
    /// OpenID Connect Core section 5.5, used by Entra for claims challenges.
    pub const CLAIMS: &str = "claims";
    /// RFC 8628 section 3.4.
    pub const DEVICE_CODE: &str = "device_code";
    /// Language of the device code message (Microsoft).
    pub const MARKET: &str = "mkt";
}

/// Values of `grant_type`.
pub mod grant_type {
    /// RFC 8628 section 3.4.
    pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
    /// RFC 6749 section 4.1.3.
    pub const AUTHORIZATION_CODE: &str = "authorization_code";
    /// RFC 6749 section 4.4.2.
    pub const CLIENT_CREDENTIALS: &str = "client_credentials";
    /// RFC 7523 section 2.1, used by on-behalf-of.
    pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    /// RFC 6749 section 4.3.2.
    pub const PASSWORD: &str = "password";
    /// RFC 6749 section 6.
    pub const REFRESH_TOKEN: &str = "refresh_token";
}

/// Values of `client_assertion_type`.
pub mod assertion_type {
    /// RFC 7523 section 2.2.
    pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
}

/// Value of `requested_token_use`.
pub const REQUESTED_ON_BEHALF_OF: &str = "on_behalf_of";

/// Values of `error` that the client acts on.
pub mod error_code {
    /// RFC 8628 section 3.5.
    pub const AUTHORIZATION_PENDING: &str = "authorization_pending";
    /// RFC 8628 section 3.5.
    pub const SLOW_DOWN: &str = "slow_down";
    /// RFC 8628 section 3.5; also given by the client when the code's lifetime ends while it waits.
    pub const EXPIRED_TOKEN: &str = "expired_token";
    /// RFC 6749 section 4.1.2.1.
    pub const SERVER_ERROR: &str = "server_error";
    /// RFC 6749 section 4.1.2.1.
    pub const TEMPORARILY_UNAVAILABLE: &str = "temporarily_unavailable";
}

/// Members of a JOSE header (RFC 7515 section 4.1, RFC 7516 section 4.1).
pub mod jose {
    /// RFC 7515 section 4.1.1.
    pub const ALGORITHM: &str = "alg";
    /// RFC 7515 section 4.1.4.
    pub const KEY_ID: &str = "kid";
    /// RFC 7515 section 4.1.11.
    pub const CRITICAL: &str = "crit";
    /// Keys, or places of keys, that a token names itself (RFC 7515 sections 4.1.2, 4.1.3, 4.1.5, 4.1.6).
    pub const OWN_KEYS: [&str; 4] = ["jku", "jwk", "x5u", "x5c"];
    /// Marks tokens that only Microsoft Graph or `SharePoint` can verify (Microsoft).
    pub const NONCE: &str = "nonce";
}

/// Names of claims (RFC 7519 section 4.1; Microsoft's own where no RFC is named).
pub mod claim {
    /// RFC 7519 section 4.1.1.
    pub const ISSUER: &str = "iss";
    /// RFC 7519 section 4.1.3.
    pub const AUDIENCE: &str = "aud";
    /// RFC 7519 section 4.1.4.
    pub const EXPIRES: &str = "exp";
    /// RFC 7519 section 4.1.5.
    pub const NOT_BEFORE: &str = "nbf";
    /// RFC 7519 section 4.1.6.
    pub const ISSUED_AT: &str = "iat";
    /// GUID of the tenant.
    pub const TENANT_ID: &str = "tid";
    /// Version of the token, `1.0` or `2.0`.
    pub const VERSION: &str = "ver";
    /// `OpenID` Connect Core section 2: the request's nonce.
    pub const NONCE: &str = "nonce";
    /// `OpenID` Connect Core section 3.3.2.11: hash of the code beside the ID token.
    pub const CODE_HASH: &str = "c_hash";
    /// `OpenID` Connect Core section 3.2.2.9: hash of the access token beside the ID token.
    pub const ACCESS_TOKEN_HASH: &str = "at_hash";
    /// Client of an access token, version 1.0.
    pub const APP_ID: &str = "appid";
    /// Client of an access token, version 2.0 (OpenID Connect Core section 2).
    pub const AUTHORIZED_PARTY: &str = "azp";
}

/// Values of `error` for text that was given as a token.
pub mod token_error {
    /// A damaged JWT, or none at all.
    pub const INVALID_TOKEN: &str = "invalid_token";
    /// A token that only its issuer can read.
    pub const OPAQUE_TOKEN: &str = "opaque_token";
    /// One of a personal Microsoft account, which only Microsoft can read.
    pub const PERSONAL_ACCOUNT_TOKEN: &str = "personal_account_token";
}

/// Header names beyond the common ones.
pub mod header {
    /// Correlation ID of the request, a GUID.
    pub const CLIENT_REQUEST_ID: &str = "client-request-id";
    /// Asks the service to echo the correlation ID.
    pub const RETURN_CLIENT_REQUEST_ID: &str = "return-client-request-id";
    /// Name of the client library.
    pub const CLIENT_SKU: &str = "x-client-sku";
    /// Version of the client library.
    pub const CLIENT_VERSION: &str = "x-client-ver";
    /// The service's own ID of a request, equal to an error's `trace_id`.
    pub const REQUEST_ID: &str = "x-ms-request-id";
}

/// Scopes of OpenID Connect, which belong to no resource.
pub const OIDC_SCOPES: [&str; 6] = ["openid", "profile", "email", "offline_access", "address", "phone"];

/// What grants of a user ask for beside the resource's scopes: an ID token, names, and a refresh token.
pub const USER_SCOPES: [&str; 3] = ["openid", "profile", "offline_access"];

/// All static permissions of a client for a resource.
pub const DEFAULT_SCOPE: &str = ".default";

/// The public client of Azure PowerShell, registered by Microsoft in every tenant.
pub const AZURE_POWERSHELL_CLIENT_ID: &str = "1950a258-227b-4e31-a9cf-717495945fc2";

/// Names of environment variables.
pub mod variable {
    /// Base URL of the authority.
    pub const AUTHORITY_HOST: &str = "AZURE_AUTHORITY_HOST";
    /// Default client of grants of an app.
    pub const CLIENT_ID: &str = "AZURE_CLIENT_ID";
    /// Default tenant.
    pub const TENANT_ID: &str = "AZURE_TENANT_ID";
    /// Commands that open a page; `%s` stands for its URL.
    pub const BROWSER: &str = "BROWSER";
    /// The X display, where there is one.
    pub const DISPLAY: &str = "DISPLAY";
    /// The Wayland display, where there is one.
    pub const WAYLAND_DISPLAY: &str = "WAYLAND_DISPLAY";
    /// Set by the SSH server.
    pub const SSH: [&str; 2] = ["SSH_CONNECTION", "SSH_TTY"];
    /// Set in the Windows Subsystem for Linux.
    pub const WSL: &str = "WSL_DISTRO_NAME";
    /// The user who became root with `sudo`.
    pub const SUDO_USER: &str = "SUDO_USER";
    /// Folders with programs.
    pub const PATH: &str = "PATH";
    /// The folder of Windows.
    pub const SYSTEM_ROOT: &str = "SystemRoot";
    /// Variables that decide which browser opens, and on which display. A browser is started with the session's values.
    pub const DESKTOP: [&str; 15] = [
        BROWSER,
        "DBUS_SESSION_BUS_ADDRESS",
        "DESKTOP_SESSION",
        DISPLAY,
        "GNOME_DESKTOP_SESSION_ID",
        "KDE_FULL_SESSION",
        "KDE_SESSION_VERSION",
        WAYLAND_DISPLAY,
        "XAUTHORITY",
        "XDG_CONFIG_DIRS",
        "XDG_CONFIG_HOME",
        "XDG_CURRENT_DESKTOP",
        "XDG_DATA_DIRS",
        "XDG_DATA_HOME",
        "XDG_RUNTIME_DIR",
    ];
    /// PEM file of further certificate authorities.
    pub const CA_BUNDLE: &str = "AZTOKEN_CA_BUNDLE";
    /// PEM file of certificate authorities, as OpenSSL names it.
    pub const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
    /// Directories of certificate authorities, as OpenSSL names them.
    pub const SSL_CERT_DIR: &str = "SSL_CERT_DIR";
}
