//! A request to /authorize, checked: what is wrong with it is shown on a page, or told to the client where that is safe.

use std::sync::Arc;

use super::pkce::Challenge;
use super::response::{self, Reply, ResponseTypes};
use crate::catalog::Catalog;
use crate::claims_request::ClaimsRequest;
use crate::client::{self, AuthMethod, Client};
use crate::clock::entra_timestamp;
use crate::configuration::AppRegistration;
use crate::errors::AadError;
use crate::login_hint;
use crate::received::{Params, Received};
use crate::redirect_uri::RedirectUri;
use crate::respond::{describe, error_uri};
use crate::response_mode::ResponseMode;
use crate::scopes::RequestedScopes;
use crate::tenant::TenantSegment;
use crate::token_request::{Endpoint, TokenRequest};

/// What the person is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// What is needed.
    Unspecified,
    /// Nothing.
    None,
    /// The password, signed in or not.
    Login,
    /// Consent, given already or not.
    Consent,
    /// Which account.
    SelectAccount,
}

impl Prompt {
    fn read(params: &Params) -> Result<Self, AadError> {
        let prompt = match params.get("prompt") {
            None => Self::Unspecified,
            Some("none") => Self::None,
            // `create` offers a new account, which there is none of here.
            Some("login" | "create") => Self::Login,
            Some("consent") => Self::Consent,
            Some("select_account") => Self::SelectAccount,
            Some(_) => return Err(AadError::unsupported_value("prompt")),
        };
        if prompt == Self::SelectAccount && params.get("login_hint").is_some() {
            let problem = "it can't be combined with 'prompt=select_account'";
            return Err(AadError::invalid_parameter("login_hint", problem));
        }
        Ok(prompt)
    }
}

/// Why there is no sign-in.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The client or its redirect URI is not known: nothing may be sent there.
    Page(AadError),
    /// The client is told.
    Reply(Reply),
}

/// Where the answer goes, and what goes with every one.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) redirect_uri: RedirectUri,
    mode: ResponseMode,
    state: Option<String>,
    /// Scheme and host by which the browser reached the emulator.
    pub(crate) base: String,
    trace_id: String,
    correlation_id: String,
}

impl Target {
    pub(crate) fn success(&self, mut fields: Vec<(&'static str, String)>) -> Reply {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        Reply::new(&self.redirect_uri.uri, self.mode, fields)
    }

    pub(crate) fn error(&self, now: u64, error: AadError) -> Reply {
        let timestamp = entra_timestamp(now);
        let description = describe(&error, &self.trace_id, &self.correlation_id, &timestamp);
        let mut fields = vec![("error", error.error.to_owned()), ("error_description", description)];
        if error.error_uri {
            fields.push(("error_uri", error_uri(&self.base, &error)));
        }
        fields.extend(error.suberror.map(|suberror| ("error_subcode", suberror.to_owned())));
        fields.extend(error.claims.map(|claims| ("claims", claims)));
        self.success(fields)
    }
}

/// A request in which nothing is wrong.
#[derive(Clone)]
pub(crate) struct AuthorizeRequest {
    /// The configuration when the request came.
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) endpoint: Endpoint,
    pub(crate) tenant: TenantSegment,
    pub(crate) client: Arc<AppRegistration>,
    pub(crate) target: Target,
    pub(crate) types: ResponseTypes,
    /// One of these for each resource, and at least one.
    pub(crate) scopes: Vec<RequestedScopes>,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) prompt: Prompt,
    claims: ClaimsRequest,
    params: Params,
}

impl AuthorizeRequest {
    /// Reads and checks a request. `now` is for the timestamp of an error.
    pub(crate) fn read(
        catalog: &Arc<Catalog>,
        now: u64,
        endpoint: Endpoint,
        segment: &str,
        received: &Received,
    ) -> Result<Self, Refusal> {
        let params = received.parameters().map_err(Refusal::Page)?;
        let (tenant, client) = find_client(catalog, endpoint, segment, params).map_err(Refusal::Page)?;
        let (mode, types) = response::read(params);
        let redirect_uri =
            RedirectUri::find(&client, params.get("redirect_uri"), mode).map_err(Refusal::Page)?;
        let target = Target {
            redirect_uri,
            mode,
            state: params.get("state").map(str::to_owned),
            base: received.base.clone(),
            trace_id: received.trace_id.clone(),
            correlation_id: received.correlation_id.clone(),
        };
        let refuse = |error| Refusal::Reply(target.error(now, error));
        let types = types.and_then(|types| {
            check_parameters(endpoint, params)?;
            check_issuance(&client, types)?;
            Ok(types)
        });
        let types = types.map_err(refuse)?;
        let scopes = read_scopes(catalog, endpoint, &tenant, types, params).map_err(refuse)?;
        let check = || {
            scopes.iter().try_for_each(|scopes| scopes.check_offered(&client.name))?;
            let challenge = Challenge::read(params)?;
            if types.code && target.redirect_uri.is_single_page() && challenge.is_none() {
                return Err(AadError::pkce_required());
            }
            Ok((challenge, Prompt::read(params)?, ClaimsRequest::read(params)?))
        };
        let (challenge, prompt, claims) = check().map_err(refuse)?;
        let params = params.clone();
        let catalog = Arc::clone(catalog);
        Ok(Self {
            catalog,
            endpoint,
            tenant,
            client,
            target,
            types,
            scopes,
            challenge,
            prompt,
            claims,
            params,
        })
    }

    /// Whether the person may not be asked anything.
    pub(crate) fn is_silent(&self) -> bool {
        self.prompt == Prompt::None
    }

    /// The user name that the request hints at.
    pub(crate) fn login_hint(&self) -> Option<String> {
        self.params.get("login_hint").map(login_hint::user_name)
    }

    pub(crate) fn nonce(&self) -> Option<String> {
        self.params.get("nonce").map(str::to_owned)
    }

    /// Whether the request says what the access token is to be for; at v1.0 the token request may do that.
    pub(crate) fn names_resource(&self) -> bool {
        self.endpoint == Endpoint::V2 || self.params.get("resource").is_some()
    }

    /// The request as the makers of tokens see it: of a client that hasn't authenticated.
    pub(crate) fn as_token_request(&self) -> TokenRequest<'_> {
        TokenRequest {
            catalog: &self.catalog,
            endpoint: self.endpoint,
            base: &self.target.base,
            form: &self.params,
            tenant: self.tenant.clone(),
            client: Client { app: Arc::clone(&self.client), auth: AuthMethod::None },
            claims: self.claims,
            single_page: false,
        }
    }
}

fn find_client(
    catalog: &Catalog,
    endpoint: Endpoint,
    segment: &str,
    params: &Params,
) -> Result<(TenantSegment, Arc<AppRegistration>), AadError> {
    let tenant = TenantSegment::parse(catalog, segment, "invalid_request")?;
    if endpoint == Endpoint::V1 && matches!(tenant, TenantSegment::Consumers) {
        return Err(AadError::no_personal_accounts_on_v1());
    }
    let client = client::find(catalog, params.require("client_id")?, &tenant)?;
    Ok((tenant, client))
}

fn check_parameters(endpoint: Endpoint, params: &Params) -> Result<(), AadError> {
    if endpoint == Endpoint::V2 && params.get("resource").is_some() {
        return Err(AadError::resource_on_v2());
    }
    // The metadata says so of `request_uri`.
    for (name, error) in [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")]
    {
        if params.get(name).is_some() {
            return Err(AadError::unsupported_parameter(error, name));
        }
    }
    Ok(())
}

fn check_issuance(client: &AppRegistration, types: ResponseTypes) -> Result<(), AadError> {
    if types.id_token && !client.id_token_issuance {
        return Err(AadError::id_token_disabled());
    }
    if types.token && !client.access_token_issuance {
        return Err(AadError::token_disabled());
    }
    Ok(())
}

fn read_scopes(
    catalog: &Catalog,
    endpoint: Endpoint,
    tenant: &TenantSegment,
    types: ResponseTypes,
    params: &Params,
) -> Result<Vec<RequestedScopes>, AadError> {
    let scope = params.get("scope").unwrap_or_default();
    let scopes = match (endpoint, params.get("resource")) {
        (Endpoint::V2, _) => RequestedScopes::parse_all(catalog, params.require("scope")?, tenant.name())?,
        (Endpoint::V1, Some(resource)) => {
            vec![RequestedScopes::of_resource(catalog, resource, scope, tenant.name())?]
        }
        (Endpoint::V1, None) if types.token => return Err(AadError::missing_parameter("resource")),
        (Endpoint::V1, None) => vec![RequestedScopes::none(catalog)],
    };
    if types.id_token {
        if endpoint == Endpoint::V2 && !scopes[0].asks("openid") {
            let problem = "response type 'id_token' requires the 'openid' scope";
            return Err(AadError::unsupported_response_type(problem));
        }
        params.get("nonce").ok_or_else(AadError::missing_nonce)?;
    }
    if types.token && scopes.len() > 1 {
        return Err(AadError::several_resources(scope));
    }
    Ok(scopes)
}
