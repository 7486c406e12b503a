//! A request as data: what is sent, within which limits, and when it is sent again.

use std::time::Duration;

use reqwest::Method;
use url::Url;

use super::form::Form;
use super::retry::Policy;
use crate::secret::Secret;

/// How long a single request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// For making a connection, TLS included.
    pub connect: Duration,
    /// For the whole request with its answer.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(30) }
    }
}

/// One HTTP request. Redirects are refused: a form with a secret is for the host that was asked, and no other.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Beside those that all requests have.
    pub(crate) headers: Vec<(&'static str, Secret)>,
    pub(crate) form: Option<Form>,
    /// Default: those of the process's [`super::Clients`].
    pub(crate) limits: Option<Limits>,
    pub(crate) retry: Policy,
    /// Never through a proxy: for endpoints of the machine itself.
    pub(crate) direct: bool,
}

impl Request {
    /// Gets a document.
    pub(crate) fn get(url: Url, retry: Policy) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), form: None, limits: None, retry, direct: false }
    }

    /// Posts a form.
    pub(crate) fn post_form(url: Url, form: Form, retry: Policy) -> Self {
        Self { method: Method::POST, form: Some(form), ..Self::get(url, retry) }
    }
}
