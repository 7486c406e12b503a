//! Sign-ins that are answered before anybody asks: what a person will do at the next ones.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Deserialize;

use crate::configuration::User;

/// What the person does.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// Signs in and accepts.
    #[default]
    Approve,
    /// Signs in and declines.
    Decline,
    /// Leaves.
    Cancel,
    /// Lets the time of a device code run out; elsewhere the same as leaving.
    Expire,
}

/// The answer to a sign-in that is to come.
#[derive(Clone, Debug)]
pub(crate) struct PreparedSignIn {
    /// None is the default user.
    pub(crate) user: Option<Arc<User>>,
    pub(crate) decision: Decision,
    /// How many sign-ins it answers; 0 is every one from now on.
    pub(crate) times: u64,
}

/// The answers, in order.
#[derive(Default)]
pub(crate) struct PreparedSignIns(VecDeque<PreparedSignIn>);

impl PreparedSignIns {
    pub(crate) fn add(&mut self, answer: PreparedSignIn) {
        self.0.push_back(answer);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The answer to a sign-in that begins now.
    pub(crate) fn take(&mut self) -> Option<PreparedSignIn> {
        let first = self.0.front_mut()?;
        if first.times == 1 {
            return self.0.pop_front();
        }
        // 0 is forever, and stays 0.
        first.times = first.times.saturating_sub(1);
        Some(first.clone())
    }
}
