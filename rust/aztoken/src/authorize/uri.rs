//! The address of the authorization endpoint with everything that is asked for (RFC 6749 section 4.1.1, `OpenID` Connect
//! Core section 3.1.2.1; Microsoft, "Request an authorization code").

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::Options;
use super::pkce::Pkce;
use super::random::{UNGUESSABLE, random_text};
use super::response_type::{ResponseMode, ResponseType};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::http::Clients;
use crate::params::field;
use crate::request::{RequestOptions, Settled, parse};
use crate::secret::Secret;
use crate::token::form::Form;

/// Parameters of the authorization endpoint that belong to a sign-in: the caller's own can't replace them.
pub(crate) const OWNED: [&str; 10] = [
    field::RESPONSE_TYPE,
    field::RESPONSE_MODE,
    field::REDIRECT_URI,
    field::STATE,
    field::NONCE,
    field::CODE_CHALLENGE,
    field::CODE_CHALLENGE_METHOD,
    field::PROMPT,
    field::LOGIN_HINT,
    field::DOMAIN_HINT,
];

/// What the service knows for `prompt`.
const PROMPTS: [&str; 5] = ["login", "none", "consent", "select_account", "create"];

/// Everything that goes into the address.
pub(super) struct AuthorizationRequest<'a> {
    pub(super) settled: &'a Settled,
    /// May be of several resources.
    pub(super) scopes: &'a [String],
    pub(super) options: &'a Options,
    pub(super) response_type: ResponseType,
    pub(super) response_mode: ResponseMode,
    pub(super) redirect_uri: &'a str,
    pub(super) state: &'a str,
    /// For an ID token that comes through the browser.
    pub(super) nonce: Option<&'a str>,
    /// For a code.
    pub(super) pkce: Option<&'a Pkce>,
}

impl AuthorizationRequest<'_> {
    /// The address.
    pub(super) fn uri(&self) -> Url {
        let mut fields = Form::new();
        let response_type = self.response_type.to_string();
        let response_mode = self.response_mode.to_string();
        fields.add(field::CLIENT_ID, &self.settled.client_id);
        fields.add(field::RESPONSE_TYPE, &response_type);
        fields.add(field::REDIRECT_URI, self.redirect_uri);
        fields.add(field::RESPONSE_MODE, &response_mode);
        fields.add(field::SCOPE, &self.scopes.join(" "));
        fields.add(field::STATE, self.state);
        if let Some(nonce) = self.nonce {
            fields.add(field::NONCE, nonce);
        }
        if let Some(pkce) = self.pkce {
            fields.add(field::CODE_CHALLENGE, &pkce.challenge());
            fields.add(field::CODE_CHALLENGE_METHOD, &pkce.method.to_string());
        }
        for (name, value) in [
            (field::PROMPT, &self.options.prompt),
            (field::LOGIN_HINT, &self.options.login_hint),
            (field::DOMAIN_HINT, &self.options.domain_hint),
        ] {
            if let Some(value) = value {
                fields.add(name, value);
            }
        }
        self.settled.add_own_to(&mut fields);
        let mut uri = self.settled.authority.authorize_url();
        uri.set_query(Some(fields.encoded()));
        uri
    }
}

/// Checks what doesn't depend on the rest.
pub(super) fn check_options(options: &Options) -> Result<()> {
    let prompt = options.prompt.as_deref();
    if prompt.is_some_and(|prompt| !PROMPTS.contains(&prompt)) {
        let problem = format!("must be one of {}.", PROMPTS.join(", "));
        return Err(Error::invalid_parameter(field::PROMPT, problem));
    }
    if prompt == Some("select_account") && options.login_hint.is_some() {
        let problem = "login_hint names the account that select_account asks for: give one of them.";
        return Err(Error::invalid_parameter(field::PROMPT, problem));
    }
    for (name, value) in
        [(field::LOGIN_HINT, &options.login_hint), (field::DOMAIN_HINT, &options.domain_hint)]
    {
        if value.as_deref().is_some_and(|value| value.trim().is_empty()) {
            return Err(Error::invalid_parameter(name, "must not be empty; leave it out."));
        }
    }
    Ok(())
}

/// An address for an app that receives the answer elsewhere, with what has to be kept until it comes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationUri {
    #[serde(flatten)]
    options: Options,
    code_challenge_method: Option<String>,
    code_verifier: Option<Secret>,
    state: Option<String>,
    nonce: Option<String>,
}

impl AuthorizationUri {
    /// Makes the address for a request in JSON (docs/abi.md): `uri`, `state`, `nonce`, `code_verifier` and `redirect_uri`.
    /// Asks nothing of the network.
    pub fn make(json: &[u8]) -> Result<Map<String, Value>> {
        let (mut common, request) = parse::<Self>(json)?;
        let mut cx = Context::new(Arc::new(Clients::default()), Arc::new(|_: &Event<'_>| {}));
        cx.environment = std::mem::take(&mut common.environment);
        request.acquire(common, &cx)
    }

    fn acquire(self, common: RequestOptions, cx: &Context) -> Result<Map<String, Value>> {
        let Self { options, code_challenge_method, code_verifier, state, nonce } = self;
        check_options(&options)?;
        let redirect_uri = redirect_uri(options.redirect_uri.as_deref())?;
        let response_type = options.response_type_or(ResponseType::CODE)?;
        let response_mode = ResponseMode::of(options.response_mode.as_deref(), response_type)?;
        let pkce = pkce_for(response_type, code_verifier, code_challenge_method.as_deref())?;
        let state = given_or_random(field::STATE, state)?;
        let nonce = match (response_type.id_token, nonce) {
            (true, given) => Some(given_or_random(field::NONCE, given)?),
            (false, None) => None,
            (false, Some(_)) => {
                return Err(Error::invalid_parameter(
                    field::NONCE,
                    "is for an ID token, which isn't asked for.",
                ));
            }
        };
        let (settled, scopes) = common.settle_for_sign_in(cx, response_type, &OWNED)?;
        let request = AuthorizationRequest {
            settled: &settled,
            scopes: &scopes,
            options: &options,
            response_type,
            response_mode,
            redirect_uri,
            state: state.expose(),
            nonce: nonce.as_ref().map(Secret::expose),
            pkce: pkce.as_ref(),
        };
        Ok(Map::from_iter([
            ("uri".to_owned(), json!(request.uri().as_str())),
            (field::STATE.to_owned(), json!(state)),
            (field::NONCE.to_owned(), json!(nonce)),
            (field::CODE_VERIFIER.to_owned(), json!(pkce.map(|pkce| pkce.verifier))),
            (field::REDIRECT_URI.to_owned(), json!(redirect_uri)),
        ]))
    }
}

fn pkce_for(
    response_type: ResponseType,
    verifier: Option<Secret>,
    method: Option<&str>,
) -> Result<Option<Pkce>> {
    let method = method.map(str::parse).transpose()?;
    if !response_type.code {
        let given =
            [(field::CODE_VERIFIER, verifier.is_some()), (field::CODE_CHALLENGE_METHOD, method.is_some())];
        return match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(Error::invalid_parameter(name, "is for a code, which isn't asked for.")),
            None => Ok(None),
        };
    }
    let method = method.unwrap_or_default();
    match verifier {
        Some(verifier) => Pkce::with(verifier, method).map(Some),
        None => Pkce::new(method).map(Some),
    }
}

fn given_or_random(name: &'static str, given: Option<String>) -> Result<Secret> {
    match given {
        None => random_text(UNGUESSABLE),
        Some(given) if given.trim().is_empty() => {
            Err(Error::invalid_parameter(name, "must not be empty; leave it out to have one made."))
        }
        Some(given) => Ok(Secret::new(given)),
    }
}

/// Any that can be registered; whether it is, is the service's to say.
pub(crate) fn redirect_uri(given: Option<&str>) -> Result<&str> {
    let given = given.map(str::trim).unwrap_or_default();
    match Url::parse(given) {
        Ok(uri) if uri.fragment().is_none() => Ok(given),
        Ok(_) => {
            let problem = "must not have a fragment (RFC 6749 section 3.1.2).";
            Err(Error::invalid_parameter(field::REDIRECT_URI, problem))
        }
        Err(_) => {
            let problem =
                "is needed: one that is registered for the app, such as https://app.contoso.com/signin.";
            Err(Error::invalid_parameter(field::REDIRECT_URI, problem))
        }
    }
}

#[cfg(test)]
#[path = "uri_tests.rs"]
mod tests;
