//! The tenant segment of a path.

use std::sync::Arc;

use crate::catalog::{Catalog, belongs};
use crate::configuration::{AppRegistration, Tenant, User};
use crate::errors::AadError;
use crate::seed::CONSUMERS_TENANT_ID;

/// What `{tenant}` in a path stands for.
#[derive(Clone, Debug)]
pub(crate) enum TenantSegment {
    /// One directory, named by GUID or domain.
    Directory(Arc<Tenant>),
    /// `common`: any account.
    Common,
    /// `organizations`: any work or school account.
    Organizations,
    /// `consumers` or its GUID: personal accounts.
    Consumers,
}

impl TenantSegment {
    /// Reads the segment. `error` is the OAuth code when there is no such tenant: metadata has its own.
    pub(crate) fn parse(catalog: &Catalog, segment: &str, error: &'static str) -> Result<Self, AadError> {
        match segment.to_ascii_lowercase().as_str() {
            "common" => return Ok(Self::Common),
            "organizations" => return Ok(Self::Organizations),
            "consumers" | CONSUMERS_TENANT_ID => return Ok(Self::Consumers),
            _ => {}
        }
        if let Some(tenant) = catalog.tenant(segment) {
            return Ok(Self::Directory(Arc::clone(tenant)));
        }
        let is_dns_name = segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        Err(if is_dns_name {
            AadError::unknown_tenant(error, segment)
        } else {
            AadError::malformed_tenant(error, segment)
        })
    }

    /// The segment in endpoint URLs of the metadata: an alias stays what it is, a domain becomes the GUID.
    pub(crate) fn in_endpoints(&self) -> &str {
        match self {
            Self::Directory(tenant) => &tenant.id,
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
        }
    }

    /// The segment in the issuer of the metadata: a template for the aliases.
    pub(crate) fn in_issuer(&self) -> &str {
        match self {
            Self::Directory(tenant) => &tenant.id,
            Self::Common | Self::Organizations => "{tenantid}",
            Self::Consumers => CONSUMERS_TENANT_ID,
        }
    }

    /// The directory as errors name it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Directory(tenant) => &tenant.name,
            Self::Common | Self::Organizations | Self::Consumers => self.in_endpoints(),
        }
    }

    /// Whether a code issued under `self` may be redeemed under `other`: the same directory, or both without one.
    pub(crate) fn same_family(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Directory(a), Self::Directory(b)) => a.id == b.id,
            (Self::Directory(_), _) | (_, Self::Directory(_)) => false,
            _ => true,
        }
    }

    /// Whether this user can sign in here, as a member or a guest. Without a directory, users go to their home.
    pub(crate) fn admits(&self, user: &User) -> bool {
        match self {
            Self::Directory(tenant) => belongs(user, tenant),
            Self::Common | Self::Organizations | Self::Consumers => true,
        }
    }

    /// The same for a sign-in to an app: the directory of a single-tenant app counts at `organizations` too.
    pub(crate) fn admits_to(&self, app: &AppRegistration, user: &User) -> bool {
        let is_home = |home: &String| user.tenant == *home || user.guest_of.contains(home);
        match self {
            Self::Directory(_) => self.admits(user),
            _ => app.multi_tenant || app.tenant.as_ref().is_none_or(is_home),
        }
    }

    /// ID of the directory that a user's token is of.
    pub(crate) fn directory_of<'a>(&'a self, app: &'a AppRegistration, user: &'a User) -> &'a str {
        match (self, &app.tenant) {
            (Self::Directory(tenant), _) => &tenant.id,
            (_, Some(home)) if !app.multi_tenant => home,
            _ => &user.tenant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TenantSegment;
    use crate::catalog::Catalog;
    use crate::configuration::Configuration;
    use crate::seed::{CONSUMERS_TENANT_ID, CONTOSO_DOMAIN, CONTOSO_TENANT_ID};

    fn parse(segment: &str) -> TenantSegment {
        let catalog = Catalog::new(Configuration::default_one());
        TenantSegment::parse(&catalog, segment, "invalid_request").expect("a known tenant")
    }

    #[test]
    fn a_domain_is_its_directory() {
        assert_eq!(parse(&CONTOSO_DOMAIN.to_uppercase()).in_endpoints(), CONTOSO_TENANT_ID);
        assert!(parse(CONTOSO_DOMAIN).same_family(&parse(CONTOSO_TENANT_ID)));
        assert!(!parse(CONTOSO_DOMAIN).same_family(&parse("common")));
        assert!(parse("organizations").same_family(&parse("common")));
    }

    #[test]
    fn aliases_have_template_issuers() {
        assert_eq!(parse("Common").in_issuer(), "{tenantid}");
        assert_eq!(parse(CONSUMERS_TENANT_ID).in_issuer(), CONSUMERS_TENANT_ID);
    }

    #[test]
    fn what_is_no_tenant_is_refused() {
        let catalog = Catalog::new(Configuration::default_one());
        let number =
            |segment| TenantSegment::parse(&catalog, segment, "invalid_tenant").expect_err("refused").number;
        assert_eq!(number("unknown.example"), 90002);
        assert_eq!(number("not a name"), 900_023);
    }
}
