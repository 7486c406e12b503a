//! Browsers: who is signed in with them, and how far each sign-in has come.

use uuid::Uuid;

use crate::account::Account;
use crate::authorize::Flow;
use crate::bounded::Bounded;

/// More browsers and sign-ins than this don't wait at once.
const KEPT: usize = 256;
/// The browser that the control API plays.
pub(crate) const CONTROL: &str = "control";

struct Browser {
    /// In the cookie.
    id: String,
    /// The last to sign in first.
    accounts: Vec<Account>,
}

/// The browsers and their sign-ins, oldest first.
pub(crate) struct Browsers {
    browsers: Bounded<Browser>,
    flows: Bounded<Flow>,
}

impl Default for Browsers {
    fn default() -> Self {
        Self { browsers: Bounded::new(KEPT), flows: Bounded::new(KEPT) }
    }
}

impl Browsers {
    /// Whether a cookie is one that was given here.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.browsers.iter().any(|browser| browser.id == id)
    }

    /// A new browser.
    pub(crate) fn add(&mut self) -> String {
        let id = Uuid::new_v4().simple().to_string();
        self.insert(&id);
        id
    }

    fn insert(&mut self, id: &str) {
        self.browsers.push(Browser { id: id.to_owned(), accounts: Vec::new() });
    }

    /// Who is signed in.
    pub(crate) fn accounts(&self, id: &str) -> Vec<Account> {
        self.browsers
            .iter()
            .find(|browser| browser.id == id)
            .map_or_else(Vec::new, |browser| browser.accounts.clone())
    }

    /// Notes that a user has signed in.
    pub(crate) fn remember(&mut self, id: &str, account: &Account) {
        if id == CONTROL && !self.knows(id) {
            self.insert(id);
        }
        if let Some(browser) = self.browsers.iter_mut().find(|browser| browser.id == id) {
            browser.accounts.retain(|known| known.user.id != account.user.id);
            browser.accounts.insert(0, account.clone());
        }
    }

    /// Signs out of one browser: everybody, or the user of this name.
    pub(crate) fn sign_out(&mut self, id: &str, upn: Option<&str>) {
        let stays = |account: &Account| {
            upn.is_some_and(|upn| !account.user.user_principal_name.eq_ignore_ascii_case(upn))
        };
        if let Some(browser) = self.browsers.iter_mut().find(|browser| browser.id == id) {
            browser.accounts.retain(stays);
        }
    }

    /// Signs everybody out, everywhere.
    pub(crate) fn forget(&mut self) {
        self.browsers.clear();
        self.flows.clear();
    }

    /// The sign-in of a form, if it was begun in this browser.
    pub(crate) fn flow(&self, id: &str, browser: &str) -> Option<Flow> {
        self.flows.iter().find(|flow| flow.id == id && flow.browser == browser).cloned()
    }

    /// Keeps what a step has changed.
    pub(crate) fn put_flow(&mut self, flow: Flow) {
        self.end_flow(&flow.id);
        self.flows.push(flow);
    }

    /// Ends a sign-in.
    pub(crate) fn end_flow(&mut self, id: &str) {
        self.flows.retain(|flow| flow.id != id);
    }
}
