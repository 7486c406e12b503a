//! The tenant of an authority: one directory, or one of the names that stand for several.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::text::trimmed;

/// The tenant of all personal accounts (Microsoft, "ID token claims reference").
pub const CONSUMERS_ID: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);

/// A tenant as it stands in an authority's path. Compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tenant {
    /// The ID of a directory.
    Guid(Uuid),
    /// One of its domains, in lower case.
    Domain(String),
    /// Any work, school or personal account.
    Common,
    /// Any work or school account.
    Organizations,
    /// Any personal account. The ID [`CONSUMERS_ID`] is read as this too.
    Consumers,
}

impl Tenant {
    /// Reads a tenant that came in as the request member (or the variable) `parameter`.
    pub(crate) fn parse(parameter: &'static str, text: &str) -> Result<Self> {
        let text = trimmed(text);
        if let Ok(id) = Uuid::parse_str(text) {
            return Ok(if id == CONSUMERS_ID { Self::Consumers } else { Self::Guid(id) });
        }
        let name = text.to_ascii_lowercase();
        Ok(match name.as_str() {
            "common" => Self::Common,
            "organizations" => Self::Organizations,
            "consumers" => Self::Consumers,
            _ if is_domain(&name) => Self::Domain(name),
            _ => {
                let problem = "must be the tenant's ID (a GUID), one of its domains, common, organizations or consumers.";
                return Err(Error::invalid_parameter(parameter, problem));
            }
        })
    }

    /// Whether it is one directory: only for one can an app get a token of its own.
    pub fn is_one_directory(&self) -> bool {
        matches!(self, Self::Guid(_) | Self::Domain(_))
    }
}

impl FromStr for Tenant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse("tenant", text)
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(id) => write!(f, "{id}"),
            Self::Domain(name) => f.write_str(name),
            Self::Common => f.write_str("common"),
            Self::Organizations => f.write_str("organizations"),
            Self::Consumers => f.write_str("consumers"),
        }
    }
}

/// A name that can be one path segment, whatever follows: letters, digits, dots and hyphens.
fn is_domain(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_white_space_are_no_part_of_a_tenant() {
        let id = "11111111-aaaa-3333-4444-555555555555";
        for (text, expected) in [
            ("Common", Tenant::Common),
            ("ORGANIZATIONS", Tenant::Organizations),
            (" consumers\r\n", Tenant::Consumers),
            ("9188040D-6C67-4C5B-B112-36A304B66DAD", Tenant::Consumers),
            ("Contoso.onMicrosoft.com ", Tenant::Domain("contoso.onmicrosoft.com".into())),
            ("\u{feff}contoso.com", Tenant::Domain("contoso.com".into())),
            ("11111111-AAAA-3333-4444-555555555555", Tenant::Guid(Uuid::parse_str(id).expect("a GUID"))),
            ("{11111111-aaaa-3333-4444-555555555555}", Tenant::Guid(Uuid::parse_str(id).expect("a GUID"))),
        ] {
            assert_eq!(text.parse::<Tenant>().expect(text), expected);
        }
        assert_eq!(
            "{11111111-AAAA-3333-4444-555555555555}".parse::<Tenant>().expect("valid").to_string(),
            id
        );
        for text in ["", " ", "a b", "a/b", "../x", "a?b", ".hidden", "tenänt", "a%20b", &"a".repeat(254)] {
            assert_eq!(text.parse::<Tenant>().expect_err(text).parameter, Some("tenant"));
        }
        for (text, one) in [
            ("contoso.com", true),
            (id, true),
            ("common", false),
            ("organizations", false),
            ("consumers", false),
        ] {
            assert_eq!(text.parse::<Tenant>().expect(text).is_one_directory(), one, "{text}");
        }
    }
}
