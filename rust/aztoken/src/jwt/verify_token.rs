//! Verifying a token with the keys of its authority, or offline with a given key set.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::verify::needs_key;
use super::{Algorithm, DEFAULT_SKEW, Expectations, KeySet, is_guid, verify};
use crate::authority::{Authority, Cloud};
use crate::context::Context;
use crate::discovery::{self, Version, authority_of};
use crate::error::{Error, Result};
use crate::grants::Grant;
use crate::params::variable;
use crate::request::RequestOptions;
use crate::secret::Secret;

/// A larger skew makes the times meaningless (an hour).
const MAX_SKEW: u64 = 3600;
/// Names in the place of a tenant that mean several.
const SEVERAL_TENANTS: [&str; 2] = ["common", "organizations"];
/// The tenant of all personal accounts (Microsoft, "ID token claims reference").
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Checks a token: the members of a [`Verification`](super::Verification).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyToken {
    /// The token.
    pub token: Secret,
    /// Resources, one of which the token must be for; if there are none, it isn't checked.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Accepted algorithms; otherwise RS256.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// A JSON Web Key Set to verify with. With one, nothing is asked of the network.
    #[serde(default)]
    pub jwks: Option<String>,
    /// Seconds that clocks may differ by; otherwise 300.
    #[serde(default)]
    pub skew_seconds: Option<u64>,
}

impl Grant for VerifyToken {
    type Output = Map<String, Value>;
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<Self::Output> {
        let mut expected = self.expectations(cx.clock.unix_now())?;
        let authority = authority_of(&common, cx)?;
        let token = self.token.expose();
        let needed = needs_key(token, &expected.algorithms);
        if let Some(jwks) = &self.jwks {
            let keys = KeySet::parse(jwks.as_bytes())
                .map_err(|problem| Error::invalid_parameter("jwks", format!("the key set {problem}.")))?;
            if names_authority(&common, cx) {
                expected.issuers = issuers_offline(&authority)?;
            }
            return Ok(verify(token, &keys, &expected).members());
        }
        let Some((kid, version1)) = needed else {
            // No key can help, so none is asked for.
            expected.issuers = issuers_offline(&authority).unwrap_or_default();
            return Ok(verify(token, &KeySet::default(), &expected).members());
        };
        let version = if version1 { Version::V1 } else { Version::V2 };
        cx.verbose(format!("Keys of {authority}, correlation ID {}", cx.correlation_id));
        let metadata = discovery::metadata(cx, &authority, version, common.client_id.as_deref()).await?;
        let keys = discovery::keys(cx, &metadata.jwks_uri, kid.as_deref()).await?;
        expected.issuers = vec![metadata.issuer.clone()];
        Ok(verify(token, &keys, &expected).members())
    }
}

impl VerifyToken {
    fn expectations(&self, now: i64) -> Result<Expectations> {
        let skew = match self.skew_seconds {
            None => DEFAULT_SKEW,
            Some(seconds) if seconds <= MAX_SKEW => Duration::from_secs(seconds),
            Some(_) => {
                return Err(Error::invalid_parameter("skew_seconds", "must be at most 3600 (an hour)."));
            }
        };
        if self.audience.iter().any(String::is_empty) {
            return Err(Error::invalid_parameter(
                "audience",
                "must not be empty; leave it out to accept any.",
            ));
        }
        let mut expected = Expectations { skew, audience: self.audience.clone(), ..Expectations::at(now) };
        if !self.algorithms.is_empty() {
            expected.algorithms =
                self.algorithms.iter().map(|name| name.parse::<Algorithm>()).collect::<Result<_>>()?;
        }
        Ok(expected)
    }
}

/// Whether the caller says from where the token must be.
fn names_authority(common: &RequestOptions, cx: &Context) -> bool {
    common.authority.is_some()
        || common.cloud.is_some()
        || common.tenant.is_some()
        || cx.environment.first(&[variable::AUTHORITY_HOST, variable::TENANT_ID]).is_some()
}

/// The issuers of an authority, versions 1.0 and 2.0, as far as they are known without asking it.
fn issuers_offline(authority: &Authority) -> Result<Vec<String>> {
    let refuse = |parameter, problem| Err(Error::invalid_parameter(parameter, problem));
    let tenant = match authority.tenant() {
        "consumers" => CONSUMERS.to_owned(),
        several if SEVERAL_TENANTS.contains(&several) => "{tenantid}".to_owned(),
        guid if is_guid(guid) => guid.to_ascii_lowercase(),
        "adfs" => {
            return refuse("jwks", "the issuer of AD FS stands in its metadata only; leave the key set out.");
        }
        path if path.contains('/') => {
            return refuse(
                "jwks",
                "the issuer of a policy stands in its metadata only; leave the key set out.",
            );
        }
        _ => {
            return refuse(
                "tenant",
                "must be the tenant's ID (a GUID) when nothing is to be asked of the network.",
            );
        }
    };
    let text = authority.to_string();
    let base = text.strip_suffix(authority.tenant()).unwrap_or(&text).trim_end_matches('/');
    let host = base.rsplit('/').next().unwrap_or_default();
    let (base, version1) = match Cloud::of_host(host) {
        None => (base, base),
        Some(cloud) => (
            cloud.authority_host(),
            if cloud == Cloud::China { "https://sts.chinacloudapi.cn" } else { "https://sts.windows.net" },
        ),
    };
    Ok(vec![format!("{version1}/{tenant}/"), format!("{base}/{tenant}/v2.0")])
}

#[cfg(test)]
#[path = "verify_token_tests.rs"]
mod tests;
