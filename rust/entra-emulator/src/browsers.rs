//! Browsers: who is signed in with them, and how far each sign-in has come.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::authorize::Flow;
use crate::seed::User;

/// More browsers and sign-ins than this don't wait at once.
const KEPT: usize = 256;
/// The browser that the control API plays.
pub(crate) const CONTROL: &str = "control";

/// A user who has signed in with a browser.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) user: &'static User,
    /// With a second factor.
    pub(crate) mfa: bool,
    /// When, in seconds since 1970.
    pub(crate) auth_time: u64,
    /// ID of the session, the `sid` of ID tokens.
    pub(crate) sid: String,
}

impl Account {
    /// A new sign-in, by password.
    pub(crate) fn new(user: &'static User, now: u64) -> Self {
        Self { user, mfa: false, auth_time: now, sid: Uuid::new_v4().to_string() }
    }
}

struct Browser {
    /// In the cookie.
    id: String,
    /// The last to sign in first.
    accounts: Vec<Account>,
}

/// The browsers and their sign-ins, oldest first.
#[derive(Default)]
pub(crate) struct Browsers {
    browsers: VecDeque<Browser>,
    flows: VecDeque<Flow>,
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
        if self.browsers.len() == KEPT {
            self.browsers.pop_front();
        }
        self.browsers.push_back(Browser { id: id.to_owned(), accounts: Vec::new() });
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
            browser.accounts.retain(|known| known.user.oid != account.user.oid);
            browser.accounts.insert(0, account.clone());
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
        if self.flows.len() == KEPT {
            self.flows.pop_front();
        }
        self.flows.push_back(flow);
    }

    /// Ends a sign-in.
    pub(crate) fn end_flow(&mut self, id: &str) {
        self.flows.retain(|flow| flow.id != id);
    }
}
