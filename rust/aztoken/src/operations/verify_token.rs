//! The operation that validates a token with the keys of its authority, or offline with a given key set.

use std::time::Duration;

use serde::Deserialize;

use crate::authority::{Authority, AuthorityKind, CONSUMERS_ID, Cloud, Tenant};
use crate::discovery::Version;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::io::Io;
use crate::jwt::{
    Algorithm, DEFAULT_SKEW, Expectations, KeyHint, KeySet, ValidationReport, needed_key, validate,
};
use crate::operation::{Operation, Plan};
use crate::request::RequestOptions;
use crate::secret::Secret;
use crate::text::trimmed;

/// The largest clock skew in seconds (an hour); with more, the times mean nothing.
const MAX_SKEW: u64 = 3600;

/// Validates a token. Ends with the members of a [`ValidationReport`](crate::jwt::ValidationReport).
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

/// What is expected, and with which keys it is checked.
#[derive(Debug)]
pub struct VerifyTokenPlan {
    token: Secret,
    expected: Expectations,
    keys: KeySource,
}

#[derive(Debug)]
enum KeySource {
    /// Given with the request, or none because no key can help.
    Given(KeySet),
    /// Those of the authority.
    Authority { authority: Box<Authority>, version: Version, kid: Option<String>, client_id: Option<String> },
}

impl Plan for VerifyTokenPlan {}

impl Operation for VerifyToken {
    type Output = ValidationReport;
    type Plan = VerifyTokenPlan;
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<VerifyTokenPlan> {
        // The time is known when the token is checked.
        let mut expected = self.expectations(0)?;
        let authority = options.resolve_authority(environment, "common")?;
        if self.require_pinned {
            self.check_pinned(&authority)?;
        }
        let needed = needed_key(self.token.expose(), &expected.algorithms);
        let keys = if let Some(jwks) = &self.jwks {
            let keys = KeySet::parse(trimmed(jwks).as_bytes())
                .map_err(|problem| Error::invalid_parameter("jwks", format!("the key set {problem}.")))?;
            if options.names_authority(environment) {
                expected.issuers = issuers_offline(&authority)?;
            }
            KeySource::Given(keys)
        } else if let Some(KeyHint { kid, version1 }) = needed {
            let version = if version1 { Version::V1 } else { Version::V2 };
            let authority = Box::new(authority);
            KeySource::Authority { authority, version, kid, client_id: options.client_id }
        } else {
            // No key can make this token valid, so none is fetched.
            expected.issuers = issuers_offline(&authority).unwrap_or_default();
            KeySource::Given(KeySet::default())
        };
        Ok(VerifyTokenPlan { token: self.token, expected, keys })
    }

    async fn execute(plan: VerifyTokenPlan, io: &Io) -> Result<ValidationReport> {
        let VerifyTokenPlan { token, mut expected, keys } = plan;
        expected.now = io.clock().unix_now();
        match keys {
            KeySource::Given(keys) => Ok(validate(token.expose(), &keys, &expected)),
            KeySource::Authority { authority, version, kid, client_id } => {
                io.verbose(format!("Keys of {authority}, correlation ID {}", io.correlation_id()));
                let discovery = io.discovery();
                let metadata = discovery.metadata(&authority, version, client_id.as_deref()).await?;
                let keys = discovery.keys(&metadata.jwks_uri, kid.as_deref()).await?;
                expected.issuers = vec![metadata.issuer.clone()];
                Ok(validate(token.expose(), &keys, &expected))
            }
        }
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

/// The issuers of an authority, versions 1.0 and 2.0, as far as they are known without asking it.
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
