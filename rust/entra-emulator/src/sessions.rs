//! Sessions of the device sign-in page: how far a person's sign-in has come, and the token that keeps other sites from posting.

use std::sync::Arc;

use uuid::Uuid;

use crate::bounded::Bounded;
use crate::configuration::User;

/// More people than this don't sign in at once.
const KEPT: usize = 256;

/// One browser's way through the pages.
#[derive(Clone)]
pub(crate) struct Session {
    /// In the cookie.
    pub(crate) id: String,
    /// In every form.
    pub(crate) csrf: String,
    /// The user code that was entered.
    pub(crate) user_code: Option<String>,
    /// The user who signed in.
    pub(crate) user: Option<Arc<User>>,
}

/// The sessions, oldest first.
pub(crate) struct Sessions(Bounded<Session>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Bounded::new(KEPT))
    }
}

impl Sessions {
    /// A new session.
    pub(crate) fn begin(&mut self) -> Session {
        let session = Session {
            id: Uuid::new_v4().simple().to_string(),
            csrf: Uuid::new_v4().simple().to_string(),
            user_code: None,
            user: None,
        };
        self.0.push(session.clone());
        session
    }

    /// The session of a cookie and a form that belong together.
    pub(crate) fn get(&self, id: &str, csrf: &str) -> Option<Session> {
        self.0.iter().find(|session| session.id == id && session.csrf == csrf).cloned()
    }

    /// Keeps what a step has changed.
    pub(crate) fn put(&mut self, changed: &Session) {
        if let Some(session) = self.0.iter_mut().find(|session| session.id == changed.id) {
            session.clone_from(changed);
        }
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, id: &str) {
        self.0.retain(|session| session.id != id);
    }
}
