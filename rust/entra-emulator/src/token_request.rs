//! A request to a token endpoint, checked as far as all grants have it in common.

use crate::catalog::Catalog;
use crate::claims_request::ClaimsRequest;
use crate::client::Client;
use crate::errors::AadError;
use crate::received::Params;
use crate::scopes::RequestedScopes;
use crate::tenant::TenantSegment;

/// Which of the two endpoints was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `/oauth2/token`: `resource`, and numbers as strings.
    V1,
    /// `/oauth2/v2.0/token`: `scope`.
    V2,
}

/// What a grant is given.
pub(crate) struct TokenRequest<'a> {
    /// The configuration when the request came.
    pub(crate) catalog: &'a Catalog,
    pub(crate) endpoint: Endpoint,
    /// Scheme and host by which the client reached the emulator.
    pub(crate) base: &'a str,
    pub(crate) form: &'a Params,
    pub(crate) tenant: TenantSegment,
    pub(crate) client: Client,
    pub(crate) claims: ClaimsRequest,
    /// The request is a single-page app's: it has the `Origin` of one of the app's redirect URIs.
    pub(crate) single_page: bool,
}

impl TokenRequest<'_> {
    /// Whether the answer about a user is to have `client_info`. MSAL.NET has sent 1 and 2.
    pub(crate) fn wants_client_info(&self) -> bool {
        matches!(self.form.get("client_info"), Some("1" | "2"))
    }

    /// What the token is to be for, if the request says so.
    pub(crate) fn scopes(&self) -> Result<Option<RequestedScopes>, AadError> {
        let directory = self.tenant.name();
        match self.endpoint {
            Endpoint::V1 => match self.form.get("resource") {
                // v1.0 ignores scopes but for those of OpenID Connect, and always gives a refresh token.
                Some(resource) => {
                    let openid = self.form.get("scope").unwrap_or_default();
                    RequestedScopes::of_resource(self.catalog, resource, openid, directory).map(Some)
                }
                None => Ok(None),
            },
            Endpoint::V2 => match self.form.get("scope") {
                Some(scope) => RequestedScopes::parse(self.catalog, scope, directory).map(Some),
                None => Ok(None),
            },
        }
    }

    /// What the token is to be for, which the request has to say.
    pub(crate) fn required_scopes(&self) -> Result<RequestedScopes, AadError> {
        let name = if self.endpoint == Endpoint::V1 { "resource" } else { "scope" };
        self.scopes()?.ok_or_else(|| AadError::missing_parameter(name))
    }
}
