//! Clients that don't exist, may not, or don't prove who they are.

use super::AadError;

impl AadError {
    /// No app with this client ID in the directory.
    pub fn unknown_client(client_id: &str, directory: &str) -> Self {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any \
             user in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, text)
    }

    /// A single-tenant app at `common` or `organizations`.
    pub fn not_multi_tenant(client_id: &str, name: &str) -> Self {
        let text = format!(
            "Application '{client_id}'({name}) is not configured as a multi-tenant application. Usage of the /common \
             endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or \
             configure the application to be multi-tenant."
        );
        Self::new("invalid_request", 50194, text)
    }

    /// A confidential client without a credential.
    pub fn missing_credential() -> Self {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::unauthorized(7_000_218, text)
    }

    /// A public client with a secret.
    pub fn unwanted_credential() -> Self {
        let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        Self::unauthorized(700_025, text)
    }

    /// A wrong client secret.
    pub fn wrong_secret(client_id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::unauthorized(7_000_215, text)
    }

    /// A client secret whose time is over.
    pub fn expired_secret(client_id: &str) -> Self {
        let text =
            format!("The provided client secret keys for app '{client_id}' are expired. Create new keys.");
        Self::unauthorized(7_000_222, text)
    }

    /// An app that an administrator has disabled.
    pub fn disabled_app(client_id: &str, name: &str) -> Self {
        Self::new("unauthorized_client", 7_000_112, format!("Application '{client_id}'({name}) is disabled."))
    }

    /// An assertion that isn't a JWT, or not one that can be checked.
    pub fn malformed_assertion(problem: &str) -> Self {
        Self::unauthorized(50027, format!("JWT token is invalid or malformed: {problem}."))
    }

    /// An assertion whose key or signature is not right. `thumbprint` as the assertion names it.
    pub fn assertion_signature(client_id: &str, reason: &str, thumbprint: &str) -> Self {
        let text = format!(
            "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: \
             '{thumbprint}', Please use Microsoft Graph to see configured keys for app Id '{client_id}'.]"
        );
        Self::unauthorized(700_027, text)
    }

    /// An assertion of another client.
    pub fn assertion_issuer(issuer: &str, client_id: &str) -> Self {
        let text = format!(
            "Client assertion application identifier doesn't match 'client_id' parameter: '{issuer}' is not \
             '{client_id}'."
        );
        Self::unauthorized(700_021, text)
    }

    /// An assertion whose subject isn't its issuer.
    pub fn assertion_subject(subject: &str, issuer: &str) -> Self {
        let text = format!("Subject '{subject}' must match issuer claim '{issuer}' in the client assertion.");
        Self::unauthorized(50048, text)
    }

    /// An assertion for something else than this token endpoint. 50012 in 2017, this number in 2021.
    pub fn assertion_audience() -> Self {
        Self::unauthorized(700_023, "Client assertion audience claim does not match Realm issuer.")
    }

    /// An assertion too early or too late.
    pub fn assertion_time(now: &str, from: &str, until: &str) -> Self {
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, \
             expiry time of assertion {until}."
        );
        Self::unauthorized(700_024, text)
    }

    /// A certificate or a signature that doesn't hold.
    pub fn untrusted_assertion(problem: &str) -> Self {
        Self::unauthorized(50012, format!("Authentication failed: {problem}."))
    }

    /// A token of another issuer for an app that trusts none.
    pub fn no_federated_credential(client_id: &str, name: &str) -> Self {
        let text =
            format!("The client '{client_id}'({name}) has no configured federated identity credentials.");
        Self::unauthorized(70025, text)
    }

    /// A federated assertion that no credential matches. `part` is what doesn't.
    pub fn federated_mismatch(number: u32, part: &str, value: &str) -> Self {
        let text =
            format!("No matching federated identity record found for presented assertion {part} '{value}'.");
        Self::unauthorized(number, text)
    }

    /// The same when nothing but upper and lower case differs.
    pub fn federated_case(subject: &str) -> Self {
        let text = format!(
            "No matching federated identity record found for presented assertion subject '{subject}'. The subject \
             matches with case-insensitive comparison, but not with case-sensitive comparison."
        );
        Self::unauthorized(7_002_138, text)
    }

    /// An issuer whose keys can't be had.
    pub fn unreadable_issuer(issuer: &str, problem: &str) -> Self {
        let text =
            format!("Unable to read the OpenID metadata of the federated issuer '{issuer}': {problem}.");
        Self::unauthorized(501_661, text)
    }

    /// An app without a role in a resource that asks for one.
    pub fn app_not_assigned(client_id: &str, name: &str, resource: &str) -> Self {
        let text = format!(
            "Application '{client_id}'({name}) is not assigned to a role for the application '{resource}'."
        );
        Self::new("invalid_grant", 501_051, text)
    }

    /// An app that may not act for users.
    pub fn no_on_behalf_of(client_id: &str) -> Self {
        let text =
            format!("Application '{client_id}' is not allowed to make application on-behalf-of calls.");
        Self::new("unauthorized_client", 7_000_114, text)
    }
}
