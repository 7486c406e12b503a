//! The metadata of an authority: OpenID configuration and keys (OpenID Connect Discovery 1.0; Microsoft, "OpenID Connect on
//! the Microsoft identity platform").

mod cache;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

pub use cache::MetadataCache;

use crate::authority::{Authority, AuthorityKind, is_loopback};
use crate::error::{Error, Result};
use crate::http::{Answer, Http, retry};
use crate::jwt::{KeySet, is_guid, names_of_object};
use crate::token::check;

/// Metadata and keys are fetched again after this time (Microsoft: "Access tokens", "Validate the signature").
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// An unknown key leads to a new request at most this often, or tokens with made-up key IDs would flood the authority.
const REFETCH_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// Version of the endpoints and of the tokens that they describe.
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
    /// `issuer`; contains `{tenantid}` if the authority serves several tenants.
    pub issuer: String,
    /// `jwks_uri`.
    pub jwks_uri: Url,
    /// The whole document, in its order.
    pub document: Map<String, Value>,
}

impl Metadata {
    /// The tenant's GUID, read from the issuer; `None` for several tenants.
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
            Url::parse(&member("jwks_uri")?).map_err(|_| refuse("has a jwks_uri that isn't a URL".into()))?;
        // Keys from an unencrypted connection could be anyone's.
        if jwks_uri.scheme() != "https" && !(authority.is_loopback() && is_loopback(&jwks_uri)) {
            return Err(refuse("has a jwks_uri that doesn't use https".into()));
        }
        Ok(Self { issuer, jwks_uri, document })
    }
}

/// URL of the OpenID configuration. `client_id` selects the one of an app with its own signing keys.
fn metadata_url(authority: &Authority, version: Version, client_id: Option<&str>) -> Result<Url> {
    // AD FS has one version only.
    let middle = if version == Version::V1 || authority.kind() == AuthorityKind::Adfs { "" } else { "/v2.0" };
    let text = format!("{authority}{middle}/.well-known/openid-configuration");
    let mut url = Url::parse(&text).map_err(|error| Error::internal(format!("{text}: {error}")))?;
    if let Some(client_id) = client_id {
        url.query_pairs_mut().append_pair("appid", client_id);
    }
    Ok(url)
}

/// Reads the metadata and keys of authorities, and stores them.
#[derive(Clone, Copy)]
pub(crate) struct Discovery<'a> {
    pub(crate) http: Http<'a>,
    pub(crate) cache: &'a MetadataCache,
}

impl Discovery<'_> {
    /// The OpenID configuration of an authority as it is now.
    pub(crate) async fn fetch_metadata(
        &self,
        authority: &Authority,
        version: Version,
        client_id: Option<&str>,
    ) -> Result<Metadata> {
        self.fetch_metadata_from(&metadata_url(authority, version, client_id)?, authority).await
    }

    /// The OpenID configuration of an authority: the stored one, unless it is too old.
    pub(crate) async fn metadata(
        &self,
        authority: &Authority,
        version: Version,
        client_id: Option<&str>,
    ) -> Result<Arc<Metadata>> {
        let url = metadata_url(authority, version, client_id)?;
        let documents = &self.cache.metadata;
        let stored = || documents.fresh(&self.http, &url).map(|(_, document)| document);
        documents.get(&self.http, &url, stored, self.fetch_metadata_from(&url, authority)).await
    }

    /// The key set at a URL: the stored one, unless it is too old or lacks the wanted key.
    pub(crate) async fn keys(&self, url: &Url, kid: Option<&str>) -> Result<Arc<KeySet>> {
        let stored = || self.stored_keys(url, kid);
        self.cache.keys.get(&self.http, url, stored, self.fetch_keys(url)).await
    }

    async fn fetch_metadata_from(&self, url: &Url, authority: &Authority) -> Result<Metadata> {
        let answer = self.http.get(url, retry::IDEMPOTENT).await?;
        Metadata::read(&answer, authority)
    }

    async fn fetch_keys(&self, url: &Url) -> Result<KeySet> {
        let answer = self.http.get(url, retry::IDEMPOTENT).await?;
        check(&answer)?;
        KeySet::parse(&answer.body).map_err(|problem| {
            Error::invalid_response(format!("The key set at {url} {problem}.")).with_status(answer.status)
        })
    }

    /// The stored key set, if it has the wanted key or was fetched a short time ago.
    fn stored_keys(&self, url: &Url, kid: Option<&str>) -> Option<Arc<KeySet>> {
        let (age, keys) = self.cache.keys.fresh(&self.http, url)?;
        let found = kid.is_none_or(|kid| keys.contains(kid));
        if !found && age >= REFETCH_INTERVAL {
            return None;
        }
        self.http.debug(format!("Using the {} keys of {url}, fetched {} s ago", keys.len(), age.as_secs()));
        Some(keys)
    }
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
