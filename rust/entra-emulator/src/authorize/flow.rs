//! A sign-in that has begun: how far it has come.

use std::sync::Arc;

use uuid::Uuid;

use super::request::AuthorizeRequest;
use super::response::Reply;
use crate::account::Account;

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
    /// Nothing more: the response.
    Done(Reply),
}

/// A sign-in that has begun.
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
    /// The person has consented in this sign-in.
    pub(crate) consented: bool,
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
}
