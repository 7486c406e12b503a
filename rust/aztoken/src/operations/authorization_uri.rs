//! A URL of the authorization endpoint for an app that receives the response elsewhere.

use serde::{Deserialize, Serialize};

use crate::authorize::{
    AuthorizationOptions, AuthorizationRequest, OWNED_FIELDS, Pkce, ResponseMode, ResponseType,
    check_options, redirect_uri, unguessable,
};
use crate::error::{Error, Result};
use crate::event::{Event, Outcome, result_event};
use crate::params::field;
use crate::request::RequestOptions;
use crate::secret::Secret;

/// Makes the URL (RFC 6749 section 4.1.1), with whatever guards the sign-in. Uses no network.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewAuthorizationUri {
    /// What is asked of the authorization endpoint. `redirect_uri` is required.
    #[serde(flatten)]
    pub authorization: AuthorizationOptions,
    /// `S256` or `plain`. Default: `S256`.
    pub code_challenge_method: Option<String>,
    /// A verifier made elsewhere. Default: a new one.
    pub code_verifier: Option<Secret>,
    /// Default: a new one.
    pub state: Option<String>,
    /// For an ID token. Default: a new one.
    pub nonce: Option<String>,
}

/// The URL, and what has to be kept until the response comes.
#[derive(Debug, Serialize)]
pub struct AuthorizationUri {
    /// Where the user signs in.
    pub uri: String,
    /// The response must have the same.
    pub state: Secret,
    /// The ID token must have the same, if one was asked for.
    pub nonce: Option<Secret>,
    /// To redeem the code with, if one was asked for.
    pub code_verifier: Option<Secret>,
    /// Where the response goes; also needed to redeem the code.
    pub redirect_uri: String,
}

impl Outcome for AuthorizationUri {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

impl NewAuthorizationUri {
    /// Makes the URL.
    pub fn create(mut self, mut options: RequestOptions) -> Result<AuthorizationUri> {
        let environment = std::mem::take(&mut options.environment);
        check_options(&self.authorization)?;
        let redirect_uri = redirect_uri(self.authorization.redirect_uri.as_deref())?.to_owned();
        let response_type = self.authorization.response_type_or(ResponseType::CODE)?;
        let response_mode = ResponseMode::of(self.authorization.response_mode.as_deref(), response_type)?;
        let pkce = self.pkce(response_type)?;
        let state = given_or_new(field::STATE, self.state)?;
        let nonce = match (response_type.id_token, self.nonce) {
            (true, given) => Some(given_or_new(field::NONCE, given)?),
            (false, None) => None,
            (false, Some(_)) => {
                let problem = "requires id_token in the response type.";
                return Err(Error::conflicting_parameter(field::NONCE, problem));
            }
        };
        let (resolved, scopes) =
            options.resolve_for_authorization(&environment, response_type.token, &OWNED_FIELDS)?;
        let request = AuthorizationRequest {
            resolved: &resolved,
            scopes: &scopes,
            options: &self.authorization,
            response_type,
            response_mode,
            redirect_uri: &redirect_uri,
            state: state.expose(),
            nonce: nonce.as_ref().map(Secret::expose),
            pkce: pkce.as_ref(),
        };
        let uri = request.uri().into();
        Ok(AuthorizationUri {
            uri,
            state,
            nonce,
            code_verifier: pkce.map(|pkce| pkce.verifier),
            redirect_uri,
        })
    }

    fn pkce(&mut self, response_type: ResponseType) -> Result<Option<Pkce>> {
        let method = self.code_challenge_method.as_deref().map(str::parse).transpose()?;
        if !response_type.code {
            let given = [
                (field::CODE_VERIFIER, self.code_verifier.is_some()),
                (field::CODE_CHALLENGE_METHOD, method.is_some()),
            ];
            return match given.into_iter().find(|(_, given)| *given) {
                Some((name, _)) => {
                    Err(Error::conflicting_parameter(name, "requires code in the response type."))
                }
                None => Ok(None),
            };
        }
        let method = method.unwrap_or_default();
        match self.code_verifier.take() {
            Some(verifier) => Pkce::with(verifier, method).map(Some),
            None => Pkce::new(method).map(Some),
        }
    }
}

fn given_or_new(name: &'static str, given: Option<String>) -> Result<Secret> {
    match given {
        None => unguessable(),
        Some(given) if given.trim().is_empty() => {
            Err(Error::missing_parameter(name, "must not be empty. Leave it out to generate one."))
        }
        Some(given) => Ok(Secret::new(given)),
    }
}

#[cfg(test)]
#[path = "authorization_uri_tests.rs"]
mod tests;
