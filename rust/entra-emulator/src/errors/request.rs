//! Requests that are wrong in themselves: tenant, parameters, scopes, origin.

use axum::http::StatusCode;

use super::AadError;

impl AadError {
    /// No such tenant. The same number has another OAuth code on metadata than elsewhere.
    pub fn unknown_tenant(error: &'static str, tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into \
             the correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::new(error, 90002, text)
    }

    /// The tenant segment can be neither a GUID nor a domain name.
    pub fn malformed_tenant(error: &'static str, tenant: &str) -> Self {
        let text = format!(
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
        );
        Self::new(error, 900_023, text)
    }

    /// A host that instance discovery doesn't know.
    pub fn unknown_instance() -> Self {
        Self::new("invalid_instance", 50049, "Unknown or invalid instance.")
    }

    /// A parameter of the body is missing.
    pub fn missing_parameter(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, text)
    }

    /// A parameter is given more than once.
    pub fn duplicate_parameter(name: &str) -> Self {
        let text = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
        Self::new("invalid_request", 9_000_411, text)
    }

    /// The body can't be read as a form.
    pub fn malformed() -> Self {
        Self::new("invalid_request", 9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    /// The body is larger than the service takes.
    pub fn too_large() -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, ..Self::malformed() }
    }

    /// Another method than POST.
    pub fn post_only(method: &str) -> Self {
        let text = format!("The endpoint only accepts POST, OPTIONS requests. Received a {method} request.");
        Self::new("invalid_request", 900_561, text)
    }

    /// A `grant_type` that isn't served.
    pub fn unsupported_grant(grant_type: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        Self::new("unsupported_grant_type", 70003, text).without_uri()
    }

    /// Scopes of more than one resource.
    pub fn several_resources(scopes: &str) -> Self {
        let text = format!(
            "Provided value for the input parameter scope is not valid because it contains more than one resource. \
             Scope {scopes} is not valid."
        );
        Self::new("invalid_request", 28000, text)
    }

    /// A scope that can't be granted as it is written.
    pub fn invalid_scope(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        Self::new("invalid_scope", 70011, text).without_uri()
    }

    /// A resource that isn't in the directory.
    pub fn unknown_resource(resource: &str, directory: &str) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named {directory}. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any \
             user in the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::new("invalid_resource", 500_011, text)
    }

    /// A parameter holds what it can't.
    pub fn invalid_parameter(name: &str, problem: &str) -> Self {
        Self::new("invalid_request", 90100, format!("The parameter '{name}' is not valid: {problem}."))
    }

    /// `client_assertion_type` is none of those that are known.
    pub fn unsupported_assertion_type() -> Self {
        Self::new("invalid_request", 90023, "Unsupported 'client_assertion_type' value.")
    }

    /// `resource` at the v2.0 endpoint.
    pub fn resource_on_v2() -> Self {
        Self::new("invalid_request", 901_002, "The 'resource' request parameter is not supported.")
    }

    /// A `client_id` that isn't even a GUID.
    pub fn malformed_client_id(client_id: &str) -> Self {
        let text = format!("'{client_id}' is not a valid application identifier.");
        Self::new("unauthorized_client", 700_038, text).without_uri()
    }

    /// A permission that the resource doesn't have. The OAuth code is that of real replies (which were redirects).
    pub fn unknown_scope(app: &str, scope: &str, resource: &str) -> Self {
        let text = format!(
            "The application '{app}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. \
             Contact the app vendor."
        );
        Self::new("invalid_client", 650_053, text).without_uri()
    }

    /// Client credentials for anything but `.default`.
    pub fn only_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::new("invalid_scope", 1_002_012, text)
    }

    /// An app's own token at `common` or `organizations`.
    pub fn no_tenant() -> Self {
        let text = "No tenant-identifying information found in either the request or implied by any provided \
                    credentials.";
        Self::new("invalid_request", 50059, text)
    }

    /// The password grant at `common` or `consumers`.
    pub fn no_alias_for_grant() -> Self {
        let text = "The grant type is not supported over the /common or /consumers endpoints. Please use the \
                    /organizations or tenant-specific endpoint.";
        Self::new("invalid_request", 9_001_023, text)
    }

    /// The same at the v1.0 endpoint.
    pub fn no_alias_for_grant_v1() -> Self {
        let text =
            "The grant type is not supported over the /common endpoint. Use a tenant-specific endpoint.";
        Self::new("invalid_request", 90010, text)
    }

    /// Personal accounts at the v1.0 endpoint.
    pub fn no_personal_accounts_on_v1() -> Self {
        let text = "The v1.0 endpoint issues no tokens for personal accounts. Use the v2.0 endpoint.";
        Self::new("invalid_request", 90027, text)
    }

    /// `Origin` from an app without a single-page redirect URI of that origin.
    pub fn cross_origin() -> Self {
        let text =
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.";
        Self::new("invalid_request", 9_002_326, text)
    }

    /// A single-page app's token redeemed without `Origin`.
    pub fn only_cross_origin() -> Self {
        let text = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin \
                    requests.";
        Self::new("invalid_request", 9_002_327, text)
    }

    /// The same request came too often.
    pub fn request_loop() -> Self {
        let text = "The server terminated an operation because it encountered a client request loop. Please contact your \
                    app vendor.";
        Self::new("invalid_grant", 50196, text)
    }

    /// The service is busy.
    pub fn service_unavailable() -> Self {
        let text = "A transient error has occurred. Please try again.";
        let plain = Self::new("temporarily_unavailable", 90033, text);
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..plain }
    }
}
