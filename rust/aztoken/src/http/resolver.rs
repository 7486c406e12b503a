//! Names to addresses, by the operating system, with few threads.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::flights::Flights;
use crate::blocking::LOOKUPS;
use crate::error::{Error, ErrorKind, Result};

type Lookup = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Asks the system once for a name that many operations want at the same time, and for few names at once.
#[derive(Clone)]
pub(super) struct Resolver {
    lookups: Arc<Flights<String, Vec<SocketAddr>>>,
    lookup: Arc<Lookup>,
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new(Arc::new(|name: &str| Ok((name, 0).to_socket_addrs()?.collect())))
    }
}

impl Resolver {
    fn new(lookup: Arc<Lookup>) -> Self {
        Self { lookups: Arc::default(), lookup }
    }

    async fn find(&self, name: String) -> Result<Vec<SocketAddr>> {
        // RFC 6761 section 6.3: never a question to DNS, whose answer could lead elsewhere.
        if name.trim_end_matches('.').eq_ignore_ascii_case("localhost") {
            let addresses = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            return Ok(addresses.map(|address| SocketAddr::new(address, 0)).to_vec());
        }
        let lookup = self.lookup.clone();
        let asked = name.clone();
        let start = move || {
            LOOKUPS.run(move || {
                lookup(&asked).map_err(|error| {
                    let message = format!("{asked} doesn't resolve: {error}.");
                    Error::new(ErrorKind::Network, "name_not_resolved", message)
                })
            })
        };
        self.lookups.join(name, start).await
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (this, name) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let addresses = this.find(name).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn localhost_is_this_machine_without_a_question() {
        let resolver = Resolver::new(Arc::new(|name: &str| panic!("asked for {name}")));
        for name in ["localhost", "LocalHost", "localhost."] {
            let found = resolver.find(name.to_owned()).await.expect("known");
            assert!(found.len() == 2 && found.iter().all(|address| address.ip().is_loopback()), "{name}");
        }
    }

    /// 1,000 operations and slow DNS: one lookup a name, and few at once.
    #[tokio::test]
    async fn many_questions_take_few_threads() {
        let (asked, running, most) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (release, released) = mpsc::channel::<()>();
        let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
        let lookup = {
            let (asked, most) = (asked.clone(), most.clone());
            let released = Mutex::new(released);
            move |_: &str| {
                asked.fetch_add(1, Ordering::SeqCst);
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                started.send(()).expect("received");
                let _closed = released.lock().expect("not poisoned").recv();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(vec![SocketAddr::from(([192, 0, 2, 1], 0))])
            }
        };
        let resolver = Resolver::new(Arc::new(lookup));
        let tasks: Vec<_> = (0..1000)
            .map(|number| {
                let resolver = resolver.clone();
                tokio::spawn(async move { resolver.find(format!("login{}.example", number % 50)).await })
            })
            .collect();
        starts.recv().await.expect("one runs");
        // All have asked before any gets its answer.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        drop(release);
        for task in tasks {
            assert_eq!(task.await.expect("no panic").expect("an address").len(), 1);
        }
        assert_eq!(asked.load(Ordering::SeqCst), 50, "one lookup a name");
        assert!(most.load(Ordering::SeqCst) <= 8, "{most:?}");
    }
}
