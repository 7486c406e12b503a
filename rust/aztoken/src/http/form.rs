//! A request body in `application/x-www-form-urlencoded`, overwritten when dropped.

use std::fmt;

use reqwest::Body;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::params::field;

/// Form fields in the order they were added.
#[derive(Clone, Default)]
pub(crate) struct Form {
    encoded: Zeroizing<String>,
    names: Vec<String>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        if !self.encoded.is_empty() {
            self.encoded.push('&');
        }
        self.encoded.extend(byte_serialize(name.as_bytes()));
        self.encoded.push('=');
        self.encoded.extend(byte_serialize(value.as_bytes()));
        self.names.push(name.to_owned());
    }

    /// Whether a secret or password in it has white space around it. It is sent as it is; if it is rejected, that may be why.
    pub(crate) fn has_padded_secret(&self) -> bool {
        // Looked for in the encoded text, so that nothing is decoded: a blank is a plus, and %E2%80%8B a zero-width space.
        const SPACE: [&str; 6] = ["+", "%09", "%0A", "%0D", "%C2%A0", "%E2%80%8B"];
        self.encoded.split('&').filter_map(|field| field.split_once('=')).any(|(name, value)| {
            matches!(name, field::CLIENT_SECRET | field::PASSWORD)
                && SPACE.iter().any(|space| value.starts_with(space) || value.ends_with(space))
        })
    }

    /// Adds the fields of another form.
    pub(crate) fn append(&mut self, other: &Self) {
        if !self.encoded.is_empty() && !other.encoded.is_empty() {
            self.encoded.push('&');
        }
        self.encoded.push_str(&other.encoded);
        self.names.extend(other.names.iter().cloned());
    }

    /// The fields' names, for traces.
    pub(crate) fn names(&self) -> String {
        self.names.join(", ")
    }

    /// The fields as they stand in a body or a query.
    pub(crate) fn encoded(&self) -> &str {
        &self.encoded
    }

    /// The body to send.
    pub(crate) fn body(&self) -> Body {
        Body::from(self.encoded.as_str().to_owned())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn debug_shows_names_only() {
        let mut form = Form::new();
        form.add("client_secret", "hunter2");
        assert_eq!(format!("{form:?}"), "{\"client_secret\"}");
    }

    proptest! {
        #[test]
        fn appended_fields_stand_behind_the_own(
            own in prop::collection::vec((".{1,9}", ".{0,9}"), 0..3),
            others in prop::collection::vec((".{1,9}", ".{0,9}"), 0..3),
        ) {
            let form = |fields: &[(String, String)]| {
                let mut form = Form::new();
                for (name, value) in fields {
                    form.add(name, value);
                }
                form
            };
            let mut both = form(&own);
            both.append(&form(&others));
            let all = form(&[own, others].concat());
            prop_assert_eq!(both.encoded(), all.encoded());
            prop_assert_eq!(both.names(), all.names());
        }

        #[test]
        fn what_was_added_is_read_back(fields in prop::collection::vec((".{1,20}", ".{0,40}"), 0..6)) {
            let mut form = Form::new();
            for (name, value) in &fields {
                form.add(name, value);
            }
            let read: Vec<(String, String)> =
                url::form_urlencoded::parse(form.encoded.as_bytes()).into_owned().collect();
            prop_assert_eq!(read, fields);
        }
    }
}
