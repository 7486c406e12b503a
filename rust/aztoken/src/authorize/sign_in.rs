//! One sign-in in the browser from its request to its token.

use std::future::Future;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::id_token::{self, BoundValues};
use super::loopback::Listener;
use super::pkce::{ChallengeMethod, Pkce};
use super::random::{UNGUESSABLE, random_text};
use super::redirect_uri::LoopbackUri;
use super::response::Response;
use super::response_type::{ResponseMode, ResponseType};
use super::uri::{AuthorizationRequest, OWNED, check_options};
use super::{Options, browser};
use crate::client_auth::ClientAuth;
use crate::context::Context;
use crate::error::Result;
use crate::event::{Event, Subject};
use crate::grants::redeem_code;
use crate::params::field;
use crate::request::{RequestOptions, Settled};
use crate::secret::Secret;
use crate::token::{TokenSet, parse_authorization};

/// Progress is told this often.
const TICK: Duration = Duration::from_secs(1);

/// A sign-in in the user's browser, whose answer comes back to this machine.
#[derive(Debug, Default)]
pub(crate) struct SignIn {
    /// What is asked of the authorization endpoint.
    pub options: Options,
    /// Whether to open the browser; otherwise the user is only shown the address.
    pub open_browser: Option<bool>,
    /// What proves the client, if it is confidential.
    pub client_auth: Option<ClientAuth>,
}

impl SignIn {
    /// Signs in and gives the token. The time limit is told as progress only; keeping it is the context's.
    pub(crate) async fn run(
        self,
        common: RequestOptions,
        cx: &Context,
        response_type: ResponseType,
        default_limit: Option<Duration>,
    ) -> Result<TokenSet> {
        let limit = common.timeout(default_limit)?.unwrap_or_default();
        check_options(&self.options)?;
        self.client_auth.as_ref().map_or(Ok(()), ClientAuth::check)?;
        let response_mode = ResponseMode::of(self.options.response_mode.as_deref(), response_type)?;
        let place = LoopbackUri::parse(self.options.redirect_uri.as_deref())?;
        let (settled, scopes) = common.settle_for_sign_in(cx, response_type, &OWNED)?;
        let secrets = Secrets::new(response_type)?;
        let mut listener = Listener::open(&place, secrets.state.clone()).await?;
        let uri = AuthorizationRequest {
            settled: &settled,
            scopes: &scopes,
            options: &self.options,
            response_type,
            response_mode,
            redirect_uri: &listener.uri,
            state: secrets.state.expose(),
            nonce: secrets.nonce.as_ref().map(Secret::expose),
            pkce: secrets.pkce.as_ref(),
        }
        .uri();
        cx.debug(format!("Listening at {} for the answer by {response_mode}", listener.uri));
        self.show(cx, uri).await?;
        let mut answer = with_progress(cx, limit, listener.answer()).await;
        let fields = std::mem::take(&mut answer.fields);
        let redirect_uri = listener.uri.clone();
        let finish = self.finish(cx, &settled, fields, response_type, &secrets, &redirect_uri);
        let outcome = listener.during(finish).await;
        answer.conclude(outcome.is_ok()).await;
        outcome
    }

    async fn show(&self, cx: &Context, uri: Url) -> Result<()> {
        let browser_opened = self.open_browser.unwrap_or(true);
        let text = if browser_opened {
            browser::open(cx, &uri).await?;
            format!(
                "Sign in on the page that was opened in your browser. If you don't see it, open this address yourself:\n{uri}"
            )
        } else {
            format!("To sign in, open this address in a web browser on this machine:\n{uri}")
        };
        let subject = Subject::AuthorizationUri { uri: uri.into(), browser_opened };
        cx.events.emit(&Event::Message { text, subject });
        Ok(())
    }

    /// From the answer to the token.
    async fn finish(
        self,
        cx: &Context,
        settled: &Settled,
        fields: Map<String, Value>,
        response_type: ResponseType,
        secrets: &Secrets,
        redirect_uri: &str,
    ) -> Result<TokenSet> {
        let response = Response::read(fields, response_type)?;
        let claims = match (response.text(field::ID_TOKEN), &secrets.nonce) {
            (Some(id_token), Some(nonce)) => {
                let bound = BoundValues {
                    code: response.text(field::CODE),
                    access_token: response.text(field::ACCESS_TOKEN),
                };
                Some(id_token::check(cx, settled, id_token, nonce.expose(), bound).await?)
            }
            _ => None,
        };
        let session_state = response.text(field::SESSION_STATE).map(str::to_owned);
        let mut token = match (response.text(field::CODE), &secrets.pkce) {
            (Some(code), Some(pkce)) => {
                let code = Secret::from(code);
                redeem_code(cx, settled, &code, redirect_uri, Some(&pkce.verifier), self.client_auth.as_ref())
                    .await?
            }
            _ => parse_authorization(cx, settled, response.0, claims)?,
        };
        token.session_state = token.session_state.or(session_state);
        Ok(token)
    }
}

/// What nobody else knows of one sign-in.
struct Secrets {
    state: Secret,
    nonce: Option<Secret>,
    pkce: Option<Pkce>,
}

impl Secrets {
    fn new(response_type: ResponseType) -> Result<Self> {
        Ok(Self {
            state: random_text(UNGUESSABLE)?,
            nonce: response_type.id_token.then(|| random_text(UNGUESSABLE)).transpose()?,
            pkce: response_type.code.then(|| Pkce::new(ChallengeMethod::S256)).transpose()?,
        })
    }
}

/// Waits, telling every second how much time is left.
async fn with_progress<T>(cx: &Context, limit: Duration, wait: impl Future<Output = T>) -> T {
    let deadline = cx.clock.monotonic().saturating_add(limit);
    let mut wait = std::pin::pin!(wait);
    loop {
        let left = deadline.saturating_sub(cx.clock.monotonic()).as_secs();
        cx.events.emit(&Event::Progress {
            activity: "Waiting for the sign-in in the browser",
            status: format!("It is waited for {left} more seconds."),
            seconds_left: left,
            seconds_total: limit.as_secs(),
        });
        tokio::select! {
            biased;
            done = &mut wait => return done,
            () = cx.clock.sleep(TICK) => {}
        }
    }
}
