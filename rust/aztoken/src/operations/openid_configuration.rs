//! The OpenID configuration of an authority (OpenID Connect Discovery 1.0 section 4).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::authority::Authority;
use crate::discovery::Version;
use crate::environment::Environment;
use crate::error::Result;
use crate::event::{Event, Outcome, result_event};
use crate::io::Io;
use crate::operation::{Operation, Plan};
use crate::request::RequestOptions;

/// Reads the OpenID configuration of an authority.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenIdConfiguration {
    /// Which of the authority's two documents.
    pub version: Version,
}

/// What an authority says of itself.
#[derive(Debug, Serialize)]
pub struct TenantConfiguration {
    /// The tenant's GUID; `None` for several tenants.
    pub tenant_id: Option<String>,
    /// The document, in its order.
    pub document: Map<String, Value>,
}

impl Outcome for TenantConfiguration {
    fn event(&self) -> Event<'_> {
        result_event(self)
    }
}

/// Which document to read.
#[derive(Debug)]
pub struct OpenIdConfigurationPlan {
    authority: Authority,
    version: Version,
    client_id: Option<String>,
}

impl Plan for OpenIdConfigurationPlan {}

impl Operation for OpenIdConfiguration {
    type Output = TenantConfiguration;
    type Plan = OpenIdConfigurationPlan;
    const DEFAULT_TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

    fn prepare(self, options: RequestOptions, environment: &Environment) -> Result<OpenIdConfigurationPlan> {
        let authority = options.resolve_authority(environment, "common")?;
        Ok(OpenIdConfigurationPlan { authority, version: self.version, client_id: options.client_id })
    }

    async fn execute(plan: OpenIdConfigurationPlan, io: &Io) -> Result<TenantConfiguration> {
        let authority = &plan.authority;
        io.verbose(format!("OpenID configuration of {authority}, correlation ID {}", io.correlation_id()));
        // Always fetched: the caller wants the current document.
        let metadata =
            io.discovery().fetch_metadata(authority, plan.version, plan.client_id.as_deref()).await?;
        Ok(TenantConfiguration {
            tenant_id: metadata.tenant_id().map(str::to_owned),
            document: metadata.document,
        })
    }
}
