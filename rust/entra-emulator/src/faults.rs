//! Faults that tests ask for: which requests they hit, and what happens then.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::configuration::Tenant;

/// A page of a proxy that can't reach the service.
const PROXY_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1>\
    <p>The proxy server received an invalid response from an upstream server.</p></body></html>\n";
/// A page of a proxy that wants people to sign in.
const PROXY_SIGN_IN: &str = "<!DOCTYPE html>\n<html><head><title>Network sign-in</title></head><body>\
    <h1>Sign in to the network</h1><form method=\"post\"><input name=\"user\"><button>Sign in</button></form>\
    </body></html>\n";
const HTML: &str = "text/html; charset=utf-8";

/// A fault as the control API takes it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fault {
    /// Requests whose path contains this.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Requests of this client.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Requests at this tenant, by ID or domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// Requests by this HTTP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// How many requests it hits; 0 is every one from now on.
    times: Times,
    /// How many requests are served as usual first.
    skip: u64,
    /// Milliseconds before anything else happens.
    pub(crate) delay_ms: u64,
    pub(crate) status: Option<u16>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
    /// Seconds for the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u32>,
    /// Close the connection without a response.
    pub(crate) close: bool,
    /// Never respond.
    pub(crate) hang: bool,
    /// Reset the connection.
    pub(crate) reset: bool,
    /// End the connection after so many bytes of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) truncate: Option<usize>,
    /// Serve the response under this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    /// A fault by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preset: Option<Preset>,
}

/// How often a fault hits.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(transparent)]
struct Times(u64);

impl Default for Times {
    fn default() -> Self {
        Self(1)
    }
}

/// A fault by name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preset {
    /// 429 with `Retry-After`.
    Throttled,
    /// AADSTS50196.
    RequestLoop,
    /// 503 with AADSTS90033.
    Unavailable,
    /// 502 and HTML.
    ProxyPage,
    /// 200 and HTML.
    ProxySignIn,
    /// Half of the body.
    Truncated,
    /// The response as HTML.
    WrongType,
}

/// What a fault is compared with.
pub(crate) struct Target<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) tenant: Option<&'a Tenant>,
}

impl Fault {
    /// Checks the fault. The error names the field.
    pub(crate) fn validate(&self) -> Result<(), &'static str> {
        let named = [&self.path, &self.client_id, &self.tenant, &self.method];
        if named.iter().all(|name| name.is_none()) {
            return Err("one of 'path', 'client_id', 'tenant' and 'method' is required");
        }
        if named.into_iter().flatten().any(String::is_empty) {
            return Err(
                "'path', 'client_id', 'tenant' and 'method' can't be empty; a 'path' is a part of the path, \
                        such as \"/token\"",
            );
        }
        if self.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("'status' must be from 200 to 599");
        }
        let endings = [self.close, self.hang, self.reset].into_iter().filter(|set| *set).count();
        if endings > 1 {
            return Err("'close', 'hang' and 'reset' exclude each other");
        }
        let effects = self.has_response() || self.changes_response() || self.preset.is_some();
        if endings > 0 && effects {
            return Err("'close', 'hang' and 'reset' give no response, so 'status', 'headers', 'body', \
                        'retry_after', 'truncate', 'content_type' and 'preset' can't be set with them");
        }
        if self.delay_ms == 0 && endings == 0 && !effects {
            return Err(
                "one of 'delay_ms', 'status', 'headers', 'body', 'retry_after', 'close', 'hang', 'reset', \
                        'truncate', 'content_type' and 'preset' must be set",
            );
        }
        Ok(())
    }

    /// The fault with what its preset stands for. What is given beside it stays.
    #[must_use]
    pub(crate) fn expanded(mut self) -> Self {
        let html = |fault: &mut Self, status, page: &str| {
            fault.status.get_or_insert(status);
            fault.body.get_or_insert_with(|| page.into());
            fault.content_type.get_or_insert_with(|| HTML.to_owned());
        };
        match self.preset {
            Some(Preset::Throttled) => {
                self.status.get_or_insert(429);
                self.retry_after.get_or_insert(30);
            }
            Some(Preset::Unavailable) => {
                self.retry_after.get_or_insert(5);
            }
            Some(Preset::ProxyPage) => html(&mut self, 502, PROXY_PAGE),
            Some(Preset::ProxySignIn) => html(&mut self, 200, PROXY_SIGN_IN),
            Some(Preset::WrongType) => {
                self.content_type.get_or_insert_with(|| HTML.to_owned());
            }
            Some(Preset::RequestLoop | Preset::Truncated) | None => {}
        }
        self
    }

    /// Whether it makes up a response. `Retry-After` beside an error of the service is only a header.
    pub(crate) fn has_response(&self) -> bool {
        let throttles = self.retry_after.is_some() && self.preset.is_none();
        self.status.is_some() || self.body.is_some() || !self.headers.is_empty() || throttles
    }

    /// Whether the response is sent otherwise than it was made.
    fn changes_response(&self) -> bool {
        self.truncate.is_some() || self.content_type.is_some()
    }

    /// The status of a made-up response: with a body alone it is an error.
    pub(crate) fn response_status(&self) -> u16 {
        self.status.unwrap_or(if self.retry_after.is_some() { 429 } else { 400 })
    }

    fn matches(&self, target: &Target<'_>) -> bool {
        let is_tenant = |name: &String| {
            target.tenant.is_some_and(|tenant| tenant.names().any(|known| known.eq_ignore_ascii_case(name)))
        };
        self.path.as_ref().is_none_or(|path| target.path.contains(path))
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(target.method))
            && self.tenant.as_ref().is_none_or(is_tenant)
            && self
                .client_id
                .as_ref()
                .is_none_or(|id| target.client_id.is_some_and(|client| client.eq_ignore_ascii_case(id)))
    }
}

/// The faults that wait, in order.
#[derive(Default)]
pub(crate) struct Faults {
    count: u64,
    queue: VecDeque<(u64, Fault)>,
}

impl Faults {
    /// Queues a fault and gives its number.
    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        self.count += 1;
        self.queue.push_back((self.count, fault));
        self.count
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    /// Removes one. Gives whether it was there.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.queue.len();
        self.queue.retain(|(known, _)| *known != id);
        self.queue.len() < before
    }

    /// The faults, each with its number.
    pub(crate) fn to_json(&self) -> Value {
        let show = |(id, fault): &(u64, Fault)| {
            let mut value = serde_json::to_value(fault).unwrap_or_default();
            value["id"] = (*id).into();
            value
        };
        self.queue.iter().map(show).collect()
    }

    /// The fault for a request. Only the first that matches counts, also while it still lets requests through.
    pub(crate) fn take(&mut self, target: &Target<'_>) -> Option<Fault> {
        let at = self.queue.iter().position(|(_, fault)| fault.matches(target))?;
        let (_, fault) = &mut self.queue[at];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        if fault.times.0 == 1 {
            return self.queue.remove(at).map(|(_, fault)| fault);
        }
        // 0 is forever, and stays 0.
        fault.times.0 = fault.times.0.saturating_sub(1);
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Target};

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).expect("a fault")
    }

    fn at(path: &str) -> Target<'_> {
        Target { path, method: "POST", client_id: Some("a"), tenant: None }
    }

    #[test]
    fn faults_come_in_order() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"path":"/token","skip":1,"times":2,"status":500}"#));
        faults.add(fault(r#"{"path":"/token","times":0,"status":503}"#));
        let mut status = |path| faults.take(&at(path)).and_then(|f| f.status);
        assert_eq!(status("/devicecode"), None);
        let seen: Vec<_> = (0..5).map(|_| status("/x/token")).collect();
        assert_eq!(seen, [None, Some(500), Some(500), Some(503), Some(503)]);
        faults.clear();
        assert!(faults.take(&at("/token")).is_none());
    }

    #[test]
    fn everything_that_is_named_must_match() {
        for (json, hit) in [
            (r#"{"client_id":"A","hang":true}"#, true),
            (r#"{"client_id":"b","hang":true}"#, false),
            (r#"{"client_id":"a","path":"/x","hang":true}"#, false),
            (r#"{"method":"post","path":"/token","hang":true}"#, true),
            (r#"{"method":"get","path":"/token","hang":true}"#, false),
            (r#"{"tenant":"contoso.onmicrosoft.com","hang":true}"#, false),
        ] {
            let mut faults = Faults::default();
            faults.add(fault(json));
            assert_eq!(faults.take(&at("/token")).is_some(), hit, "{json}");
        }
    }

    #[test]
    fn contradictions_are_named() {
        for (json, field) in [
            (r#"{"path":"","hang":true}"#, "'path'"),
            (r#"{"hang":true}"#, "'client_id'"),
            (r#"{"path":"/t","status":99}"#, "'status'"),
            (r#"{"path":"/t","close":true,"hang":true}"#, "'hang'"),
            (r#"{"path":"/t","close":true,"body":"x"}"#, "'body'"),
            (r#"{"path":"/t","reset":true,"preset":"throttled"}"#, "'preset'"),
            (r#"{"path":"/t"}"#, "'delay_ms'"),
        ] {
            assert!(fault(json).validate().expect_err(json).contains(field), "{json}");
        }
    }
}
