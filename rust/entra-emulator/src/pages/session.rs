//! Sessions of the pages: how far a person's sign-in has come, and the token that keeps other sites from posting.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::seed::User;

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
    pub(crate) user: Option<&'static User>,
}

/// The sessions, oldest first.
#[derive(Default)]
pub(crate) struct Sessions(VecDeque<Session>);

impl Sessions {
    /// A new session.
    pub(crate) fn begin(&mut self) -> Session {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        let session = Session {
            id: Uuid::new_v4().simple().to_string(),
            csrf: Uuid::new_v4().simple().to_string(),
            user_code: None,
            user: None,
        };
        self.0.push_back(session.clone());
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
