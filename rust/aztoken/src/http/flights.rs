//! Work that several operations want at the same time is done once.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::error::{Error, Result};

type UnderWay<K, V> = Arc<Mutex<HashMap<K, watch::Receiver<Option<Result<V>>>>>>;

/// Work under way, by what it is about. Its outcome, a failure too, goes to all that joined it.
pub(super) struct Flights<K, V>(UnderWay<K, V>);

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash + Send + 'static, V: Clone + Send + Sync + 'static> Flights<K, V> {
    /// Joins the work for a key, or starts it. It goes on when those who joined it have gone, so that work that hangs
    /// takes one thread, and not one for each operation that gave it up.
    pub(super) async fn join<F>(&self, key: K, start: impl FnOnce() -> F) -> Result<V>
    where
        F: Future<Output = Result<V>> + Send + 'static,
    {
        let mut outcome = {
            let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(outcome) = under_way.get(&key) {
                outcome.clone()
            } else {
                let (sender, receiver) = watch::channel(None);
                under_way.insert(key.clone(), receiver.clone());
                let landing = Landing { under_way: self.0.clone(), key };
                let work = start();
                tokio::spawn(async move {
                    let outcome = work.await;
                    drop(landing);
                    sender.send_replace(Some(outcome));
                });
                receiver
            }
        };
        let landed = outcome.wait_for(Option::is_some).await;
        // The sender is gone without an outcome when the runtime shuts down or the work panics.
        landed.ok().and_then(|outcome| outcome.clone()).unwrap_or_else(|| Err(Error::cancelled()))
    }
}

/// Removes the entry, whatever ends the work, so that the next caller starts anew.
struct Landing<K: Eq + Hash, V> {
    under_way: UnderWay<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn all_that_ask_share_one_outcome_and_the_next_one_starts_anew() {
        let flights = Arc::new(Flights::<&str, usize>::default());
        let started = Arc::new(AtomicUsize::new(0));
        let (answer, answered) = oneshot::channel::<Result<usize>>();
        let mut answered = Some(answered);
        let mut tasks = Vec::new();
        for _ in 0..5 {
            let (flights, started, answered) = (flights.clone(), started.clone(), answered.take());
            tasks.push(tokio::spawn(async move {
                let join = flights.join("a", || {
                    started.fetch_add(1, Ordering::SeqCst);
                    async move { answered.expect("the first starts it").await.expect("sent") }
                });
                join.await
            }));
            tokio::task::yield_now().await;
        }
        // The one that started it goes; the work doesn't.
        tasks.remove(0).abort();
        answer.send(Err(Error::internal("once"))).expect("under way");
        for task in tasks {
            assert_eq!(task.await.expect("no panic").expect_err("shared").message, "once");
        }
        assert_eq!(started.load(Ordering::SeqCst), 1);
        assert_eq!(flights.join("a", || async { Ok(7) }).await.expect("anew"), 7);
    }

    #[tokio::test]
    async fn a_panic_leaves_nothing_behind() {
        let flights = Flights::<&str, usize>::default();
        flights.join("a", || async { panic!("on purpose") }).await.expect_err("no outcome");
        assert_eq!(flights.join("a", || async { Ok(7) }).await.expect("anew"), 7);
    }
}
