//! Metadata and keys that were fetched, for all operations of a process.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use url::Url;

use super::{MAX_AGE, Metadata};
use crate::error::Result;
use crate::http::{Http, TrustSetting};
use crate::jwt::KeySet;

/// The most documents that are stored: a caller may go through thousands of tenants.
const MAX_DOCUMENTS: usize = 256;

/// Fetched documents, by URL.
#[derive(Default)]
pub struct MetadataCache {
    pub(super) metadata: Documents<Metadata>,
    pub(super) keys: Documents<KeySet>,
}

/// The URL of a document and the CA bundle with which it was fetched: what a caller with a CA bundle of its own trusts is
/// not for others.
#[derive(PartialEq, Eq, Hash, Clone)]
struct Source {
    url: Url,
    trust: TrustSetting,
}

impl Source {
    fn of(http: &Http<'_>, url: &Url) -> Self {
        Self { url: url.clone(), trust: TrustSetting::of(http.network.environment) }
    }
}

/// Documents of one kind, each with the time at which it was fetched.
pub(super) struct Documents<T> {
    stored: Mutex<HashMap<Source, (SystemTime, Arc<T>)>>,
    fetches: Mutex<HashMap<Source, Arc<Fetch<T>>>>,
}

/// A document that is being fetched. One operation holds the lock and fetches; the others wait for the lock and then take
/// its outcome, also if that is an error. Without an outcome, the fetching operation was cancelled, and the next one fetches.
struct Fetch<T> {
    lock: tokio::sync::Mutex<Option<Result<Arc<T>>>>,
}

impl<T> Default for Documents<T> {
    fn default() -> Self {
        Self { stored: Mutex::default(), fetches: Mutex::default() }
    }
}

impl<T> Documents<T> {
    /// A stored document that isn't too old, and its age.
    pub(super) fn fresh(&self, http: &Http<'_>, url: &Url) -> Option<(Duration, Arc<T>)> {
        let (fetched, document) = lock(&self.stored).get(&Source::of(http, url)).cloned()?;
        // Wall-clock time, since monotonic clocks differ between operations. A clock that was set back makes it too old.
        let age = http.clock.now().duration_since(fetched).ok()?;
        (age < MAX_AGE).then_some((age, document))
    }

    /// A usable stored document, or else a fetched one, which is then stored. Operations that want the same document at the
    /// same time share one request and its outcome.
    pub(super) async fn get(
        &self,
        http: &Http<'_>,
        url: &Url,
        stored: impl Fn() -> Option<Arc<T>>,
        request: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        if let Some(document) = stored() {
            return Ok(document);
        }
        let source = Source::of(http, url);
        let fetch = {
            let mut fetches = lock(&self.fetches);
            // Fetches that nobody holds were cancelled.
            fetches.retain(|_, fetch| Arc::strong_count(fetch) > 1);
            fetches
                .entry(source.clone())
                .or_insert_with(|| Arc::new(Fetch { lock: tokio::sync::Mutex::new(None) }))
                .clone()
        };
        let mut outcome = fetch.lock.lock().await;
        if let Some(outcome) = outcome.as_ref() {
            return outcome.clone();
        }
        // Another operation may have stored it after the first look.
        if let Some(document) = stored() {
            return Ok(document);
        }
        let fetched = request.await.map(Arc::new);
        if let Ok(document) = &fetched {
            self.store(http, source.clone(), document.clone());
        }
        *outcome = Some(fetched.clone());
        // Whoever comes later asks again.
        lock(&self.fetches).remove(&source);
        fetched
    }

    fn store(&self, http: &Http<'_>, source: Source, document: Arc<T>) {
        let mut stored = lock(&self.stored);
        if stored.len() >= MAX_DOCUMENTS {
            stored.clear();
        }
        stored.insert(source, (http.clock.now(), document));
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        lock(&self.stored).len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
