//! The URL of the authorization endpoint with everything that is asked for (RFC 6749 section 4.1.1, `OpenID` Connect
//! Core section 3.1.2.1; Microsoft, "Request an authorization code").

use url::Url;

use super::AuthorizationOptions;
use super::pkce::Pkce;
use super::response_type::{ResponseMode, ResponseType};
use crate::error::{Error, Result};
use crate::http::Form;
use crate::params::field;
use crate::request::ResolvedRequest;

/// Parameters of the authorization endpoint that belong to a sign-in: the caller's own can't replace them.
pub(crate) const OWNED_FIELDS: [&str; 10] = [
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

/// Everything that goes into the URL.
pub(crate) struct AuthorizationRequest<'a> {
    pub(crate) resolved: &'a ResolvedRequest,
    /// May be of several resources.
    pub(crate) scopes: &'a [String],
    pub(crate) options: &'a AuthorizationOptions,
    pub(crate) response_type: ResponseType,
    pub(crate) response_mode: ResponseMode,
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: &'a str,
    /// For an ID token that comes through the browser.
    pub(crate) nonce: Option<&'a str>,
    /// For a code.
    pub(crate) pkce: Option<&'a Pkce>,
}

impl AuthorizationRequest<'_> {
    /// The URL.
    pub(crate) fn uri(&self) -> Url {
        let mut fields = Form::new();
        let response_type = self.response_type.to_string();
        let response_mode = self.response_mode.to_string();
        fields.add(field::CLIENT_ID, &self.resolved.client_id);
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
        self.resolved.add_extra_to(&mut fields);
        let mut uri = self.resolved.authority.authorize_url();
        uri.set_query(Some(fields.encoded()));
        uri
    }
}

/// Checks what doesn't depend on the rest.
pub(crate) fn check_options(options: &AuthorizationOptions) -> Result<()> {
    let prompt = options.prompt.as_deref();
    if prompt.is_some_and(|prompt| !PROMPTS.contains(&prompt)) {
        let problem = format!("must be one of {}.", PROMPTS.join(", "));
        return Err(Error::invalid_parameter(field::PROMPT, problem));
    }
    if prompt == Some("select_account") && options.login_hint.is_some() {
        let problem = "can't be select_account together with `login_hint`.";
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
