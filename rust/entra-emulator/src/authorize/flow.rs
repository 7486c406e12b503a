//! One sign-in, from a checked request to its answer: what the person is asked, and in which order.

use std::sync::Arc;

use uuid::Uuid;

use super::request::{AuthorizeRequest, Prompt};
use super::response::Reply;
use crate::authorization_codes::CodeGrant;
use crate::browsers::Account;
use crate::errors::AadError;
use crate::policy::{self, Way};
use crate::scopes::RequestedScopes;
use crate::sign_in::check_password;
use crate::state::App;
use crate::tokens::{self, Grant, SignIn};

/// What comes next.
#[derive(Debug)]
pub(crate) enum Step {
    /// One of these accounts, or another.
    PickAccount(Vec<Account>),
    /// User name and password.
    Password,
    /// A second factor, or setting one up.
    SecondFactor,
    Consent,
    /// Nothing more: the answer.
    Done(Reply),
}

/// A sign-in on its way.
#[derive(Clone)]
pub(crate) struct Flow {
    /// In every form.
    pub(crate) id: String,
    /// ID of the browser in which it was begun.
    pub(crate) browser: String,
    pub(crate) request: Arc<AuthorizeRequest>,
    /// The user, signed in.
    pub(crate) account: Option<Account>,
    /// What the page shows for the second factor.
    pub(crate) number: u8,
    consented: bool,
}

impl Flow {
    pub(crate) fn new(request: AuthorizeRequest, browser: String) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
            browser,
            request: Arc::new(request),
            account: None,
            number: rand::random_range(10..=99),
            consented: false,
        }
    }

    /// The first step, which depends on who is signed in with this browser.
    pub(crate) fn begin(&mut self, app: &App, mut accounts: Vec<Account>) -> Step {
        let request = Arc::clone(&self.request);
        accounts.retain(|account| request.tenant.admits(account.user));
        match request.prompt {
            Prompt::Login => return Step::Password,
            Prompt::SelectAccount if !accounts.is_empty() => return Step::PickAccount(accounts),
            _ => {}
        }
        if let Some(hint) = request.login_hint() {
            accounts.retain(|account| account.user.upn.eq_ignore_ascii_case(hint));
        }
        match (accounts.len(), request.prompt) {
            (0, Prompt::None) => Step::Done(self.refuse(app, AadError::login_required())),
            (0, _) => Step::Password,
            (1, _) => {
                self.account = accounts.pop();
                self.next(app)
            }
            (_, Prompt::None) => Step::Done(self.refuse(app, AadError::several_accounts())),
            _ => Step::PickAccount(accounts),
        }
    }

    /// What is still missing.
    pub(crate) fn next(&self, app: &App) -> Step {
        let Some(account) = &self.account else {
            return Step::Password;
        };
        let request = &self.request;
        let missing = request.scopes.iter().find_map(|scopes| {
            let grant = grant(account, scopes, None);
            policy::check(app, &request.as_token_request(), Way::Authorize, &grant).err()
        });
        match missing {
            Some(error) if request.is_silent() => Step::Done(self.refuse(app, error)),
            Some(error) if matches!(error.number, 50076 | 50079) => Step::SecondFactor,
            Some(error) if error.number == 65001 => Step::Consent,
            Some(error) => Step::Done(self.refuse(app, error)),
            None if request.prompt == Prompt::Consent && !self.consented => Step::Consent,
            None => Step::Done(self.answer(app, account)),
        }
    }

    /// Signs in by password. The error is for the person.
    pub(crate) fn sign_in(&mut self, app: &App, upn: &str, password: &str) -> Result<(), AadError> {
        let user = check_password(upn, password)?;
        let (tenant, client) = (self.request.tenant, self.request.client);
        if !tenant.admits(user) {
            return Err(AadError::foreign_user(user.upn, tenant.name(), client.client_id, client.name));
        }
        self.account = Some(Account::new(user, app.clock.now()));
        self.remember(app);
        Ok(())
    }

    /// Notes the second factor.
    pub(crate) fn confirm(&mut self, app: &App) {
        if let Some(account) = &mut self.account {
            account.mfa = true;
        }
        self.remember(app);
    }

    /// Notes the consent to everything that is asked for.
    pub(crate) fn consent(&mut self, app: &App) {
        self.consented = true;
        if let Some(account) = &self.account {
            for scopes in &self.request.scopes {
                policy::consent(app, self.request.client, account.user, scopes);
            }
        }
    }

    /// The end without tokens.
    pub(crate) fn refuse(&self, app: &App, error: AadError) -> Reply {
        let code = match error.number {
            65001 => "consent_required",
            53003 if self.request.is_silent() => "interaction_required",
            53003 | 50057 | 50105 => "access_denied",
            50076 | 50079 => "interaction_required",
            _ => error.error,
        };
        self.request.target.error(app, AadError { error: code, ..error })
    }

    fn remember(&self, app: &App) {
        if let Some(account) = &self.account {
            app.state().browsers.remember(&self.browser, account);
        }
    }

    fn answer(&self, app: &App, account: &Account) -> Reply {
        let request = &self.request;
        let sign_in =
            SignIn { nonce: request.nonce(), sid: account.sid.clone(), auth_time: account.auth_time };
        let token_request = request.as_token_request();
        let code = request.types.code.then(|| {
            let code = self.code(account, sign_in.clone());
            app.state().codes.issue(code, app.clock.now())
        });
        let grant = grant(account, &request.scopes[0], Some(&sign_in));
        let tokens = tokens::in_front_channel(app, &token_request, &grant, request.types, code.as_deref());
        let mut fields: Vec<_> = code.map(|code| ("code", code)).into_iter().chain(tokens).collect();
        fields.push(("session_state", account.sid.clone()));
        if token_request.wants_client_info() {
            fields.push(("client_info", tokens::client_info(account.user)));
        }
        request.target.success(fields)
    }

    fn code(&self, account: &Account, sign_in: SignIn) -> CodeGrant {
        let request = &self.request;
        CodeGrant {
            client: request.client,
            tenant: request.tenant,
            user: account.user,
            mfa: account.mfa,
            scopes: if request.names_resource() { request.scopes.clone() } else { Vec::new() },
            redirect_uri: request.target.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            sign_in,
        }
    }
}

fn grant<'a>(account: &Account, scopes: &'a RequestedScopes, sign_in: Option<&'a SignIn>) -> Grant<'a> {
    Grant { user: account.user, scopes, mfa: account.mfa, single_page_until: None, sign_in }
}
