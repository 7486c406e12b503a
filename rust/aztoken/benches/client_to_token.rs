//! Rust alone: a whole operation from a request to a token over HTTPS, by the client credentials grant, and decoding.
//! `cargo xtask bench` runs it, with an emulator.

#![allow(clippy::print_stdout)] // what it measures is its output

use std::sync::Arc;
use std::time::{Duration, Instant};

use aztoken::grants::ClientCredentials;
use aztoken::{Clients, Context, Event, RequestOptions};

const COLD: usize = 15;
const WARM: usize = 300;
const ROUNDS: usize = 11;
const TOKENS: usize = 10_000;

fn main() {
    let variable = |name: &str| {
        std::env::var(name).unwrap_or_else(|_| panic!("{name} must be set; `cargo xtask bench` does that"))
    };
    let request = format!(
        "{{\"options\":{{\"authority\":\"{}\",\"tenant\":\"contoso.onmicrosoft.com\",\"client_id\":\"{}\",\
         \"environment\":{{\"AZTOKEN_CA_BUNDLE\":\"{}\"}}}},\
         \"parameters\":{{\"client_auth\":{{\"kind\":\"secret\",\"secret\":\"{}\"}}}}}}",
        variable("AZTOKEN_BENCH_AUTHORITY"),
        variable("AZTOKEN_BENCH_CLIENT_ID"),
        variable("AZTOKEN_BENCH_CA"),
        variable("AZTOKEN_BENCH_CLIENT_SECRET"),
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
    let tokens: Vec<String> = (0..TOKENS).map(token).collect();
    let each = milliseconds(decode(&tokens)) * 1000.0 / f64::from(u32::try_from(TOKENS).expect("few"));
    println!(
        "decoding a token of {} characters     {each:8.2} us, median of {ROUNDS} rounds of {TOKENS}",
        tokens[0].len()
    );
}

/// As Entra ID makes them, and as long as those of tools/bench, but for the signature, which nobody looks at here.
fn token(number: usize) -> String {
    use aztoken::jwt::base64url::encode;
    let user = format!("{number:08}-0001-0002-0304-05060708090a");
    let header = r#"{"typ":"JWT","alg":"RS256","x5t":"Zk1pQ0dFd2tRd1Z0b2hKd1B4Q0lfRmFr","kid":"Zk1pQ0dFd2tRd1Z0b2hKd1B4Q0lfRmFr"}"#;
    let claims = format!(
        r#"{{"aud":"https://graph.microsoft.com","iss":"https://sts.windows.net/5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401/","iat":1767222000,"nbf":1767222000,"exp":1767226499,"acct":0,"acr":"1","aio":"{user:_>80}","amr":["pwd","mfa"],"app_displayname":"Microsoft Azure PowerShell","appid":"1950a258-227b-4e31-a9cf-717495945fc2","appidacr":"0","family_name":"User","given_name":"Sample","idtyp":"user","ipaddr":"203.0.113.7","name":"Sample User","oid":"{user}","platf":"8","puid":"1003200045678901","rh":"{user:_>40}","scp":"AuditLog.Read.All Directory.AccessAsUser.All email Group.ReadWrite.All openid profile User.Read","sid":"{user}","sub":"{user:_>43}","tenant_region_scope":"EU","tid":"5f8a1c2e-3b4d-4e6f-8a90-c0a1b2c3d401","unique_name":"user{number}@contoso.onmicrosoft.com","upn":"user{number}@contoso.onmicrosoft.com","uti":"{user:.22}","ver":"1.0","wids":["62e90394-69f5-4237-9190-012177145e10","b79fbf4d-3ef9-4689-8143-76b194e85509"],"xms_tcdt":1600000000}}"#
    );
    format!("{}.{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()), encode(&[7; 256]))
}

/// The time of all of them, each decoded and looked at.
fn decode(tokens: &[String]) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            for token in tokens {
                let token = std::hint::black_box(aztoken::jwt::Token::decode(token).expect("a token"));
                assert!(!token.claims_json().is_empty());
            }
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

async fn median(count: usize, clients: impl Fn() -> Arc<Clients>, request: &str) -> Duration {
    let mut times = Vec::new();
    // The first fills caches that aren't ours.
    for _ in 0..=count {
        let clients = clients();
        let started = Instant::now();
        let context = Context { clients, ..Context::default() };
        let (common, grant): (RequestOptions, ClientCredentials) =
            aztoken::parse_request(request.as_bytes()).expect("valid");
        context.run(common, grant, Arc::new(|_: &Event<'_>| {})).await.expect("a token");
        times.push(started.elapsed());
    }
    times.remove(0);
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
