//! The operation that validates a token with the keys of its authority, or offline with a given key set.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::validate::{KeyHint, needed_key};
use super::{Algorithm, DEFAULT_SKEW, Expectations, KeySet, validate};
use crate::authority::{Authority, AuthorityKind, CONSUMERS_ID, Cloud, Tenant};
use crate::context::Context;
use crate::discovery::{self, Version, authority_of};
use crate::error::{Error, Result};
use crate::grants::Grant;
use crate::params::variable;
use crate::request::RequestOptions;
use crate::secret::Secret;

/// The largest clock skew in seconds (an hour); with more, the times mean nothing.
const MAX_SKEW: u64 = 3600;

/// Validates a token. Ends with the members of a [`ValidationReport`](super::ValidationReport).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyToken {
    /// The token.
    pub token: Secret,
    /// Accepted audiences. Empty: the audience isn't checked.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Accepted algorithms. Default: RS256.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// A JSON Web Key Set. With one, the network isn't used.
    #[serde(default)]
    pub jwks: Option<String>,
    /// Allowed clock skew in seconds. Default: 300.
    #[serde(default)]
    pub skew_seconds: Option<u64>,
    /// Refuses a request that leaves tenant or audience open. Default: false.
    #[serde(default)]
    pub require_pinned: bool,
}

impl Grant for VerifyToken {
    type Output = Map<String, Value>;
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    async fn acquire(self, common: RequestOptions, cx: &Context) -> Result<Self::Output> {
        let mut expected = self.expectations(cx.clock.unix_now())?;
        let authority = authority_of(&common, cx)?;
        let token = self.token.expose();
        if self.require_pinned {
            self.check_pinned(&authority)?;
        }
        let needed = needed_key(token, &expected.algorithms);
        if let Some(jwks) = &self.jwks {
            let keys = KeySet::parse(jwks.as_bytes())
                .map_err(|problem| Error::invalid_parameter("jwks", format!("the key set {problem}.")))?;
            if names_authority(&common, cx) {
                expected.issuers = issuers_offline(&authority)?;
            }
            return Ok(validate(token, &keys, &expected).members());
        }
        let Some(KeyHint { kid, version1 }) = needed else {
            // No key can make this token valid, so none is fetched.
            expected.issuers = issuers_offline(&authority).unwrap_or_default();
            return Ok(validate(token, &KeySet::default(), &expected).members());
        };
        let version = if version1 { Version::V1 } else { Version::V2 };
        cx.verbose(format!("Keys of {authority}, correlation ID {}", cx.correlation_id));
        let metadata = discovery::metadata(cx, &authority, version, common.client_id.as_deref()).await?;
        let keys = discovery::keys(cx, &metadata.jwks_uri, kid.as_deref()).await?;
        expected.issuers = vec![metadata.issuer.clone()];
        Ok(validate(token, &keys, &expected).members())
    }
}

impl VerifyToken {
    /// Refuses a request after which a token of any tenant, or for any resource, could be valid.
    fn check_pinned(&self, authority: &Authority) -> Result<()> {
        if matches!(authority.tenant(), Some(Tenant::Common | Tenant::Organizations)) {
            return Err(Error::invalid_parameter("tenant", "is required: a tenant ID or domain."));
        }
        if self.audience.is_empty() {
            return Err(Error::invalid_parameter(
                "audience",
                "is required: the resource that the token must be for.",
            ));
        }
        Ok(())
    }

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
                "must not be empty. Omit it to accept any audience.",
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

/// Whether the caller named an authority, cloud or tenant.
fn names_authority(common: &RequestOptions, cx: &Context) -> bool {
    common.authority.is_some()
        || common.cloud.is_some()
        || common.tenant.is_some()
        || cx.environment.first(&[variable::AUTHORITY_HOST, variable::TENANT_ID]).is_some()
}

/// The v1.0 and v2.0 issuers of an authority, as far as they are known without its metadata.
fn issuers_offline(authority: &Authority) -> Result<Vec<String>> {
    let refuse = |parameter, problem| Err(Error::invalid_parameter(parameter, problem));
    let tenant = match (authority.kind(), authority.tenant()) {
        (AuthorityKind::Adfs, _) | (_, None) => {
            return refuse(
                "jwks",
                "can't be used with AD FS: its issuer is known only from its metadata. Omit the key set.",
            );
        }
        (AuthorityKind::B2c, _) => {
            return refuse(
                "jwks",
                "can't be used with a policy: its issuer is known only from its metadata. Omit the key set.",
            );
        }
        (_, Some(Tenant::Consumers)) => CONSUMERS_ID.to_string(),
        (_, Some(Tenant::Common | Tenant::Organizations)) => "{tenantid}".to_owned(),
        (_, Some(Tenant::Guid(id))) => id.to_string(),
        (_, Some(Tenant::Domain(_))) => {
            return refuse("tenant", "must be the tenant ID (a GUID) when a key set is given.");
        }
    };
    let base = authority.origin();
    let host = base.rsplit('/').next().unwrap_or_default();
    let (base, version1) = match Cloud::of_host(host) {
        None => (base, base),
        Some(cloud) => (
            cloud.authority_host(),
            match cloud {
                Cloud::Public | Cloud::UsGovernment => "https://sts.windows.net",
                Cloud::China => "https://sts.chinacloudapi.cn",
                // Not published: only what the host itself would be.
                Cloud::Bleu | Cloud::Delos | Cloud::GovSg => cloud.authority_host(),
            },
        ),
    };
    Ok(vec![format!("{version1}/{tenant}/"), format!("{base}/{tenant}/v2.0")])
}

#[cfg(test)]
#[path = "verify_token_tests.rs"]
mod tests;
