//! Claims challenges that tests ask for: an API refuses a token until the client comes with another one.

use std::collections::VecDeque;

use serde::Deserialize;
use serde_json::Value;

use crate::bounded::Bounded;

/// How many tokens that were challenged are remembered.
const KEPT: usize = 256;

/// How the challenge is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChallengeForm {
    /// Microsoft Graph's.
    #[default]
    Graph,
    /// Azure Resource Manager's.
    Arm,
}

/// A challenge that waits for a request.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    /// Application ID of the API.
    pub(crate) app_id: String,
    pub(crate) form: ChallengeForm,
    /// The JSON that the client sends as `claims`.
    pub(crate) claims: Value,
    /// How many tokens it hits.
    pub(crate) times: u64,
}

/// The challenges, and the tokens that they hit.
pub(crate) struct Challenges {
    waiting: VecDeque<Challenge>,
    refused: Bounded<(String, Challenge)>,
}

impl Default for Challenges {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), refused: Bounded::new(KEPT) }
    }
}

impl Challenges {
    pub(crate) fn add(&mut self, challenge: Challenge) {
        self.waiting.push_back(challenge);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.refused.clear();
    }

    /// The challenge for a request with this token to this API, if there is one.
    pub(crate) fn take(&mut self, app_id: &str, token: &str) -> Option<Challenge> {
        if let Some((_, challenge)) = self.refused.iter().find(|(refused, _)| refused == token) {
            return Some(challenge.clone());
        }
        let at = self.waiting.iter().position(|challenge| challenge.app_id == app_id)?;
        let challenge = self.waiting[at].clone();
        self.waiting[at].times = challenge.times.saturating_sub(1);
        if challenge.times <= 1 {
            self.waiting.remove(at);
        }
        self.refused.push((token.to_owned(), challenge.clone()));
        Some(challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::{Challenge, ChallengeForm, Challenges};

    #[test]
    fn a_challenged_token_stays_refused_and_another_one_is_taken() {
        let mut challenges = Challenges::default();
        challenges.add(Challenge {
            app_id: "a".to_owned(),
            form: ChallengeForm::Graph,
            claims: serde_json::json!({}),
            times: 1,
        });
        let mut take = |app, token| challenges.take(app, token).is_some();
        assert!(!take("b", "one"));
        assert!(take("a", "one"));
        assert!(take("a", "one"));
        assert!(!take("a", "two"));
    }
}
