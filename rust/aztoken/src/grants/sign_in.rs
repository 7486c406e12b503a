//! One sign-in in the browser from its request to its token, for the grants that have one.

use std::future::Future;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::token_request::{Sharing, TokenRequest};
use crate::authorize::{
    AuthorizationOptions, AuthorizationRequest, BoundValues, Browser, ChallengeMethod, Listener, LoopbackUri,
    OWNED_FIELDS, Pkce, Response, ResponseMode, ResponseType, check_id_token, check_options, unguessable,
};
use crate::client_auth::{ClientAuth, ClientCredential};
use crate::environment::Environment;
use crate::error::Result;
use crate::event::{Event, Subject};
use crate::http::{Form, retry};
use crate::io::Io;
use crate::operation::Plan;
use crate::params::{field, grant_type};
use crate::request::{RequestOptions, ResolvedRequest};
use crate::secret::Secret;
use crate::token::parse_authorization;
use crate::token_set::TokenSet;

/// Progress is reported this often.
const TICK: Duration = Duration::from_secs(1);
/// How long before the time limit the outcome must be there.
const MARGIN: Duration = Duration::from_millis(50);

/// The members of a grant's request that concern the sign-in.
pub(super) struct SignInRequest {
    pub(super) authorization: AuthorizationOptions,
    pub(super) open_browser: Option<bool>,
    pub(super) client_auth: Option<ClientAuth>,
}

impl SignInRequest {
    pub(super) fn prepare(
        self,
        options: RequestOptions,
        environment: &Environment,
        response_type: ResponseType,
        default_limit: Option<Duration>,
    ) -> Result<SignInPlan> {
        let limit = options.timeout(default_limit)?.unwrap_or_default();
        check_options(&self.authorization)?;
        let response_mode = ResponseMode::of(self.authorization.response_mode.as_deref(), response_type)?;
        let redirect_uri = LoopbackUri::parse(self.authorization.redirect_uri.as_deref())?;
        let credential = ClientCredential::open(self.client_auth)?;
        let (resolved, scopes) =
            options.resolve_for_authorization(environment, response_type.token, &OWNED_FIELDS)?;
        Ok(SignInPlan {
            resolved,
            scopes,
            authorization: self.authorization,
            response_type,
            response_mode,
            redirect_uri,
            open_browser: self.open_browser.unwrap_or(true),
            credential,
            limit,
        })
    }
}

/// A sign-in in the user's browser, whose response comes back to this machine.
#[derive(Debug)]
pub struct SignInPlan {
    resolved: ResolvedRequest,
    /// The scopes to request at the sign-in; may be of several resources.
    scopes: Vec<String>,
    authorization: AuthorizationOptions,
    pub(super) response_type: ResponseType,
    response_mode: ResponseMode,
    redirect_uri: LoopbackUri,
    open_browser: bool,
    credential: Option<ClientCredential>,
    /// The time limit, to report progress; the context keeps it.
    limit: Duration,
}

impl Plan for SignInPlan {
    fn resolved(&self) -> Option<&ResolvedRequest> {
        Some(&self.resolved)
    }
}

impl SignInPlan {
    /// Signs in and returns the token.
    pub(super) async fn execute(self, io: &Io) -> Result<TokenSet> {
        let deadline = io.clock().monotonic().saturating_add(self.limit);
        let browser = if self.open_browser { Some(Browser::find(io.environment()).await?) } else { None };
        let secrets = SignInSecrets::new(self.response_type)?;
        let mut listener = Listener::open(&self.redirect_uri, secrets.state.clone()).await?;
        let uri = AuthorizationRequest {
            resolved: &self.resolved,
            scopes: &self.scopes,
            options: &self.authorization,
            response_type: self.response_type,
            response_mode: self.response_mode,
            redirect_uri: &listener.uri,
            state: secrets.state.expose(),
            nonce: secrets.nonce.as_ref().map(Secret::expose),
            pkce: secrets.pkce.as_ref(),
        }
        .uri();
        io.debug(format!("Listening at {} for the response ({})", listener.uri, self.response_mode));
        let mut callback = {
            // The response is received also while the browser is still starting.
            let mut showing = std::pin::pin!(show(io, uri, browser.as_ref()));
            let mut waiting = std::pin::pin!(with_progress(io, deadline, self.limit, listener.callback()));
            tokio::select! {
                biased;
                shown = &mut showing => {
                    shown?;
                    waiting.await
                }
                callback = &mut waiting => callback,
            }
        };
        let fields = std::mem::take(&mut callback.fields);
        let redirect_uri = listener.uri.clone();
        let finish = self.finish(io, fields, &secrets, &redirect_uri);
        let outcome = listener.serve_during(finish).await;
        // The outcome must not be lost to the time limit while the browser gets its page.
        let left = deadline.saturating_sub(io.clock().monotonic()).saturating_sub(MARGIN);
        listener.close(callback, outcome.is_ok(), left).await;
        outcome
    }

    /// From the response to the token.
    async fn finish(
        self,
        io: &Io,
        fields: Map<String, Value>,
        secrets: &SignInSecrets,
        redirect_uri: &str,
    ) -> Result<TokenSet> {
        let response = Response::read(fields, self.response_type)?;
        let claims = match (response.text(field::ID_TOKEN), &secrets.nonce) {
            (Some(id_token), Some(nonce)) => {
                let bound = BoundValues {
                    code: response.text(field::CODE),
                    access_token: response.text(field::ACCESS_TOKEN),
                };
                Some(check_id_token(io, &self.resolved, id_token, nonce.expose(), bound).await?)
            }
            _ => None,
        };
        let session_state = response.text(field::SESSION_STATE).map(str::to_owned);
        let mut token = match (response.text(field::CODE), &secrets.pkce) {
            (Some(code), Some(pkce)) => {
                let code = Secret::from(code);
                let verifier = Some(&pkce.verifier);
                redemption(self.resolved, self.credential, &code, redirect_uri, verifier).send(io).await?
            }
            _ => parse_authorization(&self.resolved, response.0, claims, io.received())?,
        };
        token.session_state = token.session_state.or(session_state);
        Ok(token)
    }
}

/// The request that redeems a code (RFC 6749 section 4.1.3). Its redirect URI is the one that the code was sent to.
pub(super) fn redemption(
    resolved: ResolvedRequest,
    credential: Option<ClientCredential>,
    code: &Secret,
    redirect_uri: &str,
    verifier: Option<&Secret>,
) -> TokenRequest {
    let mut fields = Form::new();
    fields.add(field::CODE, code.expose().trim());
    fields.add(field::REDIRECT_URI, redirect_uri);
    if let Some(verifier) = verifier {
        fields.add(field::CODE_VERIFIER, verifier.expose());
    }
    TokenRequest {
        resolved,
        credential,
        grant_type: grant_type::AUTHORIZATION_CODE,
        fields,
        // Not repeated: a code can be used once, even if the response was lost.
        policy: retry::ONCE,
        sharing: Sharing::Nobody,
    }
}

/// Announces the page, then opens it.
async fn show(io: &Io, uri: Url, browser: Option<&Browser>) -> Result<()> {
    let text = match browser {
        Some(browser) => {
            io.debug(format!("The browser to open: {browser}"));
            format!("Opening your browser to sign in. If no page appears, open this URL:\n{uri}")
        }
        None => format!("To sign in, open this URL in a web browser on this machine:\n{uri}"),
    };
    let opens_browser = browser.is_some();
    let subject = Subject::AuthorizationUri { uri: uri.as_str().to_owned(), opens_browser };
    let Some(browser) = browser else {
        io.emit(&Event::Message { text, confirm: false, subject });
        return Ok(());
    };
    io.announce(|confirm| Event::Message { text, confirm, subject }).await?;
    browser.open(&uri, |text| io.debug(text)).await
}

/// The values that only this sign-in knows.
struct SignInSecrets {
    state: Secret,
    nonce: Option<Secret>,
    pkce: Option<Pkce>,
}

impl SignInSecrets {
    fn new(response_type: ResponseType) -> Result<Self> {
        Ok(Self {
            state: unguessable()?,
            nonce: response_type.id_token.then(unguessable).transpose()?,
            pkce: response_type.code.then(|| Pkce::new(ChallengeMethod::S256)).transpose()?,
        })
    }
}

/// Waits, reporting every second how much time is left.
async fn with_progress<T>(io: &Io, deadline: Duration, limit: Duration, wait: impl Future<Output = T>) -> T {
    let mut wait = std::pin::pin!(wait);
    loop {
        let left = deadline.saturating_sub(io.clock().monotonic()).as_secs();
        io.emit(&Event::Progress {
            activity: "Waiting for the sign-in in the browser",
            status: format!("{left} seconds left."),
            seconds_left: left,
            seconds_total: limit.as_secs(),
        });
        tokio::select! {
            biased;
            done = &mut wait => return done,
            () = io.clock().sleep(TICK) => {}
        }
    }
}
