//! A plain HTTP client for the emulator's control API on this machine.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::Result;

const LIMIT: Duration = Duration::from_secs(10);

pub fn get(url: &str) -> Result<String> {
    send("GET", url, "")
}

pub fn post(url: &str, json: &str) -> Result<String> {
    send("POST", url, json)
}

/// The body of an answer of status 2xx.
fn send(method: &str, url: &str, body: &str) -> Result<String> {
    let (host, path) = split(url)?;
    let wrong = |e: std::io::Error| format!("{method} {url}: {e}");
    let mut stream = connect(host).map_err(wrong)?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .map_err(wrong)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(wrong)?;
    body_of(&String::from_utf8_lossy(&answer)).map_err(|e| format!("{method} {url}: {e}"))
}

/// `localhost` may be one or both of two addresses: the first that answers is taken.
fn connect(host: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "no address");
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, LIMIT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(LIMIT))?;
                stream.set_write_timeout(Some(LIMIT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn split(url: &str) -> Result<(&str, &str)> {
    let rest = url.strip_prefix("http://").ok_or_else(|| format!("{url} is not an http URL"))?;
    Ok(rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash)))
}

fn body_of(answer: &str) -> Result<String> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("the answer has no end of headers")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status.starts_with('2') { Ok(body.to_owned()) } else { Err(format!("status {status}: {body}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_split() {
        assert_eq!(split("http://localhost:80/a/b"), Ok(("localhost:80", "/a/b")));
        assert_eq!(split("http://localhost:80"), Ok(("localhost:80", "/")));
        assert!(split("https://localhost/").is_err());
    }

    #[test]
    fn only_success_has_a_body() {
        assert_eq!(body_of("HTTP/1.1 200 OK\r\nA: b\r\n\r\n[]"), Ok("[]".to_owned()));
        assert!(body_of("HTTP/1.1 404 Not Found\r\n\r\nno").unwrap_err().contains("404"));
        assert!(body_of("HTTP/1.1 200").is_err());
    }
}
