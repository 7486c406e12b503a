use std::future::Future;

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::error::ErrorKind;

/// More than the limit.
const TOO_MUCH: usize = (1 << 20) + 1;
/// The state of the sign-in.
const STATE: &str = "the-state";

async fn open(uri: &str) -> Listener {
    let uri = LoopbackUri::parse(Some(uri)).expect("a URI");
    Listener::open(&uri, Secret::from(STATE)).await.expect("a listener")
}

fn port_of(listener: &Listener) -> u16 {
    listener.sockets[0].local_addr().expect("an address").port()
}

/// Runs something against a listener at `/in` while it waits, and gives what both came to.
async fn meanwhile<T, F: Future<Output = T>>(visit: impl FnOnce(u16) -> F) -> (Callback, T) {
    let mut listener = open("http://localhost:0/in").await;
    let port = port_of(&listener);
    tokio::join!(listener.callback(), visit(port))
}

/// Sends bytes, and gives the whole answer; empty if there is none.
async fn exchange(address: IpAddr, port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect((address, port)).await.expect("a connection");
    // The other side may close before everything was sent.
    let _closed = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _closed = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn get(port: u16, target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").into_bytes()
}

fn post(port: u16, form: &str) -> Vec<u8> {
    format!(
        "POST /in HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// The good answer; its browser is not waited for.
fn good(port: u16) {
    tokio::spawn(async move { exchange(V4, port, &get(port, "/in?code=c&state=the-state")).await });
}

#[tokio::test]
async fn an_answer_comes_by_query_or_by_form() {
    for by_query in [true, false] {
        let (answer, page) = {
            let mut listener = open("http://localhost:0/in").await;
            let port = port_of(&listener);
            let browser = tokio::spawn(async move {
                let form = "code=a%2Fb+c&state=the-state&session_state=s";
                let bytes = if by_query { get(port, &format!("/in?{form}")) } else { post(port, form) };
                exchange(V4, port, &bytes).await
            });
            let mut answer = listener.callback().await;
            let fields = std::mem::take(&mut answer.fields);
            listener.close(answer, by_query, LAST_PAGE_LIMIT).await;
            (fields, browser.await.expect("an answer"))
        };
        assert_eq!(answer["code"], "a/b c");
        assert_eq!(answer["session_state"], "s");
        assert_eq!(status(&page), "200");
        assert_eq!(page.contains("signed in"), by_query, "{page}");
        assert_eq!(page.contains("The sign-in failed"), !by_query, "{page}");
        assert!(
            !page.contains("the-state") && !page.contains("a/b c"),
            "nothing of the answer is in the page"
        );
    }
}

#[tokio::test]
async fn other_requests_get_a_page_and_the_wait_goes_on() {
    let (answer, pages) = meanwhile(async |port| {
        let mut pages = Vec::new();
        for (request, expected) in [
            (get(port, "/favicon.ico"), "404"),
            (get(port, "/"), "404"),
            (get(port, "/in/"), "404"),
            (get(port, "/IN?state=the-state"), "404"),
            (get(port, "/in?code=c"), "400"),
            (get(port, "/in?code=c&state=other"), "400"),
            (get(port, "/in?error=access_denied"), "400"),
            (get(port, "/in?code=c&state=the-state&state=other"), "400"),
            (get(port, "/in"), "200"),
            (post(port, "code=c&state=the-stat"), "400"),
            (post(port, &"x".repeat(TOO_MUCH)), "400"),
            (format!("HEAD /in HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").into_bytes(), "405"),
            (format!("PUT /in HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").into_bytes(), "405"),
            (b"GET /in?code=c&state=the-state HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_vec(), "400"),
            (b"GET /in?code=c&state=the-state HTTP/1.1\r\n\r\n".to_vec(), "400"),
        ] {
            let page = exchange(V4, port, &request).await;
            assert_eq!(
                status(&page),
                expected,
                "{} {page}",
                String::from_utf8_lossy(&request[..request.len().min(80)])
            );
            pages.push(page);
        }
        good(port);
        pages
    })
    .await;
    assert_eq!(answer.fields["code"], "c");
    for page in pages {
        assert!(page.is_empty() || page.to_lowercase().contains("connection: close"), "{page}");
        assert!(!page.contains("evil") && !page.contains("access_denied"), "nothing is reflected: {page}");
    }
}

#[tokio::test]
async fn a_second_response_is_not_taken() {
    let mut listener = open("http://localhost:0/in").await;
    let port = port_of(&listener);
    let mut early = TcpStream::connect((V4, port)).await.expect("a connection");
    early.write_all(b"GET /in?code=c&state=the-").await.expect("sent");
    good(port);
    let _answer = listener.callback().await;
    let rest = format!("state HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    early.write_all(rest.as_bytes()).await.expect("sent");
    let mut page = String::new();
    early.read_to_string(&mut page).await.expect("an answer");
    let late = listener.serve_during(exchange(V4, port, &get(port, "/in?code=c&state=the-state"))).await;
    for page in [page, late] {
        assert_eq!(status(&page), "200");
        assert!(page.contains("was received before"), "{page}");
    }
}

#[tokio::test]
async fn localhost_is_both_addresses_and_an_address_is_one() {
    let has_v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let mut listener = open("http://localhost:0/in").await;
    let port = port_of(&listener);
    assert_eq!(listener.sockets.len(), 1 + usize::from(has_v6));
    assert_eq!(listener.uri, format!("http://localhost:{port}/in"));
    let browser = tokio::spawn(async move {
        exchange(if has_v6 { v6 } else { V4 }, port, &get(port, "/in?state=the-state")).await
    });
    let callback = listener.callback().await;
    listener.close(callback, true, LAST_PAGE_LIMIT).await;
    assert!(browser.await.expect("an answer").contains("signed in"));
    assert!(TcpStream::connect((V4, port)).await.is_err(), "closed on the way out");

    let one = open("http://127.0.0.1:0").await;
    assert_eq!(one.sockets.len(), 1);
    assert_eq!(one.uri, format!("http://127.0.0.1:{}", port_of(&one)));
}

/// The outcome of a sign-in is there, and only the page is late.
#[tokio::test(start_paused = true)]
async fn a_late_page_holds_up_the_sign_in_no_longer_than_it_may() {
    for (patience, expected) in [
        (Duration::ZERO, Duration::ZERO),
        (Duration::from_millis(300), Duration::from_millis(300)),
        (Duration::MAX, LAST_PAGE_LIMIT),
    ] {
        let listener = open("http://localhost:0/in").await;
        let ((page, shown), (open, closed)) = (oneshot::channel(), oneshot::channel());
        let stuck = Callback { fields: serde_json::Map::new(), page, closed: Some(closed) };
        let started = tokio::time::Instant::now();
        listener.close(stuck, true, patience).await;
        // A timer's resolution is a millisecond.
        assert_eq!(started.elapsed().as_millis() / 10, expected.as_millis() / 10);
        assert!(shown.await.is_ok(), "the browser still gets its page");
        drop(open);
    }
}

#[tokio::test]
async fn a_port_is_not_shared() {
    let first = open("http://localhost:0/myapp/").await;
    let again = LoopbackUri::parse(Some(&first.uri)).expect("a URI");
    let error = Listener::open(&again, Secret::from(STATE)).await.err().expect("taken");
    assert_eq!((error.kind, error.error.as_str()), (ErrorKind::Unavailable, "port_unavailable"));
    assert_eq!(error.parameter, Some("redirect_uri"));
    assert!(error.message.contains(&format!("port {} is in use", port_of(&first))), "{error}");
}

#[tokio::test]
async fn a_thousand_slow_clients_keep_nobody_away() {
    let (answer, held) = meanwhile(async |port| {
        let mut held = Vec::new();
        for n in 0..1000 {
            let mut slow = TcpStream::connect((V4, port)).await.expect("a connection");
            // Some never say anything, some stop in the middle of a head, some in that of a body.
            let start = b"POST /in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nstate";
            let _closed = slow.write_all(&start[..(n % 4) * (start.len() / 3)]).await;
            held.push(slow);
        }
        good(port);
        held
    })
    .await;
    assert_eq!(answer.fields["code"], "c");
    assert_eq!(held.len(), 1000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Bytes that are no request, or half of one, end their own connection and nothing else.
    #[test]
    fn arbitrary_bytes_end_nothing(
        garbage in prop::collection::vec(any::<u8>(), 0..2048),
        start in prop::sample::select(vec!["", "GET ", "GET /in?", "POST /in HTTP/1.1\r\n", "GET /in HTTP/1.1\r\nHost: "]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let bytes = [start.as_bytes(), &garbage].concat();
        let (answer, page) = runtime.block_on(meanwhile(async |port| {
            let mut stream = TcpStream::connect((V4, port)).await.expect("a connection");
            let _closed = stream.write_all(&bytes).await;
            // The end of what is sent: whoever still waits for more of it gives up.
            let _closed = stream.shutdown().await;
            let mut page = Vec::new();
            let _closed = stream.read_to_end(&mut page).await;
            good(port);
            page
        }));
        prop_assert_eq!(&answer.fields["code"], "c");
        let page = String::from_utf8(page).expect("text");
        let body = page.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        prop_assert!(body.is_empty() || body.starts_with("<!doctype html>"), "one of the pages: {}", page);
    }
}
