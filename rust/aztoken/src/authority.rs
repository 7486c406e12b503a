//! Where tokens come from: cloud, host and tenant, validated before anything is sent.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::params::variable;

/// A Microsoft cloud (Microsoft, "National clouds").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    /// Azure, worldwide.
    #[default]
    Public,
    /// Azure Government (US).
    UsGovernment,
    /// Azure China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Base URL of the authority.
    pub fn authority_host(self) -> &'static str {
        match self {
            Self::Public => "https://login.microsoftonline.com",
            Self::UsGovernment => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
        }
    }

    /// Microsoft Graph as a resource.
    pub fn graph(self) -> &'static str {
        match self {
            Self::Public => "https://graph.microsoft.com",
            Self::UsGovernment => "https://graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The cloud that a host of an authority belongs to, by the hosts' published aliases.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        Some(match host {
            "login.microsoftonline.com" | "login.windows.net" | "login.microsoft.com" | "sts.windows.net" => {
                Self::Public
            }
            "login.microsoftonline.us" | "login.usgovcloudapi.net" => Self::UsGovernment,
            "login.partner.microsoftonline.cn" | "login.chinacloudapi.cn" => Self::China,
            _ => return None,
        })
    }
}

impl FromStr for Cloud {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "public" => Ok(Self::Public),
            "usgov" => Ok(Self::UsGovernment),
            "china" => Ok(Self::China),
            _ => Err(Error::invalid_parameter("cloud", "must be public, usgov or china.")),
        }
    }
}

/// The shapes of an authority, by the first path segment or the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Microsoft Entra ID, External ID and B2C: endpoints under `/{path}/oauth2/v2.0/`.
    Entra,
    /// Active Directory Federation Services: endpoints under `/adfs/oauth2/`.
    Adfs,
}

/// A validated authority: a host and a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    base: Url,
    path: String,
    kind: Kind,
    cloud: Cloud,
}

impl Authority {
    /// Chooses and checks the authority of a request.
    ///
    /// `authority` wins over `AZURE_AUTHORITY_HOST` of the environment, and that over the cloud's own host, unless
    /// a cloud was named. `tenant` wins over a tenant in the authority's path if they are the same; a
    /// contradiction is refused. Otherwise `AZURE_TENANT_ID`, otherwise `default_tenant`.
    pub fn resolve(
        authority: Option<&str>,
        cloud: Option<&str>,
        tenant: Option<&str>,
        default_tenant: &str,
        environment: &Environment,
    ) -> Result<Self> {
        let named_cloud = cloud.map(Cloud::from_str).transpose()?;
        let (parameter, text) = match (authority, named_cloud, environment.get(variable::AUTHORITY_HOST)) {
            (Some(_), Some(_), _) => {
                return Err(Error::invalid_parameter("authority", "give an authority or a cloud, not both."));
            }
            (Some(authority), None, _) => ("authority", authority),
            (None, Some(cloud), _) => ("cloud", cloud.authority_host()),
            (None, None, Some(host)) => (variable::AUTHORITY_HOST, host),
            (None, None, None) => ("authority", Cloud::Public.authority_host()),
        };
        let base = parse_base(parameter, text)?;
        let host = base.host_str().unwrap_or_default();
        let cloud = named_cloud.or_else(|| Cloud::of_host(host)).unwrap_or_default();
        let given = base.path().trim_matches('/').to_owned();
        let path = path_of(parameter, host, &given, tenant, || {
            environment.get(variable::TENANT_ID).unwrap_or(default_tenant).to_owned()
        })?;
        let kind = if path == "adfs" { Kind::Adfs } else { Kind::Entra };
        let mut base = base;
        base.set_path("");
        Ok(Self { base, path, kind, cloud })
    }

    /// The cloud that decides the default resources.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// GUID, domain or well-known name of the tenant, or the path of a policy.
    pub fn tenant(&self) -> &str {
        &self.path
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// URL of the authorization endpoint (RFC 6749 section 3.1).
    pub fn authorize_url(&self) -> Url {
        self.endpoint("authorize")
    }

    /// URL of the device authorization endpoint (RFC 8628 section 3.1).
    pub fn device_code_url(&self) -> Url {
        self.endpoint("devicecode")
    }

    /// URL of the token endpoint (RFC 6749 section 3.2).
    pub fn token_url(&self) -> Url {
        self.endpoint("token")
    }

    fn endpoint(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        match self.kind {
            Kind::Entra => url.set_path(&format!("/{}/oauth2/v2.0/{name}", self.path)),
            Kind::Adfs => url.set_path(&format!("/adfs/oauth2/{name}")),
        }
        url
    }
}

/// Scheme, host, port and tenant, without a trailing slash.
impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.base, self.path)
    }
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Not its subdomains: resolvers may answer for them from anywhere.
        Some(Host::Domain(name)) => name.trim_end_matches('.') == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

fn parse_base(parameter: &'static str, text: &str) -> Result<Url> {
    let refuse = |problem: &str| Err(Error::invalid_parameter(parameter, problem));
    let url = match Url::parse(text.trim()) {
        Ok(url) if url.has_host() => url,
        _ => return refuse("must be a URL such as https://login.microsoftonline.com."),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password.");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must not have a query or a fragment; give scheme, host and tenant only.");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse("must use https; plain http is for loopback addresses only."),
        _ => refuse("must use https."),
    }
}

/// The path before `/oauth2`: a tenant, `adfs`, or a tenant and a policy.
fn path_of(
    parameter: &'static str,
    host: &str,
    given: &str,
    tenant: Option<&str>,
    default_tenant: impl FnOnce() -> String,
) -> Result<String> {
    let given = given.strip_suffix("/v2.0").unwrap_or(given);
    let segments: Vec<&str> = given.split('/').filter(|s| !s.is_empty()).collect();
    let refuse = |problem: &str| Err(Error::invalid_parameter(parameter, problem));
    match segments.as_slice() {
        [] if tenant.is_none() && host.ends_with(".ciamlogin.com") => {
            // External ID: the host's first label names the tenant.
            let name = host.trim_end_matches(".ciamlogin.com");
            check_tenant("authority", &format!("{name}.onmicrosoft.com"))
        }
        [] => match tenant {
            Some(tenant) => check_tenant("tenant", tenant),
            None => check_tenant(variable::TENANT_ID, &default_tenant()),
        },
        ["adfs"] if tenant.is_none() => Ok("adfs".to_owned()),
        ["adfs"] => refuse("AD FS has no tenants; leave the tenant out."),
        ["tfp", tenant, policy] | [tenant, policy] => {
            check_tenant(parameter, tenant)?;
            if !policy.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
                return refuse("has a policy with characters that no policy has.");
            }
            Ok(segments.join("/"))
        }
        [name] => match tenant {
            Some(tenant) if !tenant.eq_ignore_ascii_case(name) => {
                refuse("names another tenant than the tenant parameter; give one of them.")
            }
            _ => check_tenant(parameter, name),
        },
        _ => refuse(
            "has too long a path; give scheme, host and tenant, such as https://login.microsoftonline.com/contoso.com.",
        ),
    }
}

fn check_tenant(parameter: &'static str, tenant: &str) -> Result<String> {
    let fits = !tenant.is_empty()
        && tenant.len() <= 253
        && tenant.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && tenant.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits {
        return Ok(tenant.to_owned());
    }
    let problem = "must be the tenant's ID (a GUID), one of its domains, common, organizations or consumers.";
    Err(Error::invalid_parameter(parameter, problem))
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
