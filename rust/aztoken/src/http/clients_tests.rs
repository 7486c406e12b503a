//! Clients: made once per setting, away from the threads that wait, and let go after the last operation.

use std::sync::atomic::Ordering;

use super::super::testing::{Kind, TlsServer, file, get, get_by, issued, network, path, self_signed};
use super::*;
use crate::secret::Secret;

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

async fn make(clients: &Clients, url: &Url, network: &Network<'_>) {
    clients.get(url, network, Duration::from_secs(1), &Told::default()).await.expect("a client");
}

fn kept(clients: &Clients) -> usize {
    lock(&clients.pool).clients.len()
}

#[tokio::test]
async fn the_same_setting_gives_the_same_client() {
    let clients = Clients::default();
    let environment = Environment::default();
    make(&clients, &url("http://localhost:1"), &network(&environment)).await;
    let proxy = Environment::from([("HTTP_PROXY", "http://p:1")]);
    // Loopback is reached without it.
    make(&clients, &url("http://localhost:1"), &network(&proxy)).await;
    assert_eq!(kept(&clients), 1);
    make(&clients, &url("http://login.example"), &network(&proxy)).await;
    make(&clients, &url("http://login.example"), &network(&proxy).direct()).await;
    assert_eq!(kept(&clients), 2);
    make(&clients, &url("https://login.example"), &network(&environment)).await;
    make(&clients, &url("https://login.example"), &network(&environment)).await;
    assert_eq!(kept(&clients), 3);
}

/// The expensive part, reading the trust store, belongs to the certificates alone.
#[tokio::test]
async fn proxies_share_what_is_trusted() {
    let clients = Clients::default();
    for password in ["a", "b", "c"] {
        let proxy = ProxySetting {
            url: "http://p:1".into(),
            username: Some("user".into()),
            password: Some(Secret::from(password)),
        };
        let environment = Environment::default();
        let network = Network { proxy: Some(&proxy), ..network(&environment) };
        make(&clients, &url("https://login.example"), &network).await;
    }
    assert_eq!(kept(&clients), 3, "a password is never used for another's");
    let trust = lock(&clients.known).values().next().cloned().expect("read");
    assert_eq!(lock(&clients.known).len(), 1);
    assert!(lock(&clients.pool).clients.keys().all(|setting| setting.trust == Some(trust.id)));
}

#[tokio::test]
async fn connections_are_kept_while_operations_run_and_let_go_after_the_last() {
    let (authority, identity) = issued("localhost");
    let mut server = TlsServer::start(&identity).await;
    let bundle = file(authority);
    let environment = Environment::from([("AZTOKEN_CA_BUNDLE", path(&bundle))]);
    let clients = Clients { kept_after_last: Duration::from_millis(300), ..Clients::default() };

    let (first, second) = (clients.lease(), clients.lease());
    for _ in 0..3 {
        get(&clients, &server.url(), &environment).await.expect("an answer");
    }
    drop(first);
    tokio::time::timeout(Duration::from_millis(600), server.open.wait_for(|open| *open == 0))
        .await
        .expect_err("kept for the second operation");
    get(&clients, &server.url(), &environment).await.expect("an answer");
    assert_eq!(server.made.load(Ordering::SeqCst), 1, "one connection for all");

    drop(second);
    let third = clients.lease();
    get(&clients, &server.url(), &environment).await.expect("an answer");
    drop(third);
    server.open.wait_for(|open| *open == 0).await.expect("the server runs");
    assert_eq!((server.made.load(Ordering::SeqCst), kept(&clients)), (1, 0));
    assert!(!lock(&clients.pool).sweeping);
}

/// Without a runtime nothing could wait.
#[test]
fn without_a_runtime_all_is_let_go_at_once() {
    let clients = Clients::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let lease = clients.lease();
    let environment = Environment::default();
    runtime.block_on(make(&clients, &url("http://localhost:1"), &network(&environment)));
    drop(runtime);
    drop(lease);
    assert_eq!(kept(&clients), 0);
}

/// A FIFO stands for a share that hangs.
#[cfg(unix)]
#[tokio::test]
async fn a_bundle_that_hangs_holds_up_its_own_operations_only_and_one_thread() {
    let (authority, identity) = issued("localhost");
    let server = TlsServer::start(&identity).await;
    let directory = tempfile::tempdir().expect("a directory");
    let fifo = directory.path().join("ca.pem");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
    assert!(made.success());
    let clients = Arc::new(Clients::default());
    let hanging = Environment::from([("AZTOKEN_CA_BUNDLE", fifo.to_str().expect("UTF-8"))]);
    // More than there are threads for such work.
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let (clients, hanging, url) = (clients.clone(), hanging.clone(), server.url());
            tokio::spawn(async move { get(&clients, &url, &hanging).await })
        })
        .collect();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    // A time limit of one of them fires.
    let url = server.url();
    let limited = tokio::time::timeout(Duration::from_millis(50), get(&clients, &url, &hanging));
    limited.await.expect_err("hangs");
    let bundle = file(&authority);
    let environment = Environment::from([("AZTOKEN_CA_BUNDLE", path(&bundle))]);
    let others = tokio::time::timeout(Duration::from_secs(20), get(&clients, &url, &environment));
    others.await.expect("not held up").expect("an answer");

    // The share answers at last: once, for all.
    let written = tokio::task::spawn_blocking(move || std::fs::write(fifo, authority));
    for task in waiting {
        task.await.expect("no panic").expect("an answer");
    }
    written.await.expect("no panic").expect("written");
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_named() {
    let environment = Environment::from([("HTTPS_PROXY", "http://user:hunter2@")]);
    let clients = Clients::default();
    let login = url("https://login.microsoftonline.com");
    let outcome = get_by(&clients, &login, &network(&environment), &Told::default()).await;
    let error = outcome.expect_err("refused");
    assert!(error.message.starts_with("HTTPS_PROXY: must be a URL"), "{error}");
    assert!(!error.message.contains("hunter2"));
}

#[tokio::test]
async fn localhost_is_not_asked_of_dns_and_its_subdomains_are_not_this_machine() {
    let own = self_signed("localhost", Kind::Plain);
    let server = TlsServer::start(&own).await;
    let bundle = file(&own.pem);
    let environment = Environment::from([("AZTOKEN_CA_BUNDLE", path(&bundle))]);
    get(&Clients::default(), &server.url(), &environment).await.expect("an answer");
    let proxy = Environment::from([("HTTP_PROXY", "http://p:1")]);
    assert!(Route::of(&url("http://localhost"), &network(&proxy)).is_none());
    assert!(Route::of(&url("http://evil.localhost"), &network(&proxy)).is_some());
}
