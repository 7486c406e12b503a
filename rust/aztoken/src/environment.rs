//! The caller's environment variables, as the caller sent them: the process's own are never read.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// Variables by name. Empty ones count as absent.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
    /// On Windows, `https_proxy` is `HTTPS_PROXY`.
    ignore_case: bool,
}

impl Environment {
    /// Variables of a caller, and whether names are compared without regard to case, as Windows does.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>, ignore_case: bool) -> Self {
        Self { variables: variables.into_iter().collect(), ignore_case }
    }

    /// The value of a variable that is set and not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let exact = self.variables.get(name);
        let other_case = || {
            // The first by name, so that the answer is always the same.
            let same = self.variables.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
            same.min_by_key(|(other, _)| *other).map(|(_, value)| value)
        };
        let value = exact.or_else(|| if self.ignore_case { other_case() } else { None });
        value.map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The value of the first of some variables that is set.
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }
}

/// By the rule of this machine: the caller is on it too.
impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let variables = HashMap::<String, String>::deserialize(deserializer)?;
        Ok(Self::new(variables, cfg!(windows)))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        let owned = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::new(owned, cfg!(windows))
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(ignore_case: bool) -> Environment {
        let variables =
            [("Https_Proxy", " p "), ("azure_tenant_id", "t"), ("AZURE_TENANT_ID", "T"), ("NO_PROXY", " ")];
        Environment::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())), ignore_case)
    }

    #[test]
    fn case_matters_but_on_windows() {
        for (name, with_case, without) in [
            ("HTTPS_PROXY", None, Some("p")),
            ("https_proxy", None, Some("p")),
            ("Https_Proxy", Some("p"), Some("p")),
            ("AZURE_TENANT_ID", Some("T"), Some("T")),
            ("azure_tenant_id", Some("t"), Some("t")),
            ("Azure_Tenant_Id", None, Some("T")),
            ("NO_PROXY", None, None),
        ] {
            assert_eq!(environment(false).get(name), with_case, "{name}");
            assert_eq!(environment(true).get(name), without, "{name}");
        }
        assert_eq!(environment(true).first(&["NO_PROXY", "HTTPS_PROXY"]), Some("p"));
    }
}
