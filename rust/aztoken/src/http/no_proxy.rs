//! `NO_PROXY`, as curl reads it: hosts that are reached directly.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

/// Whether a list excepts a URL's host. Entries stand between commas or blanks; a domain stands for its subdomains too,
/// with and without a dot in front; networks are `192.168.0.0/16`; a port narrows an entry; `*` is everything.
pub(super) fn excepts(list: &str, url: &Url) -> bool {
    let Some(host) = url.host() else {
        return false;
    };
    let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    entries.map(Entry::parse).any(|entry| entry.matches(&host, url.port_or_known_default()))
}

struct Entry<'a> {
    host: &'a str,
    port: Option<u16>,
}

impl<'a> Entry<'a> {
    fn parse(text: &'a str) -> Self {
        if let Some((host, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return Self { host, port: port.strip_prefix(':').and_then(|port| port.parse().ok()) };
        }
        match text.rsplit_once(':') {
            // More than one colon: an IPv6 address.
            Some((host, port)) if !host.contains(':') => match port.parse() {
                Ok(port) => Self { host, port: Some(port) },
                Err(_) => Self { host: text, port: None },
            },
            _ => Self { host: text, port: None },
        }
    }

    fn matches(&self, host: &Host<&str>, port: Option<u16>) -> bool {
        if self.port.is_some() && self.port != port {
            return false;
        }
        self.host == "*"
            || match host {
                Host::Domain(name) => self.matches_domain(name),
                Host::Ipv4(address) => self.matches_address(IpAddr::V4(*address)),
                Host::Ipv6(address) => self.matches_address(IpAddr::V6(*address)),
            }
    }

    fn matches_domain(&self, name: &str) -> bool {
        let entry = self.host.strip_prefix('*').unwrap_or(self.host);
        let entry = entry.trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        !entry.is_empty()
            && name.strip_suffix(&entry).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    fn matches_address(&self, address: IpAddr) -> bool {
        self.host.parse::<IpAddr>().is_ok_and(|entry| entry == address)
            || self.host.parse::<IpNet>().is_ok_and(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_curl_reads_them() {
        let login = "https://login.contoso.com";
        for (list, url, expected) in [
            ("contoso.com", login, true),
            (".contoso.com", login, true),
            ("*.contoso.com", login, true),
            ("CONTOSO.Com", login, true),
            ("contoso.com.", login, true),
            ("login.contoso.com", login, true),
            ("a.example, contoso.com", login, true),
            ("a.example\tcontoso.com", login, true),
            ("a.example contoso.com", login, true),
            ("contoso.com:443", login, true),
            ("contoso.com:8443", login, false),
            ("contoso.com:8443", "https://login.contoso.com:8443", true),
            ("contoso.com", "https://LOGIN.contoso.com.:8443", true),
            ("*", login, true),
            ("*:443", login, true),
            ("toso.com", login, false),
            ("login", login, false),
            ("com.login", login, false),
            ("contoso.com/x", login, false),
            (", ,", login, false),
            (".", login, false),
            ("", login, false),
            ("192.0.2.7", "https://192.0.2.7", true),
            ("192.0.2.0/24", "https://192.0.2.7", true),
            ("192.0.2.0/24", "https://192.0.3.7", false),
            ("0.0.0.0/0", "https://192.0.3.7", true),
            ("192.0.2.0/33", "https://192.0.2.7", false),
            ("2.7", "https://192.0.2.7", false),
            ("2001:db8::/32", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:444", "https://[2001:db8::1]", false),
            ("2001:db8::1", "https://[2001:db8::1]", true),
            ("192.0.2.7:443", "https://192.0.2.7", true),
            ("192.0.2.0/24", login, false),
        ] {
            assert_eq!(excepts(list, &Url::parse(url).expect("a URL")), expected, "{list} {url}");
        }
    }
}
