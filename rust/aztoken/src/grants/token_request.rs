//! The plan of a grant that is one request to the token endpoint (RFC 6749 section 3.2).

use crate::cache_key::{CacheKey, Fingerprint};
use crate::client_auth::ClientCredential;
use crate::error::Result;
use crate::event::Event;
use crate::hints;
use crate::http::{Answer, Form, retry::Policy};
use crate::io::Io;
use crate::operation::Plan;
use crate::params::field;
use crate::request::ResolvedRequest;
use crate::token::parse;
use crate::token_set::TokenSet;

/// Everything that is sent but a fresh client assertion.
#[derive(Debug)]
pub struct TokenRequest {
    pub(super) resolved: ResolvedRequest,
    pub(super) credential: Option<ClientCredential>,
    pub(super) grant_type: &'static str,
    /// The grant's own fields.
    pub(super) fields: Form,
    pub(super) policy: Policy,
    pub(super) sharing: Sharing,
}

/// Who else may be given the token.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sharing {
    /// Nobody: it belongs to a sign-in.
    Nobody,
    /// Whoever proves to be the same app.
    App,
    /// Whoever proves to be the same app and shows the same user assertion.
    OnBehalfOf(Fingerprint),
}

impl TokenRequest {
    /// Sends the request and reads the answer.
    pub(super) async fn send(&self, io: &Io) -> Result<TokenSet> {
        let mut form = Form::new();
        form.add(field::CLIENT_ID, &self.resolved.client_id);
        if let Some(credential) = &self.credential {
            credential.apply(io, &self.resolved, &mut form).await?;
        }
        form.append(&self.fields);
        form.add(field::GRANT_TYPE, self.grant_type);
        self.resolved.add_to(&mut form);
        let url = self.resolved.authority.token_url();
        let answer = io.http().post_form(&url, &form, self.policy).await?;
        read_token(io, &self.resolved, &form, &answer)
    }
}

/// Reads the answer to a form, and says what a person would wonder about.
pub(super) fn read_token(
    io: &Io,
    resolved: &ResolvedRequest,
    form: &Form,
    answer: &Answer,
) -> Result<TokenSet> {
    let token = parse(resolved, answer, io.received()).map_err(|mut error| {
        let padded = form.has_padded_secret().then(|| hints::for_secret_with_space(&error.error_codes));
        error.hint = padded.flatten().or(error.hint);
        error
    })?;
    if token.access_token.is_empty() {
        io.emit(&Event::Warning { text: ONLY_ID_TOKEN.to_owned(), confirm: false });
    }
    Ok(token)
}

const ONLY_ID_TOKEN: &str = "The service returned an ID token and no access token. For an access token, request a scope of the API; \
                             at Azure AD B2C a scope of your API, or the client ID as scope.";

impl Plan for TokenRequest {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        Some(&self.resolved)
    }

    fn cache_key(&self) -> Option<CacheKey> {
        let user_assertion = match self.sharing {
            Sharing::Nobody => return None,
            Sharing::App => None,
            Sharing::OnBehalfOf(assertion) => Some(assertion),
        };
        let credential = self.credential.as_ref()?.fingerprint()?;
        Some(CacheKey::new(&self.resolved, credential, user_assertion))
    }
}
