//! A failed request put into one of a few names and a sentence.

use std::error::Error as StdError;
use std::io;

use url::Url;

use super::tls_failure;
use crate::error::{Error, ErrorKind};

/// Describes why `url` gave no answer. `by_proxy` says that a proxy was named for everything.
pub(super) fn describe(error: &reqwest::Error, url: &Url, by_proxy: bool) -> Error {
    // Plain HTTP goes to the proxy itself, so what can't be reached is the proxy.
    let is_unreachable_proxy = by_proxy && url.scheme() == "http" && error.is_connect();
    let mut described = if is_unreachable_proxy { no_proxy(&host_and_port(url)) } else { name(error, url) };
    described.connected = !error.is_connect();
    described
}

fn name(error: &reqwest::Error, url: &Url) -> Error {
    let host = host_and_port(url);
    if let Some(tls) = find::<rustls::Error>(error) {
        return tls_failure::describe(tls, &host);
    }
    if let Some(failure) = describe_tunnel(error, &host) {
        return failure;
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return Error::invalid_response(format!("{host} doesn't speak HTTP."));
    }
    if url.scheme() == "https" && error.is_connect() && find::<io::Error>(error).is_some_and(is_closed) {
        return tls_failure::closed_in_handshake(&host);
    }
    let network = |name, problem: &str| Error::new(ErrorKind::Network, name, format!("{host} {problem}"));
    if let Some(io) = find::<io::Error>(error) {
        match io.kind() {
            io::ErrorKind::ConnectionRefused => {
                return network("connection_refused", "refused the connection.");
            }
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
                return network("connection_reset", "closed the connection without a whole answer.");
            }
            io::ErrorKind::TimedOut => return timed_out(&host),
            _ => {}
        }
    }
    if error.is_timeout() {
        return timed_out(&host);
    }
    let is_lookup = |text: String| text == "dns error" || text == "error resolving for socks proxy";
    if chain(error).any(|cause| is_lookup(cause.to_string())) {
        return network("name_not_resolved", "can't be found: its name doesn't resolve.");
    }
    if error.is_connect() {
        return network("connection_failed", "can't be reached.");
    }
    network("connection_reset", "closed the connection without a whole answer.")
}

fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::UnexpectedEof
    )
}

fn timed_out(host: &str) -> Error {
    Error::new(ErrorKind::Timeout, "timeout", format!("{host} didn't answer in time."))
}

/// Why there is no tunnel through a proxy. The errors of hyper-util and reqwest have no public type, only their text.
fn describe_tunnel(error: &reqwest::Error, host: &str) -> Option<Error> {
    if let Some(text) = chain(error).map(ToString::to_string).find(|text| text.starts_with("SOCKS error: ")) {
        return Some(if text.contains("auth") || text.contains("credential") {
            no_credential(host)
        } else {
            no_proxy(host)
        });
    }
    let text = chain(error).map(ToString::to_string).find(|text| text.starts_with("tunnel error: "))?;
    if !text.ends_with("proxy authorization required") {
        return Some(no_proxy(host));
    }
    Some(no_credential(host))
}

fn no_credential(host: &str) -> Error {
    let message =
        format!("The proxy for {host} requires a user name and password, or rejected the ones given.");
    Error::new(ErrorKind::Network, "proxy_authentication_required", message)
}

fn no_proxy(host: &str) -> Error {
    Error::new(ErrorKind::Network, "proxy_failed", format!("The proxy didn't connect to {host}."))
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| next_cause(*error))
}

/// An `io::Error` made from another error hides that one from `source()`.
fn next_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The innermost cause of a type.
fn find<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    chain(error).filter_map(|cause| cause.downcast_ref::<T>()).last()
}
