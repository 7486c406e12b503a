//! What the person is asked in a sign-in, and in which order.

use std::sync::Arc;

use crate::account::Account;
use crate::authorization_codes::CodeGrant;
use crate::authorize::{Flow, Prompt, Reply, Step};
use crate::configuration::User;
use crate::errors::AadError;
use crate::grant::{Grant, GrantKind};
use crate::policy::{self, Obstacle};
use crate::prepared::Decision;
use crate::scopes::RequestedScopes;
use crate::sign_in::{SignIn, check_password};
use crate::state::Sts;
use crate::token_request::TokenRequest;
use crate::tokens;

impl Flow {
    /// The first step, which depends on who is signed in with this browser.
    pub(crate) fn begin(&mut self, sts: &Sts, mut accounts: Vec<Account>) -> Step {
        let request = Arc::clone(&self.request);
        accounts.retain(|account| request.tenant.admits_to(&request.client, &account.user));
        match request.prompt {
            Prompt::Login => return Step::Password,
            Prompt::SelectAccount if !accounts.is_empty() => return Step::PickAccount(accounts),
            _ => {}
        }
        if let Some(hint) = request.login_hint() {
            accounts.retain(|account| account.user.user_principal_name.eq_ignore_ascii_case(&hint));
        }
        match (accounts.len(), request.prompt) {
            (0, Prompt::None) => Step::Done(self.refuse(sts, AadError::login_required())),
            (0, _) => Step::Password,
            (1, _) => {
                self.account = accounts.pop();
                self.next(sts)
            }
            (_, Prompt::None) => Step::Done(self.refuse(sts, AadError::several_accounts())),
            _ => Step::PickAccount(accounts),
        }
    }

    /// What is still missing.
    pub(crate) fn next(&self, sts: &Sts) -> Step {
        let Some(account) = &self.account else {
            return Step::Password;
        };
        let request = &self.request;
        let token_request = request.as_token_request();
        for scopes in &request.scopes {
            let grant = self.grant(account, scopes, None);
            let Some(obstacle) = policy::obstacle(sts, &token_request, GrantKind::Authorize, &grant) else {
                continue;
            };
            return match obstacle {
                Obstacle::SecondFactor { .. } if !request.is_silent() => Step::SecondFactor,
                Obstacle::Consent if !request.is_silent() => Step::Consent,
                obstacle => Step::Done(self.refuse_for(sts, obstacle, &token_request, &grant)),
            };
        }
        if request.prompt == Prompt::Consent && !self.consented {
            return Step::Consent;
        }
        Step::Done(self.answer(sts, account))
    }

    /// Signs in by password. The error is for the person.
    pub(crate) fn sign_in(&mut self, sts: &Sts, upn: &str, password: &str) -> Result<(), AadError> {
        let user = check_password(&sts.catalog(), upn, password)?;
        let (tenant, client) = (&self.request.tenant, &self.request.client);
        if !tenant.admits_to(client, &user) {
            let name = &user.user_principal_name;
            return Err(AadError::foreign_user(name, tenant.name(), &client.client_id, &client.name));
        }
        self.account = Some(Account::new(user, sts.clock.now()));
        self.remember(sts);
        Ok(())
    }

    /// Notes the second factor.
    pub(crate) fn confirm(&mut self, sts: &Sts) {
        if let Some(account) = &mut self.account {
            account.mfa = true;
        }
        self.remember(sts);
    }

    /// Notes the consent to everything that is asked for.
    pub(crate) fn consent(&mut self, sts: &Sts) {
        self.consented = true;
        if let Some(account) = &self.account {
            for scopes in &self.request.scopes {
                policy::consent(sts, &self.request.client, &account.user, scopes);
            }
        }
    }

    /// The end without tokens.
    pub(crate) fn refuse(&self, sts: &Sts, error: AadError) -> Reply {
        self.request.target.error(sts.clock.now(), error)
    }

    fn refuse_for(
        &self,
        sts: &Sts,
        obstacle: Obstacle,
        request: &TokenRequest<'_>,
        grant: &Grant<'_>,
    ) -> Reply {
        let code = obstacle.redirect_code(self.request.is_silent());
        let error = obstacle.into_error(request, GrantKind::Authorize, grant);
        self.refuse(sts, AadError { error: code.unwrap_or(error.error), ..error })
    }

    fn remember(&self, sts: &Sts) {
        if let Some(account) = &self.account {
            sts.state().browsers.remember(&self.browser, account);
        }
    }

    fn answer(&self, sts: &Sts, account: &Account) -> Reply {
        let request = &self.request;
        let sign_in =
            SignIn { nonce: request.nonce(), sid: account.sid.clone(), auth_time: account.auth_time };
        let token_request = request.as_token_request();
        let code = request.types.code.then(|| {
            let code = self.code(account, sign_in.clone());
            let expires_at = sts.clock.now() + sts.lifetimes().authorization_code;
            sts.state().codes.issue(code, expires_at)
        });
        let grant = self.grant(account, &request.scopes[0], Some(&sign_in));
        let tokens = tokens::in_front_channel(sts, &token_request, &grant, request.types, code.as_deref());
        let mut fields: Vec<_> = code.map(|code| ("code", code)).into_iter().chain(tokens).collect();
        fields.push(("session_state", account.sid.clone()));
        if token_request.wants_client_info() {
            fields.push(("client_info", tokens::client_info(&account.user)));
        }
        request.target.success(fields)
    }

    fn code(&self, account: &Account, sign_in: SignIn) -> CodeGrant {
        let request = &self.request;
        CodeGrant {
            client: Arc::clone(&request.client),
            tenant: request.tenant.clone(),
            user: Arc::clone(&account.user),
            mfa: account.mfa,
            scopes: if request.names_resource() { request.scopes.clone() } else { Vec::new() },
            redirect_uri: request.target.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            sign_in,
        }
    }

    fn grant<'a>(
        &'a self,
        account: &'a Account,
        scopes: &'a RequestedScopes,
        sign_in: Option<&'a SignIn>,
    ) -> Grant<'a> {
        let request = &self.request;
        Grant {
            user: &account.user,
            tenant_id: request.tenant.directory_of(&request.client, &account.user),
            scopes,
            mfa: account.mfa,
            single_page_until: None,
            sign_in,
        }
    }
}

/// Plays the person from the first page to the response. A person with a browser of their own signs in anew, but for
/// `prompt=none`, where who signed in last is still there. The error is what a page would say.
pub(crate) fn play(
    sts: &Sts,
    mut flow: Flow,
    user: Option<&Arc<User>>,
    decision: Decision,
) -> Result<Reply, AadError> {
    let accounts = sts.state().browsers.accounts(&flow.browser);
    let mut step = flow.begin(sts, accounts);
    if !flow.request.is_silent() {
        if matches!(decision, Decision::Cancel | Decision::Expire) {
            return Ok(flow.refuse(sts, AadError::cancelled()));
        }
        let catalog = sts.catalog();
        let request = Arc::clone(&flow.request);
        let default = || catalog.default_user(|user| request.tenant.admits_to(&request.client, user));
        let user = user.or_else(default).ok_or_else(AadError::login_required)?;
        flow.sign_in(sts, &user.user_principal_name, &user.password)?;
        if decision == Decision::Decline {
            return Ok(flow.refuse(sts, AadError::consent_declined()));
        }
        step = flow.next(sts);
    }
    loop {
        step = match step {
            Step::Done(reply) => return Ok(reply),
            Step::Consent => {
                flow.consent(sts);
                flow.next(sts)
            }
            Step::SecondFactor => {
                flow.confirm(sts);
                flow.next(sts)
            }
            Step::Password | Step::PickAccount(_) => return Err(AadError::login_required()),
        };
    }
}
