//! The tenant segment of a path.

use crate::errors::AadError;
use crate::seed::{self, CONSUMERS_TENANT_ID, Tenant, User};

/// What `{tenant}` in a path stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TenantSegment {
    /// One directory, named by GUID or domain.
    Directory(&'static Tenant),
    /// `common`: any account.
    Common,
    /// `organizations`: any work or school account.
    Organizations,
    /// `consumers` or its GUID: personal accounts.
    Consumers,
}

impl TenantSegment {
    /// Reads the segment. `error` is the OAuth code when there is no such tenant: metadata has its own.
    pub(crate) fn parse(segment: &str, error: &'static str) -> Result<Self, AadError> {
        match segment.to_ascii_lowercase().as_str() {
            "common" => return Ok(Self::Common),
            "organizations" => return Ok(Self::Organizations),
            "consumers" | CONSUMERS_TENANT_ID => return Ok(Self::Consumers),
            _ => {}
        }
        if let Some(tenant) = seed::tenant(segment) {
            return Ok(Self::Directory(tenant));
        }
        let is_dns_name = segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        Err(if is_dns_name {
            AadError::unknown_tenant(error, segment)
        } else {
            AadError::malformed_tenant(error, segment)
        })
    }

    /// The segment in endpoint URLs of the metadata: an alias stays what it is, a domain becomes the GUID.
    pub(crate) fn in_endpoints(self) -> &'static str {
        match self {
            Self::Directory(tenant) => tenant.id,
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
        }
    }

    /// The segment in the issuer of the metadata: a template for the aliases.
    pub(crate) fn in_issuer(self) -> &'static str {
        match self {
            Self::Directory(tenant) => tenant.id,
            Self::Common | Self::Organizations => "{tenantid}",
            Self::Consumers => CONSUMERS_TENANT_ID,
        }
    }

    /// The directory as errors name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Directory(tenant) => tenant.name,
            Self::Common | Self::Organizations | Self::Consumers => self.in_endpoints(),
        }
    }

    /// Whether a code issued under `self` may be redeemed under `other`: the same directory, or both without one.
    pub(crate) fn same_family(self, other: Self) -> bool {
        match (self, other) {
            (Self::Directory(a), Self::Directory(b)) => a.id == b.id,
            (Self::Directory(_), _) | (_, Self::Directory(_)) => false,
            _ => true,
        }
    }

    /// Whether this user can sign in here. Without a directory, users go to their home; there are no guests.
    pub(crate) fn admits(self, user: &User) -> bool {
        match self {
            Self::Directory(tenant) => tenant.id == user.tenant_id,
            Self::Common | Self::Organizations | Self::Consumers => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TenantSegment;
    use crate::seed::{CONSUMERS_TENANT_ID, CONTOSO_DOMAIN, CONTOSO_TENANT_ID};

    fn parse(segment: &str) -> TenantSegment {
        TenantSegment::parse(segment, "invalid_request").expect("a known tenant")
    }

    #[test]
    fn a_domain_is_its_directory() {
        assert_eq!(parse(&CONTOSO_DOMAIN.to_uppercase()).in_endpoints(), CONTOSO_TENANT_ID);
        assert!(parse(CONTOSO_DOMAIN).same_family(parse(CONTOSO_TENANT_ID)));
        assert!(!parse(CONTOSO_DOMAIN).same_family(parse("common")));
        assert!(parse("organizations").same_family(parse("common")));
    }

    #[test]
    fn aliases_have_template_issuers() {
        assert_eq!(parse("Common").in_issuer(), "{tenantid}");
        assert_eq!(parse(CONSUMERS_TENANT_ID).in_issuer(), CONSUMERS_TENANT_ID);
    }

    #[test]
    fn what_is_no_tenant_is_refused() {
        let number = |segment| TenantSegment::parse(segment, "invalid_tenant").expect_err("refused").number;
        assert_eq!(number("unknown.example"), 90002);
        assert_eq!(number("not a name"), 900_023);
    }
}
