//! Where tokens come from: cloud, host and tenant, validated before anything is sent.

mod cloud;
mod tenant;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

pub use cloud::Cloud;
pub use tenant::{CONSUMERS_ID, Tenant};

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::params::variable;
use crate::text::trimmed;

/// The sorts of authority: what holds at one need not hold at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorityKind {
    /// Microsoft Entra ID, and any host that isn't known to be something else.
    Entra,
    /// Microsoft Entra External ID: `{name}.ciamlogin.com`.
    ExternalId,
    /// Azure AD B2C: a policy in the path, or `{name}.b2clogin.com`.
    B2c,
    /// Active Directory Federation Services.
    Adfs,
}

/// What stands between the host and `/oauth2`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Path {
    Tenant(Tenant),
    /// A policy (user flow) of Azure AD B2C.
    Policy {
        tenant: Tenant,
        policy: String,
        /// The older form, with `tfp/` in front.
        tfp: bool,
    },
    Adfs,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant(tenant) => write!(f, "{tenant}"),
            Self::Policy { tenant, policy, tfp } => {
                write!(f, "{}{tenant}/{policy}", if *tfp { "tfp/" } else { "" })
            }
            Self::Adfs => f.write_str(ADFS),
        }
    }
}

/// The path of AD FS, also what the Azure SDKs take as its tenant.
const ADFS: &str = "adfs";

/// A validated authority: a host and a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    base: Url,
    path: Path,
    cloud: Cloud,
}

impl Authority {
    /// Chooses and checks the authority of a request.
    ///
    /// `authority` comes before the host of `cloud`, that before `AZURE_AUTHORITY_HOST` of the environment; default:
    /// the public cloud. `tenant` comes before `AZURE_TENANT_ID`, and that before `default_tenant`. A tenant in the
    /// authority needs no other; `tenant` may repeat it, and is refused if it differs. At AD FS, which has no tenants,
    /// any tenant but `adfs` is refused.
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
                return Err(Error::invalid_parameter("authority", "can't be combined with `cloud`."));
            }
            (Some(authority), None, _) => ("authority", authority),
            (None, Some(cloud), _) => ("cloud", cloud.authority_host()),
            (None, None, Some(host)) => (variable::AUTHORITY_HOST, host),
            (None, None, None) => ("authority", Cloud::Public.authority_host()),
        };
        let mut base = parse_base(parameter, text)?;
        let place = Place { parameter, host: base.host_str().unwrap_or_default(), path: base.path(), tenant };
        let cloud = named_cloud.or_else(|| Cloud::of_host(place.host)).unwrap_or_default();
        let path =
            place.path(|| environment.get(variable::TENANT_ID).unwrap_or(default_tenant).to_owned())?;
        base.set_path("");
        Ok(Self { base, path, cloud })
    }

    /// The cloud that decides the default resources.
    pub fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// What sort of authority it is.
    pub fn kind(&self) -> AuthorityKind {
        match &self.path {
            Path::Adfs => AuthorityKind::Adfs,
            Path::Policy { .. } => AuthorityKind::B2c,
            Path::Tenant(_) => {
                let host = self.base.host_str().unwrap_or_default();
                if host.ends_with(CIAM) {
                    AuthorityKind::ExternalId
                } else if B2C.iter().any(|suffix| host.ends_with(suffix)) {
                    AuthorityKind::B2c
                } else {
                    AuthorityKind::Entra
                }
            }
        }
    }

    /// The tenant; `None` at AD FS.
    pub fn tenant(&self) -> Option<&Tenant> {
        match &self.path {
            Path::Tenant(tenant) | Path::Policy { tenant, .. } => Some(tenant),
            Path::Adfs => None,
        }
    }

    /// Scheme, host and port, without a trailing slash.
    pub(crate) fn origin(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// What tokens of this authority are kept under: the aliases of a cloud's host are one (Microsoft, "National clouds").
    pub(crate) fn cache_name(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        let cloud = Cloud::of_host(host);
        let origin: &str = cloud.map_or_else(|| self.origin(), |cloud| cloud.authority_host());
        format!("{origin}/{}", self.path)
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
        let version = if self.path == Path::Adfs { "" } else { "v2.0/" };
        url.set_path(&format!("/{}/oauth2/{version}{name}", self.path));
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
    let text = trimmed(text);
    // A host alone, as documents and portals show it.
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = match Url::parse(&with_scheme) {
        Ok(url) if url.has_host() => url,
        _ => return refuse("must be a URL such as https://login.microsoftonline.com."),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not contain a user name or password.");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must not have a query or a fragment; only scheme, host and tenant.");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse("must use https; plain http is for loopback addresses only."),
        _ => refuse("must use https."),
    }
}

const CIAM: &str = ".ciamlogin.com";
const B2C: [&str; 4] = [".b2clogin.com", ".b2clogin.cn", ".b2clogin.us", ".b2clogin.de"];

/// What decides the path of an authority.
struct Place<'a> {
    /// The member or variable that the URL came in.
    parameter: &'static str,
    host: &'a str,
    path: &'a str,
    /// The tenant beside the URL.
    tenant: Option<&'a str>,
}

impl Place<'_> {
    fn path(&self, default_tenant: impl FnOnce() -> String) -> Result<Path> {
        let given = self.tenant.map(trimmed);
        let is_adfs = |text: &str| text.eq_ignore_ascii_case(ADFS);
        match self.segments().as_slice() {
            [] if given.is_some_and(is_adfs) => Ok(Path::Adfs),
            [] => self.of_host(given, default_tenant),
            [name] if is_adfs(name) => match given {
                Some(tenant) if !is_adfs(tenant) => {
                    Err(Error::invalid_parameter("tenant", "must be omitted: AD FS has no tenants."))
                }
                _ => Ok(Path::Adfs),
            },
            [name] => Ok(Path::Tenant(self.same_tenant(name, given)?)),
            [tfp, tenant, policy] if tfp.eq_ignore_ascii_case("tfp") => {
                self.policy(tenant, policy, given, true)
            }
            [tenant, policy] => self.policy(tenant, policy, given, false),
            _ => self.refuse(
                "has too long a path; only scheme, host and tenant, such as https://login.microsoftonline.com/contoso.com.",
            ),
        }
    }

    /// The segments before an endpoint: the URL of one is what portals and metadata documents show.
    fn segments(&self) -> Vec<&str> {
        const ENDPOINTS: [&str; 4] = ["oauth2", "v2.0", ".well-known", "discovery"];
        let mut segments: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let end = segments.iter().skip(1).position(|segment| ENDPOINTS.contains(segment));
        segments.truncate(end.map_or(segments.len(), |index| index + 1));
        segments
    }

    /// The URL names a host alone.
    fn of_host(&self, given: Option<&str>, default_tenant: impl FnOnce() -> String) -> Result<Path> {
        let external = self.host.strip_suffix(CIAM);
        let tenant = match (external, given) {
            // External ID: the host's first label names the tenant.
            (Some(name), None) => Tenant::parse(self.parameter, &format!("{name}.onmicrosoft.com"))?,
            (Some(name), Some(given)) => {
                let tenant = Tenant::parse("tenant", given)?;
                let other = |domain: &String| {
                    domain.strip_suffix(".onmicrosoft.com").is_some_and(|initial| initial != name)
                };
                if matches!(&tenant, Tenant::Domain(domain) if other(domain)) || !tenant.is_one_directory() {
                    return self.refuse(CONTRADICTION);
                }
                tenant
            }
            (None, Some(given)) => Tenant::parse("tenant", given)?,
            (None, None) => {
                let default = default_tenant();
                if default.eq_ignore_ascii_case(ADFS) {
                    return Ok(Path::Adfs);
                }
                Tenant::parse(variable::TENANT_ID, &default)?
            }
        };
        Ok(Path::Tenant(tenant))
    }

    fn policy(&self, tenant: &str, policy: &str, given: Option<&str>, tfp: bool) -> Result<Path> {
        let tenant = self.same_tenant(tenant, given)?;
        if !policy.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            return self.refuse("has a policy with invalid characters.");
        }
        Ok(Path::Policy { tenant, policy: policy.to_owned(), tfp })
    }

    /// The tenant of the URL, if the one beside it is the same.
    fn same_tenant(&self, name: &str, given: Option<&str>) -> Result<Tenant> {
        let tenant = Tenant::parse(self.parameter, name)?;
        match given {
            Some(given) if Tenant::parse("tenant", given)? != tenant => self.refuse(CONTRADICTION),
            _ => Ok(tenant),
        }
    }

    fn refuse<T>(&self, problem: &str) -> Result<T> {
        Err(Error::invalid_parameter(self.parameter, problem))
    }
}

const CONTRADICTION: &str = "contains another tenant than `tenant`. Specify only one of them.";

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
