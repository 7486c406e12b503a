//! Metadata and keys that are known already, for all operations of a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use url::Url;

use super::{MAX_AGE, Metadata};
use crate::context::Context;
use crate::http::TrustSetting;
use crate::jwt::KeySet;

/// More documents are not kept: a caller may go through thousands of tenants.
const MAX_DOCUMENTS: usize = 256;

/// What was fetched, by address.
#[derive(Default)]
pub struct MetadataCache {
    pub(super) metadata: Documents<Metadata>,
    pub(super) keys: Documents<KeySet>,
}

/// One document that was fetched from an address, while trusting some certificate authorities: what a caller with a CA
/// bundle of its own believes is not for others.
#[derive(PartialEq, Eq, Hash)]
struct Source {
    url: Url,
    trust: TrustSetting,
}

impl Source {
    fn of(cx: &Context, url: &Url) -> Self {
        Self { url: url.clone(), trust: TrustSetting::of(&cx.environment) }
    }
}

/// Documents of one sort, each with the time at which it was fetched.
pub(super) struct Documents<T> {
    known: Mutex<HashMap<Source, (SystemTime, Arc<T>)>>,
    /// Held by the operation that fetches a document, while others that want it wait.
    flights: Mutex<HashMap<Source, Arc<Flight>>>,
}

/// A document that is being fetched.
type Flight = tokio::sync::Mutex<()>;

impl<T> Default for Documents<T> {
    fn default() -> Self {
        Self { known: Mutex::default(), flights: Mutex::default() }
    }
}

impl<T> Documents<T> {
    /// A document that isn't too old, and its age.
    pub(super) fn young(&self, cx: &Context, url: &Url) -> Option<(Duration, Arc<T>)> {
        let (fetched, document) = self.lock().get(&Source::of(cx, url)).cloned()?;
        // Wall-clock time, since monotonic clocks differ between operations. One that was set back makes it too old.
        let age = cx.clock.now().duration_since(fetched).ok()?;
        (age < MAX_AGE).then_some((age, document))
    }

    /// Waits until nobody else fetches the document. Look for it again then: it may have come meanwhile.
    pub(super) async fn flight(&self, cx: &Context, url: &Url) -> tokio::sync::OwnedMutexGuard<()> {
        let flight = {
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody holds or waits for are over.
            flights.retain(|_, flight| Arc::strong_count(flight) > 1);
            flights.entry(Source::of(cx, url)).or_default().clone()
        };
        flight.lock_owned().await
    }

    /// Keeps a document that was fetched just now.
    pub(super) fn keep(&self, cx: &Context, url: &Url, document: Arc<T>) {
        let mut documents = self.lock();
        if documents.len() >= MAX_DOCUMENTS {
            documents.clear();
        }
        documents.insert(Source::of(cx, url), (cx.clock.now(), document));
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Source, (SystemTime, Arc<T>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
