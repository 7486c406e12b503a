//! What an authority says of itself: OpenID configuration and keys (OpenID Connect Discovery 1.0; Microsoft, "OpenID
//! Connect on the Microsoft identity platform").

mod cache;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

pub use cache::MetadataCache;

use cache::Source;

use crate::authority::{Authority, is_loopback};
use crate::error::{Error, Result};
use crate::http::{Answer, Http, retry};
use crate::jwt::{KeySet, is_guid, names_of_object};
use crate::token::check;

/// Metadata and keys are asked for again after this time (Microsoft: "Access tokens", "Validate the signature").
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// A key that isn't among the known ones is asked for at most this often, or tokens with made-up IDs would flood the
/// authority with requests.
const REFETCH_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// Version of the endpoints, and of the tokens that they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Version {
    /// Issuers such as `https://sts.windows.net/{tid}/`.
    #[serde(rename = "1.0")]
    V1,
    /// Issuers such as `https://login.microsoftonline.com/{tid}/v2.0`.
    #[default]
    #[serde(rename = "2.0")]
    V2,
}

/// The OpenID configuration of an authority.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// `issuer`; holds `{tenantid}` if the authority is for several tenants.
    pub issuer: String,
    /// `jwks_uri`.
    pub jwks_uri: Url,
    /// The whole document, in its order.
    pub document: Map<String, Value>,
}

impl Metadata {
    /// The tenant's GUID, from the issuer; `None` for several tenants.
    pub fn tenant_id(&self) -> Option<&str> {
        self.issuer.split('/').find(|segment| is_guid(segment))
    }

    fn read(answer: &Answer, authority: &Authority) -> Result<Self> {
        check(answer)?;
        let refuse = |problem: String| {
            let message = format!("The OpenID configuration of {authority} {problem}.");
            Error::invalid_response(message).with_status(answer.status)
        };
        let text = std::str::from_utf8(&answer.body).map_err(|_| refuse("is not UTF-8".into()))?;
        names_of_object(text).map_err(refuse)?;
        let document: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let member = |name: &str| {
            let text = document.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| refuse(format!("has no {name}")))
        };
        let issuer = member("issuer")?;
        let jwks_uri =
            Url::parse(&member("jwks_uri")?).map_err(|_| refuse("has a jwks_uri that is no URL".into()))?;
        // Keys that came over an open connection could be anyone's.
        if jwks_uri.scheme() != "https" && !(authority.is_loopback() && is_loopback(&jwks_uri)) {
            return Err(refuse("has a jwks_uri that does not use https".into()));
        }
        Ok(Self { issuer, jwks_uri, document })
    }
}

/// Address of the OpenID configuration. `client_id` asks for that of an app with signing keys of its own.
fn metadata_url(authority: &Authority, version: Version, client_id: Option<&str>) -> Result<Url> {
    // AD FS has one version only.
    let middle = if version == Version::V1 || authority.tenant() == "adfs" { "" } else { "/v2.0" };
    let text = format!("{authority}{middle}/.well-known/openid-configuration");
    let mut url = Url::parse(&text).map_err(|error| Error::internal(format!("{text}: {error}")))?;
    if let Some(client_id) = client_id {
        url.query_pairs_mut().append_pair("appid", client_id);
    }
    Ok(url)
}

/// Reads documents of authorities, and keeps them.
#[derive(Clone, Copy)]
pub(crate) struct Discovery<'a> {
    pub(crate) http: Http<'a>,
    pub(crate) cache: &'a MetadataCache,
}

impl Discovery<'_> {
    /// The OpenID configuration of an authority as it is now.
    pub(crate) async fn fetch(
        &self,
        authority: &Authority,
        version: Version,
        client_id: Option<&str>,
    ) -> Result<Metadata> {
        self.fetch_from(&metadata_url(authority, version, client_id)?, authority).await
    }

    /// The OpenID configuration of an authority; the one that is known already while it is fresh.
    pub(crate) async fn metadata(
        &self,
        authority: &Authority,
        version: Version,
        client_id: Option<&str>,
    ) -> Result<Arc<Metadata>> {
        let url = metadata_url(authority, version, client_id)?;
        let source = self.source(&url);
        if let Some((_, known)) = self.cache.metadata.fresh(&source, self.now()) {
            return Ok(known);
        }
        let _flight = self.cache.metadata.flight(&source).await;
        if let Some((_, known)) = self.cache.metadata.fresh(&source, self.now()) {
            return Ok(known);
        }
        let fetched = Arc::new(self.fetch_from(&url, authority).await?);
        self.cache.metadata.keep(source, self.now(), fetched.clone());
        Ok(fetched)
    }

    /// The keys at a URL; fetched once more if the wanted one isn't among those that are known already.
    pub(crate) async fn keys(&self, url: &Url, kid: Option<&str>) -> Result<Arc<KeySet>> {
        let source = self.source(url);
        if let Some(known) = self.known_keys(&source, kid) {
            return Ok(known);
        }
        let _flight = self.cache.keys.flight(&source).await;
        if let Some(known) = self.known_keys(&source, kid) {
            return Ok(known);
        }
        let answer = self.http.get(url, retry::IDEMPOTENT).await?;
        check(&answer)?;
        let fetched = KeySet::parse(&answer.body).map_err(|problem| {
            Error::invalid_response(format!("The key set at {url} {problem}.")).with_status(answer.status)
        })?;
        let fetched = Arc::new(fetched);
        self.cache.keys.keep(source, self.now(), fetched.clone());
        Ok(fetched)
    }

    async fn fetch_from(&self, url: &Url, authority: &Authority) -> Result<Metadata> {
        let answer = self.http.get(url, retry::IDEMPOTENT).await?;
        Metadata::read(&answer, authority)
    }

    /// The keys that are known already, if the wanted one is among them or they were fetched a short while ago.
    fn known_keys(&self, source: &Source, kid: Option<&str>) -> Option<Arc<KeySet>> {
        let (age, known) = self.cache.keys.fresh(source, self.now())?;
        let found = kid.is_none_or(|kid| known.contains(kid));
        if !found && age >= REFETCH_INTERVAL {
            return None;
        }
        let text = format!("{} keys of {}, fetched {} s ago", known.len(), source.url, age.as_secs());
        self.http.debug(text);
        Some(known)
    }

    fn source(&self, url: &Url) -> Source {
        Source::new(url, self.http.network.environment)
    }

    fn now(&self) -> SystemTime {
        self.http.clock.now()
    }
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
