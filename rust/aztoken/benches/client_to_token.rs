//! A whole operation in Rust alone: from a request to a token over HTTPS, by the client credentials grant.
//! `cargo xtask bench` runs it, with an emulator.

#![allow(clippy::print_stdout)] // what it measures is its output

use std::sync::Arc;
use std::time::{Duration, Instant};

use aztoken::grants::ClientCredentials;
use aztoken::{Clients, Common, Context, Event};

const COLD: usize = 15;
const WARM: usize = 300;

fn main() {
    let variable = |name: &str| {
        std::env::var(name).unwrap_or_else(|_| panic!("{name} must be set; `cargo xtask bench` does that"))
    };
    let request = format!(
        "{{\"authority\":\"{}\",\"tenant\":\"contoso.onmicrosoft.com\",\"client_id\":\"{}\",\
         \"client_auth\":{{\"kind\":\"secret\",\"secret\":\"{}\"}},\"environment\":{{\"AZTOKEN_CA_BUNDLE\":\"{}\"}}}}",
        variable("AZTOKEN_BENCH_AUTHORITY"),
        variable("AZTOKEN_BENCH_CLIENT_ID"),
        variable("AZTOKEN_BENCH_CLIENT_SECRET"),
        variable("AZTOKEN_BENCH_CA"),
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        // With clients of its own, each reads the trust store and makes a connection.
        let cold = median(COLD, || Arc::new(Clients::default()), &request).await;
        println!("token over HTTPS in Rust, first         {:8.2} ms, median of {COLD}", milliseconds(cold));
        let clients = Arc::new(Clients::default());
        let warm = median(WARM, || clients.clone(), &request).await;
        println!("token over HTTPS in Rust, then          {:8.2} ms, median of {WARM}", milliseconds(warm));
    });
}

async fn median(count: usize, clients: impl Fn() -> Arc<Clients>, request: &str) -> Duration {
    let mut times = Vec::new();
    // The first fills caches that aren't ours.
    for _ in 0..=count {
        let clients = clients();
        let started = Instant::now();
        let context = Context::new(clients, Arc::new(|_: &Event<'_>| {}));
        let (common, grant): (Common, ClientCredentials) =
            aztoken::parse_request(request.as_bytes()).expect("valid");
        context.run(common, grant).await.expect("a token");
        times.push(started.elapsed());
    }
    times.remove(0);
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
