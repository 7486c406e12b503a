//! Which proxy is used, and what goes through it: seen from small proxies on loopback.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::super::clients::{Clients, Told};
use super::super::testing::{Kind, TlsServer, file, get_by, path, self_signed};
use super::*;
use crate::environment::Environment;
use crate::error::ErrorKind;

const HOST: &str = "login.contoso.test";
const PASSWORD: &str = "hunter2";

fn route(
    url: &str,
    environment: &Environment,
    named: Option<&ProxySetting>,
    system: Option<&str>,
) -> Option<Route> {
    let network = Network { environment, proxy: named, system_proxy: system, direct: false };
    Route::of(&Url::parse(url).expect("a URL"), &network)
}

fn named(url: &str, username: Option<&str>, password: Option<&str>) -> ProxySetting {
    ProxySetting {
        url: url.into(),
        username: username.map(str::to_owned),
        password: password.map(Secret::from),
    }
}

#[test]
fn named_before_environment_before_system_and_none_for_loopback() {
    let environment = Environment::from([
        ("https_proxy", "http://https:1"),
        ("ALL_PROXY", "http://all:1"),
        ("NO_PROXY", ".contoso.com"),
    ]);
    let setting = named("http://named:1", Some("u"), Some(PASSWORD));
    let of = |url, named, system| {
        route(url, &environment, named, system).map(|route| route.proxy.expose().to_owned())
    };
    let login = "https://login.microsoftonline.com";
    assert_eq!(of(login, Some(&setting), Some("http://os:1")).as_deref(), Some("http://named:1"));
    assert_eq!(of(login, None, Some("http://os:1")).as_deref(), Some("http://https:1"));
    assert_eq!(of("http://169.254.0.1", None, None).as_deref(), Some("http://all:1"));
    assert_eq!(of("https://localhost:1", None, Some("http://os:1")), None);
    assert_eq!(of("http://127.0.0.1:1", None, None), None);
    assert_eq!(of("http://127.0.0.1:1", Some(&setting), None).as_deref(), Some("http://named:1"));
    let nothing = Environment::default();
    let system = route(login, &nothing, None, Some("http://os:1")).expect("the system's");
    assert_eq!(system.proxy.expose(), "http://os:1");
    assert_eq!(route(login, &nothing, None, None), None);
    let shown = format!("{:?}", route(login, &environment, Some(&setting), None));
    assert!(!shown.contains(PASSWORD), "{shown}");
}

#[test]
fn what_is_no_proxy_is_refused_by_the_name_of_its_source() {
    for url in ["ftp://proxy:1", "http://user:hunter2@", "http://user:hunter2#@proxy:1", ""] {
        let setting = named(url, None, None);
        let route = route("https://x.example", &Environment::default(), Some(&setting), None);
        let error = route.expect("named").to_proxy().expect_err(url);
        assert_eq!(error.parameter, Some("proxy"));
        assert!(!error.message.contains(PASSWORD));
    }
}

#[test]
fn a_scheme_may_be_left_out() {
    for url in [
        "proxy:8080",
        "user:hunter2@proxy:8080",
        "proxy",
        "192.0.2.1:3128",
        "[2001:db8::1]:3128",
        "socks://p",
    ] {
        for username in [None, Some("user")] {
            let setting = named(url, username, None);
            let route = route("https://x.example", &Environment::default(), Some(&setting), None);
            route.expect("named").to_proxy().expect(url);
        }
    }
}

#[test]
fn hosts_of_no_proxy_are_reached_directly_but_not_around_a_named_proxy() {
    let environment = Environment::from([("HTTPS_PROXY", "p:1"), ("NO_PROXY", "CONTOSO.com,x.example")]);
    let setting = named("p:1", None, None);
    let login = "https://login.contoso.com";
    assert!(route(login, &environment, None, None).is_none());
    assert!(route(login, &environment, None, Some("http://os:1")).is_none());
    assert!(route(login, &environment, Some(&setting), None).is_some());
    assert!(route("https://login.example", &environment, None, None).is_some());
}

/// A proxy that leads every tunnel to a port of this machine, and what it was asked.
struct SmallProxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SmallProxy {
    /// For SOCKS 5, by `user` and the password if it wants one, or else for HTTP's CONNECT, by the same.
    async fn start(socks: bool, credential: bool, target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let log = log.clone();
                tokio::spawn(async move {
                    let accepted = if socks {
                        accept_socks(&mut stream, credential, &log).await
                    } else {
                        accept_connect(&mut stream, credential, &log).await
                    };
                    if accepted.is_ok_and(|accepted| accepted) {
                        let mut server = TcpStream::connect(("127.0.0.1", target)).await.expect("a server");
                        drop(copy_bidirectional(&mut stream, &mut server).await);
                    }
                });
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

/// RFC 1928 and 1929.
async fn accept_socks(
    stream: &mut TcpStream,
    credential: bool,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<bool> {
    let version = stream.read_u8().await?;
    let methods = bytes(stream).await?;
    let method = if credential { 2 } else { 0 };
    if version != 5 || !methods.contains(&method) {
        stream.write_all(&[5, 0xff]).await?;
        return Ok(false);
    }
    stream.write_all(&[5, method]).await?;
    if credential {
        stream.read_u8().await?;
        let right = (bytes(stream).await?, bytes(stream).await?) == (b"user".to_vec(), PASSWORD.into());
        stream.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            return Ok(false);
        }
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let name = match head[3] {
        3 => String::from_utf8_lossy(&bytes(stream).await?).into_owned(),
        _ => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
    };
    let port = stream.read_u16().await?;
    log.lock().expect("not poisoned").push(format!("{name}:{port}"));
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(true)
}

async fn bytes(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn accept_connect(
    stream: &mut TcpStream,
    credential: bool,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<bool> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    // user:hunter2
    if credential && !head.contains("Basic dXNlcjpodW50ZXIy") {
        stream.write_all(b"HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n").await?;
        return Ok(false);
    }
    log.lock().expect("not poisoned").push(head.split(' ').nth(1).unwrap_or_default().to_owned());
    stream.write_all(b"HTTP/1.1 200 x\r\n\r\n").await?;
    Ok(true)
}

/// Gets a page of a host that no DNS knows, so that only the proxy leads there. `PORT` stands for the proxy's.
async fn through(
    proxy: &SmallProxy,
    variables: &[(&str, &str)],
    setting: Option<ProxySetting>,
) -> Result<Vec<String>> {
    through_to(proxy, variables, setting, &self_signed(HOST, Kind::Plain).pem).await
}

async fn through_to(
    proxy: &SmallProxy,
    variables: &[(&str, &str)],
    setting: Option<ProxySetting>,
    pem: &str,
) -> Result<Vec<String>> {
    let bundle = file(pem);
    let port = proxy.port.to_string();
    let mut all = vec![("AZTOKEN_CA_BUNDLE".to_owned(), path(&bundle).to_owned())];
    all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), value.replace("PORT", &port))));
    let environment = Environment::new(all, false);
    let setting = setting.map(|setting| ProxySetting { url: setting.url.replace("PORT", &port), ..setting });
    let network =
        Network { environment: &environment, proxy: setting.as_ref(), system_proxy: None, direct: false };
    let url = Url::parse(&format!("https://{HOST}/")).expect("a URL");
    get_by(&Clients::default(), &url, &network, &Told::default()).await
}

#[tokio::test]
async fn proxies_for_http_and_socks_lead_to_the_server() {
    let identity = self_signed(HOST, Kind::Plain);
    let server = TlsServer::start(&identity).await;
    for (socks, url) in [
        (false, "127.0.0.1:PORT"),
        (false, "http://127.0.0.1:PORT/"),
        (true, "socks5h://127.0.0.1:PORT"),
        (true, "socks5h://localhost:PORT"),
    ] {
        for (name, more) in [("HTTPS_PROXY", "x.example"), ("ALL_PROXY", ""), ("https_proxy", ".test:8443")] {
            let proxy = SmallProxy::start(socks, false, server.port).await;
            let variables = [(name, url), ("NO_PROXY", more)];
            through_to(&proxy, &variables, None, &identity.pem).await.expect(url);
            assert_eq!(proxy.asked(), [format!("{HOST}:443")], "{url}");
        }
    }
    // The name is looked up on this machine.
    let proxy = SmallProxy::start(true, false, server.port).await;
    let local = [("ALL_PROXY", "socks5://127.0.0.1:PORT")];
    let error = through_to(&proxy, &local, None, &identity.pem).await.expect_err("unknown here");
    assert_eq!(error.error, "name_not_resolved", "{error}");
    // Around it.
    let around = [("ALL_PROXY", "socks5h://127.0.0.1:PORT"), ("no_proxy", "CONTOSO.test")];
    let error = through_to(&proxy, &around, None, &identity.pem).await.expect_err("unknown here");
    assert_eq!(error.error, "name_not_resolved", "{error}");
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn proxies_that_want_a_password() {
    let identity = self_signed(HOST, Kind::Plain);
    let server = TlsServer::start(&identity).await;
    for (socks, scheme) in [(false, "http"), (true, "socks5h")] {
        let proxy = SmallProxy::start(socks, true, server.port).await;
        let plain = format!("{scheme}://127.0.0.1:PORT");
        let setting = named(&plain, Some("user"), Some(PASSWORD));
        through_to(&proxy, &[], Some(setting), &identity.pem).await.expect(scheme);
        let in_url = format!("{scheme}://user:{PASSWORD}@127.0.0.1:PORT");
        through_to(&proxy, &[("HTTPS_PROXY", &in_url)], None, &identity.pem).await.expect(scheme);
        assert_eq!(proxy.asked().len(), 2);
        for wrong in [named(&plain, Some("user"), Some("wrong")), named(&plain, None, None)] {
            let error = through(&proxy, &[], Some(wrong)).await.expect_err("refused");
            let expected = (ErrorKind::Network, "proxy_authentication_required");
            assert_eq!((error.kind, error.error.as_str()), expected, "{scheme} {error}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    for scheme in ["http", "socks5h", "socks4a"] {
        let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = gone.local_addr().expect("an address").port();
        drop(gone);
        let proxy = SmallProxy { port, asked: Arc::default() };
        let setting = named(&format!("{scheme}://127.0.0.1:PORT"), None, None);
        let error = through(&proxy, &[], Some(setting)).await.expect_err("nobody listens");
        assert_eq!(error.error, "proxy_failed", "{scheme} {error}");
        assert!(error.message.contains(HOST) && error.hint.is_some(), "{error}");
    }
}
